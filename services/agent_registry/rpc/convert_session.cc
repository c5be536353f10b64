#include "services/agent_registry/rpc/convert_session.h"

#include <algorithm>

#include "callfleet/common/v1/status.pb.h"
#include "common/grpc_server/errors.h"
#include "services/agent_registry/rpc/convert.h"

namespace callfleet::agent_registry {
namespace {

using std::chrono::milliseconds;
constexpr std::chrono::hours kLongestBonus{24};
constexpr int kMostExcluded = 20;

std::optional<DemandClass> ClassFrom(v1::DemandClass demand_class) {
  switch (demand_class) {
    case v1::DEMAND_CLASS_ANSWERED:
      return DemandClass::kAnsweredOutbound;
    case v1::DEMAND_CLASS_FORCED:
      return DemandClass::kForced;
    case v1::DEMAND_CLASS_WAITING:
      return DemandClass::kWaiting;
    case v1::DEMAND_CLASS_AGENT_FIRST:
      return DemandClass::kAgentFirst;
    default:
      return std::nullopt;
  }
}

Strategy StrategyFrom(v1::Strategy strategy) {
  switch (strategy) {
    case v1::STRATEGY_LONGEST_IDLE:
      return Strategy::kLongestIdle;
    case v1::STRATEGY_ROUND_ROBIN:
      return Strategy::kRoundRobin;
    case v1::STRATEGY_FEWEST_CALLS:
      return Strategy::kFewestCalls;
    case v1::STRATEGY_LEAST_TALK_TIME:
      return Strategy::kLeastTalkTime;
    case v1::STRATEGY_RANDOM:
      return Strategy::kRandom;
    case v1::STRATEGY_SEQUENTIAL:
      return Strategy::kSequential;
    case v1::STRATEGY_SKILL_LEVEL:
      return Strategy::kSkillLevelFirst;
    case v1::STRATEGY_RING_ALL:
      return Strategy::kRingAll;
    default:
      return Strategy::kLeastBusy;
  }
}

constexpr std::size_t kMostIdBytes = 64;
constexpr const char* kIdTooLong = "at most 64 characters";

bool IsName(const std::string& text) { return !text.empty() && text.size() <= 64; }
bool IsAudience(const Unit& unit) {
  return (unit.kind == UnitKind::kQueue || unit.kind == UnitKind::kCampaign) && IsName(unit.id);
}

Status Check(const v1::Demand& d) {
  if (!IsName(d.demand_id()))
    return InvalidField("demand.demand_id", "must have 1 to 64 characters");
  if (d.revision() == 0) return InvalidField("demand.revision", "must be 1 or more");
  if (!IsAudience(FromProto(d.audience()))) {
    return InvalidField("demand.audience", "must be a queue or a campaign");
  }
  if (!ClassFrom(d.demand_class())) return InvalidField("demand.demand_class", "is required");
  const milliseconds bonus = FromProto(d.bonus());
  if (bonus.count() < 0 || bonus > kLongestBonus)
    return InvalidField("demand.bonus", "must be 0 to 24 h");
  if (d.excluded_agent_ids_size() > kMostExcluded) {
    return InvalidField("demand.excluded_agent_ids", "at most 20");
  }
  if (d.edge_id().size() > kMostIdBytes) return InvalidField("demand.edge_id", kIdTooLong);
  for (const auto& skill : d.skills()) {
    if (!IsName(skill.name()) || skill.min_level() > 10) {
      return InvalidField("demand.skills", "names of 1 to 64 characters, levels of 0 to 10");
    }
  }
  return {};
}

Result<OwnerMessage> DemandFrom(const v1::Demand& d) {
  if (auto good = Check(d); !good) return Fail(good.error());
  DemandSpec spec;
  spec.unit = FromProto(d.unit());
  spec.id = d.demand_id();
  spec.revision = d.revision();
  spec.audience = FromProto(d.audience());
  for (const auto& skill : d.skills()) {
    spec.skills.push_back(
        {skill.name(), static_cast<std::uint8_t>(std::max(skill.min_level(), 1U))});
  }
  spec.strategy = StrategyFrom(d.strategy());
  spec.demand_class = *ClassFrom(d.demand_class());
  spec.bonus = FromProto(d.bonus());
  spec.since = FromProto(d.since());
  if (d.has_time_left()) spec.time_left = FromProto(d.time_left());
  spec.sticky = AgentId(d.sticky_agent_id());
  spec.sticky_patience = FromProto(d.sticky_patience());
  spec.instant_only = d.instant_only();
  spec.call = d.call_id();
  spec.edge = EdgeId(d.edge_id());
  for (const auto& id : d.excluded_agent_ids()) spec.excluded.emplace_back(id);
  return OwnerMessage(std::move(spec));
}

HeldClaim ClaimFrom(const v1::HeldReservation& held, const PoolId& pool) {
  return {FromWire(held.reservation_id(), pool).value_or(ReservationKey{}),
          held.reservation_id(),
          FromProto(held.unit()),
          AgentId(held.agent_id()),
          held.demand_id(),
          held.call_id()};
}

std::optional<OfferEnd> EndFrom(v1::OfferEnd end) {
  switch (end) {
    case v1::OFFER_END_ANSWERED:
      return OfferEnd::kAnswered;
    case v1::OFFER_END_NO_ANSWER:
      return OfferEnd::kNoAnswer;
    case v1::OFFER_END_DECLINED:
      return OfferEnd::kDeclined;
    case v1::OFFER_END_DEVICE_FAULT:
      return OfferEnd::kDeviceFault;
    case v1::OFFER_END_WITHDRAWN:
      return OfferEnd::kWithdrawn;
    default:
      return std::nullopt;
  }
}

Result<OwnerMessage> CompleteFrom(const v1::SessionRequest::Complete& c, const PoolId& pool) {
  CompleteSlot complete;
  complete.key = FromWire(c.reservation_id(), pool).value_or(ReservationKey{});
  complete.outcome = c.outcome().substr(0, 64);
  complete.talk = std::max(FromProto(c.talk_time()), milliseconds{0});
  if (c.has_wrap_up()) {
    complete.wrap_up =
        std::clamp<milliseconds>(FromProto(c.wrap_up()), milliseconds{0}, std::chrono::hours{1});
  }
  return OwnerMessage(std::move(complete));
}

template <class Units>
std::vector<Unit> UnitsFrom(const Units& units) {
  std::vector<Unit> all;
  for (const auto& unit : units) all.push_back(FromProto(unit));
  return all;
}

Result<OwnerMessage> HelloFrom(const v1::SessionRequest::Hello& h) {
  Hello hello;
  hello.owner = h.owner();
  for (const auto& unit : h.units()) {
    const Unit name = FromProto(unit.unit());
    const bool known = IsAudience(name) || name.kind == UnitKind::kRouting;
    if (!known || unit.token() == 0) {
      return InvalidField("hello.units", "queues, campaigns or routing, with tokens of 1 or more");
    }
    hello.units.push_back({name, unit.token()});
  }
  if (hello.units.empty()) return InvalidField("hello.units", "at least one");
  return OwnerMessage(std::move(hello));
}

Result<OwnerMessage> ReportFrom(const v1::SessionRequest::ReportOffer& r, const PoolId& pool) {
  auto end = EndFrom(r.end());
  if (!end) return InvalidField("report_offer.end", "is required");
  return OwnerMessage(
      OfferReport{FromWire(r.reservation_id(), pool).value_or(ReservationKey{}), *end});
}

OwnerMessage BeatFrom(const v1::SessionRequest::Heartbeat& h, const PoolId& pool) {
  Heartbeat beat{h.number(), h.highest_grant_seen(), {}};
  for (const auto& held : h.held()) beat.held.push_back(ClaimFrom(held, pool));
  return beat;
}

OwnerMessage TakenFrom(const v1::SessionRequest::Taken& t, const PoolId& pool) {
  Taken taken{t.grant(), {}};
  for (const auto& id : t.reservation_ids()) {
    taken.keys.push_back(FromWire(id, pool).value_or(ReservationKey{}));
  }
  return taken;
}

// --- Outwards

std::string WireOf(ReservationKey key, const PoolId& pool) {
  return key ? ToWire(key, pool).str() : "";
}

void Fill(const Offer& offer, const PoolId& pool, v1::Offer* to) {
  const AgentProfile& p = *offer.face->profile;
  to->set_reservation_id(WireOf(offer.key, pool));
  to->set_agent_id(p.id.str());
  to->set_agent_name(p.name);
  to->set_kind(ToProto(p.kind));
  to->set_line_mode(ToProto(p.line_mode));
  const AgentFace& face = *offer.face;
  to->set_edge_id((offer.edge.empty() ? face.edge : offer.edge).str());
  if (offer.edge.empty() && face.edges.size() > 1) {
    for (const EdgeId& edge : face.edges) to->add_edge_ids(edge.str());
  }
  to->set_sip_user(p.sip_user);
  to->set_contact_uri(p.contact_uri);
  to->set_dedicated_leg_id(offer.face->dedicated_leg.str());
  ToProto(p.wrap_up, to->mutable_wrap_up());
}

const char* ReasonOf(const SeizeReply& reply) {
  if (reply.agent_unknown) return "AGENT_NOT_FOUND";
  switch (reply.refusal) {
    case Refusal::kOffline:
      return "OFFLINE";
    case Refusal::kNotReady:
      return "NOT_READY";
    case Refusal::kNotAtEdge:
      return "NOT_AT_EDGE";
    case Refusal::kFull:
    case Refusal::kEngaged:
    case Refusal::kNone:
      return "FULL";
  }
  return "OFFLINE";
}

struct Outward {
  const PoolId& pool;
  v1::SessionResponse& out;

