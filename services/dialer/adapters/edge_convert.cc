#include "services/dialer/adapters/edge_convert.h"

#include <utility>

#include "common/grpc_server/pb_time.h"
#include "services/dialer/adapters/amd_convert.h"

namespace callfleet::dialer {

namespace {

namespace edge_pb = callfleet::sip_edge::v1;

OfferEnd OfferEndOf(const edge_pb::Leg& leg) {
  const edge_pb::LegEnd& end = leg.end();
  if (end.by() == edge_pb::ENDED_BY_CONTROLLER || end.by() == edge_pb::ENDED_BY_PEER_LEG) {
    return OfferEnd::kWithdrawn;
  }
  if (end.edge_reason() == edge_pb::EDGE_REASON_RING_TIMEOUT) return OfferEnd::kNoAnswer;
  const bool rang = leg.has_ring_time();
  switch (end.sip_code()) {
    case 486:
    case 600:
    case 603:
      return OfferEnd::kDeclined;
    case 408:
    case 480:
      return rang ? OfferEnd::kNoAnswer : OfferEnd::kDeviceFault;
    default:
      return OfferEnd::kDeviceFault;
  }
}

EndCause CauseOf(const edge_pb::LegEnd& end) {
  switch (end.edge_reason()) {
    case edge_pb::EDGE_REASON_SETUP_TIMEOUT:
      return EndCause::kSetupTimeout;
    case edge_pb::EDGE_REASON_RING_TIMEOUT:
      return EndCause::kRingTimeout;
    case edge_pb::EDGE_REASON_ABANDONED:
      return EndCause::kNotBridged;
    case edge_pb::EDGE_REASON_MACHINE:
      return EndCause::kMachine;
    case edge_pb::EDGE_REASON_TRUNK_FAILED:
      return EndCause::kTransport;
    case edge_pb::EDGE_REASON_EDGE_RESTARTED:
      return EndCause::kEdgeRestart;
    case edge_pb::EDGE_REASON_PEER_ENDED:
      return EndCause::kAgentLeg;
    case edge_pb::EDGE_REASON_DRAINED:
      return EndCause::kLocal;
    default:
      break;  // Generated enums are open; the rest is told by code and cause.
  }
  switch (end.by()) {
    case edge_pb::ENDED_BY_CONTROLLER:
      return EndCause::kLocal;
    case edge_pb::ENDED_BY_PEER_LEG:
      return EndCause::kAgentLeg;
    default:
      return EndCause::kPeer;
  }
}

WallTime TimeOf(bool has, const google::protobuf::Timestamp& time) {
  return has ? grpc_server::TimeOf(time) : WallTime{};
}

AgentLegFacts AgentOf(const edge_pb::Leg& leg) {
  return {.leg = LegId(leg.leg_id()),
          .reservation = ReservationId(leg.reservation_id()),
          .agent = AgentId(leg.agent_id()),
          .answered = leg.has_answer_time(),
          .answered_at = TimeOf(leg.has_answer_time(), leg.answer_time()),
          .ended = leg.state() == edge_pb::LEG_STATE_ENDED,
          .ended_at = TimeOf(leg.has_end_time(), leg.end_time()),
          .end = leg.has_end() ? OfferEndOf(leg) : OfferEnd::kWithdrawn,
          .taken_over = leg.end().edge_reason() == edge_pb::EDGE_REASON_TAKEN_OVER};
}

CustomerLegFacts CustomerOf(const edge_pb::Leg& leg) {
  CustomerLegFacts facts{.exists = true,
                         .placed = TimeOf(leg.has_place_time(), leg.place_time()),
                         .progressed = TimeOf(leg.has_ring_time(), leg.ring_time()),
                         .answered = TimeOf(leg.has_answer_time(), leg.answer_time())};
  facts.end = {.placed = leg.has_place_time(),
               .progressed = leg.has_ring_time(),
               .answered = leg.has_answer_time()};
  if (leg.has_amd()) facts.amd = ToFacts(leg.amd());
  if (leg.state() == edge_pb::LEG_STATE_ENDED) {
    facts.ended = grpc_server::TimeOf(leg.end_time());
    facts.end.answered_after_cancel =
        leg.end().edge_reason() == edge_pb::EDGE_REASON_ANSWERED_AFTER_CANCEL;
    facts.end.cause = CauseOf(leg.end());
    facts.end.sip_code = leg.end().sip_code();
    facts.end.q850 = leg.end().q850_cause();
  }
  return facts;
}

TransferFacts TransferOf(const edge_pb::Transfer& transfer) {
  TransferFacts facts{.id = transfer.transfer_id(),
                      .completed = transfer.end() == edge_pb::TRANSFER_END_COMPLETED ||
                                   transfer.end() == edge_pb::TRANSFER_END_RELEASED,
                      .by_phone = transfer.by_phone(),
                      .dialled = transfer.target(),
                      .referrer = LegId(transfer.referrer_leg_id())};
  switch (transfer.state()) {
    case edge_pb::TRANSFER_STATE_ASKED:
      facts.state = TransferFacts::State::kAsked;
      break;
    case edge_pb::TRANSFER_STATE_OVER:
      facts.state = TransferFacts::State::kOver;
      break;
    default:
      facts.state = TransferFacts::State::kUnderWay;
      break;
  }
  return facts;
}

// The target of a transfer is not the call's agent until it has the customer.
bool IsTargetStill(const edge_pb::CallRecord& record, const edge_pb::Leg& leg) {
  for (const auto& transfer : record.transfers()) {
    if (transfer.target_leg_id() != leg.leg_id()) continue;
    return transfer.end() != edge_pb::TRANSFER_END_COMPLETED;
  }
  return false;
}

edge_pb::LineMode ToProto(LineMode mode) {
  switch (mode) {
    case LineMode::kRing:
      return edge_pb::LINE_MODE_RING;
    case LineMode::kAuto:
      return edge_pb::LINE_MODE_AUTO;
    case LineMode::kDedicated:
      return edge_pb::LINE_MODE_DEDICATED;
  }
  return edge_pb::LINE_MODE_RING;
}

// What the agent's phone and page are told: at most 1 KiB in all, whole pairs only.
constexpr std::size_t kMaxMetadata = 1000;
constexpr std::size_t kMaxHeaderName = 64;
constexpr std::size_t kMaxShownName = 64;

// What people write in a file becomes what a header line may hold. A column "Company Name" is no
// reason not to call: the edge refuses what is not so, on each try again.
std::string HeaderName(const std::string& column) {
  std::string name = "Lead-";
  for (const char c : column) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
    if (good) name += c;
    if (!good && name.back() != '-') name += '-';
  }
  return name.substr(0, kMaxHeaderName);
}

std::string OneLine(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  }
  return text;
}

