#include "services/supervisor/adapters/call_convert.h"

#include "common/grpc_server/pb_time.h"
#include "services/supervisor/adapters/lookups.h"

namespace callfleet::supervisor {
namespace {

using grpc_server::LengthOf;
using grpc_server::TimeIfSet;

namespace edge_pb = callfleet::sip_edge::v1;

// All are 0 where the leg had no media of its own, and while the figures of one that has just ended
// are on their way.
std::optional<LegQuality> ToQuality(const edge_pb::Leg& leg) {
  const edge_pb::MediaQuality& told = leg.quality();
  if (told.packets_received() == 0 && told.packets_sent() == 0) return std::nullopt;
  LegQuality quality{.packets_received = told.packets_received(),
                     .packets_sent = told.packets_sent(),
                     .packets_lost = told.packets_lost()};
  if (told.has_jitter()) quality.jitter = LengthOf(told.jitter());
  if (told.has_round_trip()) quality.round_trip = LengthOf(told.round_trip());
  if (told.has_first_rtp_after_answer())
    quality.first_rtp = LengthOf(told.first_rtp_after_answer());
  if (told.mos() > 0) quality.mos = told.mos();
  return quality;
}

LegFact ToLeg(const edge_pb::Leg& leg) {
  LegFact fact{.id = LegId(leg.leg_id())};
  fact.role = leg.role() == edge_pb::LEG_ROLE_AGENT        ? LegRole::kAgent
              : leg.role() == edge_pb::LEG_ROLE_SUPERVISOR ? LegRole::kSupervisor
                                                           : LegRole::kCustomer;
  static constexpr Lookup<edge_pb::LegState, LegState, 5> kStates{
      {{edge_pb::LEG_STATE_SETUP, LegState::kSetup},
       {edge_pb::LEG_STATE_RINGING, LegState::kRinging},
       {edge_pb::LEG_STATE_ANSWERED, LegState::kAnswered},
       {edge_pb::LEG_STATE_ENDING, LegState::kEnding},
       {edge_pb::LEG_STATE_ENDED, LegState::kEnded}}};
  fact.state = Find(kStates, leg.state(), LegState::kSetup);
  fact.agent = AgentId(leg.agent_id());
  fact.is_caller = leg.is_caller();
  fact.remote = leg.remote();
  fact.caller_id = leg.caller_id();
  fact.codec = leg.codec();
  if (leg.amd().verdict() != callfleet::common::v1::AMD_VERDICT_UNSPECIFIED) {
    fact.answered_by =
        WithoutPrefix(callfleet::common::v1::AmdVerdict_Name(leg.amd().verdict()), "AMD_VERDICT_");
  }
  fact.held = leg.held_by_far_end() || leg.held_by_us();
  if (leg.supervise_mode() != edge_pb::SUPERVISE_MODE_UNSPECIFIED) {
    fact.supervises =
        WithoutPrefix(edge_pb::SuperviseMode_Name(leg.supervise_mode()), "SUPERVISE_MODE_");
  }
  fact.created = TimeIfSet(leg.create_time());
  fact.placed = TimeIfSet(leg.place_time());
  fact.rang = TimeIfSet(leg.ring_time());
  fact.answered = TimeIfSet(leg.answer_time());
  fact.ended = TimeIfSet(leg.end_time());
  if (leg.has_end()) fact.end_reason = EndReason(leg.end());
  static constexpr Lookup<edge_pb::OneWayAudio, OneWayAudio, 2> kOneWay{
      {{edge_pb::ONE_WAY_AUDIO_NOTHING_RECEIVED, OneWayAudio::kNothingReceived},
       {edge_pb::ONE_WAY_AUDIO_NOTHING_HEARD, OneWayAudio::kNothingHeard}}};
  fact.one_way = Find(kOneWay, leg.one_way_audio(), OneWayAudio::kNone);
  fact.quality = ToQuality(leg);
  return fact;
}

BridgeFact ToBridge(const edge_pb::BridgeSpan& span) {
  BridgeFact fact{.id = BridgeId(span.bridge_id())};
  for (const auto& leg : span.leg_ids()) fact.legs.emplace_back(leg);
  fact.start = TimeIfSet(span.start_time()).value_or(WallTime{});
  fact.end = TimeIfSet(span.end_time());
  return fact;
}

}  // namespace

std::optional<Unit> ToUnit(const callfleet::common::v1::Unit& unit) {
  namespace common_pb = callfleet::common::v1;
  switch (unit.kind()) {
    case common_pb::UNIT_KIND_POOL:
      return Unit{UnitKind::kPool, unit.id()};
    case common_pb::UNIT_KIND_QUEUE:
      return Unit{UnitKind::kQueue, unit.id()};
    case common_pb::UNIT_KIND_CAMPAIGN:
      return Unit{UnitKind::kCampaign, unit.id()};
    case common_pb::UNIT_KIND_ROUTING:
      return Unit{UnitKind::kRouting, unit.id()};
    default:
      return std::nullopt;
  }
}

std::string EndReason(const edge_pb::LegEnd& end) {
  if (end.edge_reason() != edge_pb::EDGE_REASON_UNSPECIFIED) {
    return WithoutPrefix(edge_pb::EdgeReason_Name(end.edge_reason()), "EDGE_REASON_");
  }
  const int code = end.sip_code();
  if (code < 300) return "normal";
  if (code == 486 || code == 600) return "busy";
  if (code == 408 || code == 480) return "no_answer";
  if (code == 487) return "cancelled";
  if (code == 603) return "declined";
  return "sip_" + std::to_string(code);
}

CallFact ToFact(const edge_pb::CallRecord& record) {
  static constexpr Lookup<edge_pb::CallState, EdgeCallState, 5> kStates{
      {{edge_pb::CALL_STATE_ARRIVED, EdgeCallState::kArrived},
       {edge_pb::CALL_STATE_SETUP, EdgeCallState::kSetup},
       {edge_pb::CALL_STATE_WAITING, EdgeCallState::kWaiting},
       {edge_pb::CALL_STATE_BRIDGED, EdgeCallState::kBridged},
       {edge_pb::CALL_STATE_ENDED, EdgeCallState::kEnded}}};
  CallFact fact{.id = CallId(record.call_id()), .version = record.version()};
  fact.edge = EdgeId(record.edge_id());
  fact.direction = record.direction() == edge_pb::CALL_DIRECTION_OUTBOUND ? CallDirection::kOutbound
                                                                          : CallDirection::kInbound;
  fact.state = Find(kStates, record.state(), EdgeCallState::kSetup);
  if (record.has_controller()) fact.controller = ToUnit(record.controller().unit());
  if (record.has_offered()) fact.offered = ToUnit(record.offered());
  for (const auto& leg : record.legs()) fact.legs.push_back(ToLeg(leg));
  for (const auto& span : record.bridges()) fact.bridges.push_back(ToBridge(span));
  fact.caller = record.caller();
  fact.called = record.called();
  for (const auto& recording : record.recordings()) {
    fact.recordings.push_back(recording.recording_id());
  }
  fact.labels = {record.labels().begin(), record.labels().end()};
  fact.created = TimeIfSet(record.create_time());
  fact.answered = TimeIfSet(record.answer_time());
  fact.ended = TimeIfSet(record.end_time());
  if (record.has_end()) {
    fact.end_reason = EndReason(record.end());
    fact.sip_code = record.end().sip_code();
    fact.q850_cause = record.end().q850_cause();
  }
  return fact;
}

TrunkFact ToFact(const edge_pb::Trunk& trunk) {
  static constexpr Lookup<edge_pb::TrunkState, const char*, 4> kStates{
      {{edge_pb::TRUNK_STATE_UP, "up"},
       {edge_pb::TRUNK_STATE_DOWN, "down"},
       {edge_pb::TRUNK_STATE_BREAKER_OPEN, "breaker_open"},
       {edge_pb::TRUNK_STATE_DISABLED, "disabled"}}};
  TrunkFact fact{.id = TrunkId(trunk.trunk_id()), .name = trunk.name()};
  fact.state = Find(kStates, trunk.state(), "up");
  fact.active_channels = trunk.active_channels();
  fact.free_channels = trunk.free_channels();
  return fact;
}

}  // namespace callfleet::supervisor