  void operator()(const ReadyReply& r) const {
    auto* ready = out.mutable_ready();
    for (const Unit& unit : r.units) ToProto(unit, ready->add_units());
    ToProto(r.lease, ready->mutable_lease());
  }
  void operator()(const GrantReply& r) const {
    auto* grant = out.mutable_grant();
    grant->set_grant(r.grant);
    ToProto(*r.unit, grant->mutable_unit());
    grant->set_demand_id(r.demand);
    grant->set_revision(r.revision);
    for (const Offer& offer : r.offers) Fill(offer, pool, grant->add_offers());
  }
  void operator()(const ClosedReply& r) const {
    auto* closed = out.mutable_closed();
    ToProto(r.unit, closed->mutable_unit());
    closed->set_demand_id(r.demand);
    closed->set_reservation_id(WireOf(r.key, pool));
    closed->set_reason(r.reason);
  }
  void operator()(const RevokedReply& r) const {
    out.mutable_revoked()->set_reservation_id(r.key ? WireOf(r.key, pool) : r.wire_key);
    out.mutable_revoked()->set_reason(r.reason);
  }
  void operator()(const FencedReply& r) const {
    for (const UnitToken& unit : r.units) {
      auto* fenced = out.mutable_fenced()->add_units();
      ToProto(unit.unit, fenced->mutable_unit());
      fenced->set_token(unit.token);
    }
  }
  void operator()(const HeartbeatAck& r) const {
    out.mutable_heartbeat_ack()->set_number(r.number);
  }
  void operator()(const SeizeReply& r) const {
    auto* result = out.mutable_seize_result();
    result->set_seize_id(r.seize_id);
    if (r.offer) return Fill(*r.offer, pool, result->mutable_offer());
    const auto status = grpc_server::ToGrpcStatus(
        Error{r.agent_unknown ? ErrorCode::kNotFound : ErrorCode::kFailedPrecondition, ReasonOf(r),
              "The agent cannot take it."});
    result->mutable_status()->ParseFromString(status.error_details());
  }
  void operator()(const AudienceReply& r) const {
    auto* audience = out.mutable_audience();
    ToProto(r.unit, audience->mutable_unit());
    audience->set_members(r.count.members);
    audience->set_ready(r.count.ready);
    audience->set_available(r.count.available);
    audience->set_instant(r.count.instant);
    for (const auto& at : r.at_edges) {
      auto* edge = audience->add_at_edges();
      edge->set_edge_id(at.edge.str());
      edge->set_ready(at.count.ready);
      edge->set_available(at.count.available);
      edge->set_instant(at.count.instant);
    }
  }
  void operator()(const EndStream&) const {}
};

}  // namespace

Result<OwnerMessage> FromProto(const v1::SessionRequest& request, const PoolId& pool) {
  using R = v1::SessionRequest;
  switch (request.message_case()) {
    case R::kHello:
      return HelloFrom(request.hello());
    case R::kDemand:
      return DemandFrom(request.demand());
    case R::kDeclareReservation:
      return OwnerMessage(ClaimFrom(request.declare_reservation(), pool));
    case R::kDeclareEnd:
      return OwnerMessage(DeclareEnd{UnitsFrom(request.declare_end().units())});
    case R::kLeave:
      return OwnerMessage(Leave{UnitsFrom(request.leave().units())});
    case R::kCancel:
      return OwnerMessage(
          CancelDemand{FromProto(request.cancel().unit()), request.cancel().demand_id()});
    case R::kTaken:
      return TakenFrom(request.taken(), pool);
    case R::kReturned:
      return OwnerMessage(Returned{request.returned().grant()});
    case R::kHeartbeat:
      return BeatFrom(request.heartbeat(), pool);
    case R::kReportOffer:
      return ReportFrom(request.report_offer(), pool);
    case R::kComplete:
      return CompleteFrom(request.complete(), pool);
    case R::kSeize: {
      const auto& s = request.seize();
      return OwnerMessage(SeizeRequest{s.seize_id(), FromProto(s.unit()), AgentId(s.agent_id()),
                                       s.override(), s.call_id(), EdgeId(s.edge_id())});
    }
    case R::MESSAGE_NOT_SET:
      break;
  }
  return InvalidField("message", "is required");
}

std::optional<v1::SessionResponse> ToProto(const OwnerReply& reply, const PoolId& pool) {
  if (std::holds_alternative<EndStream>(reply)) return std::nullopt;
  v1::SessionResponse out;
  std::visit(Outward{pool, out}, reply);
  return out;
}

}  // namespace callfleet::agent_registry