// At most `most` bytes of UTF-8; a character is never cut.
std::string Shortened(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t size = most;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

template <class Map>
void Describe(const Line& line, const std::string& campaign, bool with_columns, Map* to) {
  const std::pair<const char*, const std::string&> kIds[] = {
      {"Dispatch-Id", line.id.str()}, {"Campaign-Id", campaign}, {"Lead-Id", line.lead.id.str()}};
  std::size_t size = 0;
  for (const auto& [name, value] : kIds) {
    (*to)[name] = value;
    size += std::string_view(name).size() + value.size();
  }
  if (!with_columns) return;
  for (const auto& [column, value] : line.lead.metadata) {
    const std::string name = HeaderName(column);
    size += name.size() + value.size();
    if (size > kMaxMetadata) return;
    (*to)[name] = OneLine(value);
  }
}

void AddOffer(const edge_pb::CallRecord& record, CallFacts* facts) {
  facts->offered = record.has_offered();
  facts->passed = TimeOf(record.has_passed(), record.passed().time());
  if (!record.has_offer_return()) return;
  const auto& back = record.offer_return();
  facts->offer_back = {.request = back.request_id(),
                       .reason = back.reason(),
                       .agent = AgentId(back.agent()),
                       .number = back.number(),
                       .trunk = TrunkId(back.trunk_id()),
                       .sip_code = back.sip_code()};
}

// Of a talk that was passed on: an agent whom the other unit has called.
bool IsOfOthers(const edge_pb::Leg& leg, const CallFacts& facts) {
  return facts.passed != WallTime{} && grpc_server::TimeOf(leg.create_time()) >= facts.passed;
}

}  // namespace

CallFacts ToFacts(const edge_pb::CallRecord& record) {
  CallFacts facts;
  facts.attempt = AttemptId(record.call_id());
  facts.edge = EdgeId(record.edge_id());
  facts.boot = BootId(record.boot_id());
  facts.version = record.version();
  if (!record.transfers().empty()) {
    facts.transfer = TransferOf(record.transfers(record.transfers_size() - 1));
  }
  AddOffer(record, &facts);
  for (const auto& leg : record.legs()) {
    if (IsOfOthers(leg, facts)) continue;
    const bool target = IsTargetStill(record, leg);
    if (leg.role() == edge_pb::LEG_ROLE_AGENT && !target)
      facts.agent = AgentOf(leg);  // The newest.
    if (target) facts.target = AgentOf(leg);
    // A number that the customer is passed on to is a customer's leg too; the first is ours.
    if (leg.role() == edge_pb::LEG_ROLE_CUSTOMER && !facts.customer.exists) {
      facts.customer = CustomerOf(leg);
    }
  }
  if (facts.passed != WallTime{}) {  // Its end is the other unit's.
    const EndFacts end = facts.customer.end;
    facts.customer.ended = {};
    facts.customer.end = {
        .placed = end.placed, .progressed = end.progressed, .answered = end.answered};
  }
  facts.bridged = TimeOf(record.has_bridge_time(), record.bridge_time());
  facts.call_over = record.state() == edge_pb::CALL_STATE_ENDED;
  return facts;
}

TrunkPublished ToPublished(const edge_pb::Trunk& trunk) {
  TrunkPublished published;
  switch (trunk.state()) {
    case edge_pb::TRUNK_STATE_UP:
      published.state = TrunkState::kUp;
      break;
    case edge_pb::TRUNK_STATE_DOWN:
      published.state = TrunkState::kDown;
      break;
    case edge_pb::TRUNK_STATE_BREAKER_OPEN:
      published.state = TrunkState::kBreakerOpen;
      break;
    case edge_pb::TRUNK_STATE_DISABLED:
      published.state = TrunkState::kDisabled;
      break;
    default:
      published.state = TrunkState::kUp;
      break;  // Said to exist, nothing against it.
  }
  if (published.state == TrunkState::kBreakerOpen && trunk.has_next_probe_time()) {
    published.next_probe = grpc_server::TimeOf(trunk.next_probe_time());
  }
  if (trunk.max_channels() > 0 || trunk.max_calls_per_second() > 0) {
    published.free_channels = static_cast<int>(trunk.free_channels());
  }
  return published;
}

edge_pb::CommandContext ContextOf(const UnitToken& unit, const std::string& request,
                                  const BootId& boot) {
  edge_pb::CommandContext context;
  context.set_request_id(request);
  context.set_boot_id(boot.str());
  context.mutable_unit()->mutable_unit()->set_kind(callfleet::common::v1::UNIT_KIND_CAMPAIGN);
  context.mutable_unit()->mutable_unit()->set_id(unit.unit.id);
  context.mutable_unit()->set_token(unit.token);
  return context;
}

edge_pb::RingRequest ToRequest(const UnitToken& unit, const RingAgent& ring) {
  const Line& line = ring.line;
  edge_pb::RingRequest request;
  *request.mutable_context() = ContextOf(unit, line.AgentLeg().str() + ":ring", line.boot);
  request.set_call_id(line.id.str());
  request.set_leg_id(line.AgentLeg().str());
  request.set_caller_id(ring.shown_number);
  request.set_caller_name(Shortened(OneLine(ring.shown_name), kMaxShownName));
  if (line.agent) {
    request.set_agent_id(line.agent->agent.str());
    request.set_reservation_id(line.agent->reservation.str());
    request.set_line_mode(ToProto(line.agent->line_mode));
    if (!line.agent->dedicated_leg.empty()) {
      request.set_dedicated_leg_id(line.agent->dedicated_leg.str());
    } else if (!line.agent->contact_uri.empty()) {
      request.set_contact_uri(line.agent->contact_uri);
    } else {
      request.set_sip_user(line.agent->sip_user);
    }
  }
  auto* follows = request.mutable_what_follows();
  if (ring.bridge) follows->set_bridge_with_leg_id(line.CustomerLeg().str());
  follows->set_on_peer_end(edge_pb::ON_PEER_END_HANG_UP);
  *follows->mutable_ring_timeout() = grpc_server::ToPb(ring.ring_timeout);
  Describe(line, unit.unit.id, false, request.mutable_labels());
  Describe(line, unit.unit.id, true, request.mutable_headers());
  return request;
}

edge_pb::OriginateRequest ToRequest(const UnitToken& unit, const Originate& originate) {
  const Line& line = originate.line;
  edge_pb::OriginateRequest request;
  *request.mutable_context() = ContextOf(unit, line.CustomerLeg().str() + ":dial", line.boot);
  request.set_call_id(line.id.str());
  request.set_leg_id(line.CustomerLeg().str());
  request.mutable_trunk_number()->set_trunk_id(originate.trunk.str());
  request.mutable_trunk_number()->set_number(line.lead.number);
  request.set_caller_id(originate.caller_id);
  auto* follows = request.mutable_what_follows();
  if (line.agent_first) follows->set_bridge_with_leg_id(line.AgentLegAtEdge().str());
  follows->set_on_peer_end(edge_pb::ON_PEER_END_HANG_UP);
  *follows->mutable_ring_timeout() = grpc_server::ToPb(originate.ring_timeout);
  *follows->mutable_setup_timeout() = grpc_server::ToPb(originate.setup_timeout);
  if (originate.not_bridged_within) {
    *follows->mutable_not_bridged_within() = grpc_server::ToPb(*originate.not_bridged_within);
  }
  follows->set_safe_message(originate.safe_message);
  if (originate.recording.mode != RecordingMode::kUnsaid) {
    const RecordingPolicy& policy = originate.recording;
    auto* recording = follows->mutable_recording();
    recording->set_mode(static_cast<callfleet::common::v1::RecordingMode>(policy.mode));
    recording->set_sample_percent(policy.sample_percent);
    recording->set_consent_prompt(policy.consent_prompt);
    recording->set_include_whisper(policy.include_whisper);
    recording->set_keep_days(static_cast<std::uint32_t>(policy.keep_days));
  }
  if (originate.amd.enabled) SetAmd(originate.amd, follows->mutable_amd());
  Describe(line, unit.unit.id, false, request.mutable_labels());
  return request;
}

edge_pb::HangUpRequest ToRequest(const UnitToken& unit, const HangUp& hang_up) {
  edge_pb::HangUpRequest request;
  const std::string what = hang_up.leg.empty() ? hang_up.line.id.str() : hang_up.leg.str();
  *request.mutable_context() = ContextOf(unit, what + ":end", hang_up.line.boot);
  request.set_call_id(hang_up.line.id.str());
  request.set_leg_id(hang_up.leg.str());
  return request;
}

}  // namespace callfleet::dialer
