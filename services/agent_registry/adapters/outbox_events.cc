#include "services/agent_registry/adapters/outbox_events.h"

#include "callfleet/agent_registry/v1/event.pb.h"
#include "common/grpc_server/pb_time.h"

namespace callfleet::agent_registry {
namespace {

void Set(WallTime time, google::protobuf::Timestamp* to) { *to = grpc_server::ToPb(time); }
void Set(std::chrono::microseconds time, google::protobuf::Duration* to) {
  *to = grpc_server::ToPb(time);
}
v1::Presence ToProto(Presence presence) {
  switch (presence) {
    case Presence::kLoggedOut:
      return v1::PRESENCE_LOGGED_OUT;
    case Presence::kNotReady:
      return v1::PRESENCE_NOT_READY;
    case Presence::kReady:
      return v1::PRESENCE_READY;
  }
  return v1::PRESENCE_UNSPECIFIED;
}

v1::SlotState ToProto(SlotState state) {
  switch (state) {
    case SlotState::kReserved:
      return v1::SLOT_STATE_RESERVED;
    case SlotState::kRinging:
      return v1::SLOT_STATE_RINGING;
    case SlotState::kConnected:
      return v1::SLOT_STATE_CONNECTED;
    case SlotState::kHeld:
      return v1::SLOT_STATE_HELD;
    case SlotState::kWrapUp:
      return v1::SLOT_STATE_WRAP_UP;
    case SlotState::kOrphaned:
      return v1::SLOT_STATE_ORPHANED;
    case SlotState::kFree:
      return v1::SLOT_STATE_UNSPECIFIED;
  }
  return v1::SLOT_STATE_UNSPECIFIED;
}
v1::OfferEndKind ToProto(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      return v1::OFFER_END_KIND_ANSWERED;
    case OfferEnd::kNoAnswer:
      return v1::OFFER_END_KIND_NO_ANSWER;
    case OfferEnd::kDeclined:
      return v1::OFFER_END_KIND_DECLINED;
    case OfferEnd::kDeviceFault:
      return v1::OFFER_END_KIND_DEVICE_FAULT;
    case OfferEnd::kWithdrawn:
      return v1::OFFER_END_KIND_WITHDRAWN;
  }
  return v1::OFFER_END_KIND_UNSPECIFIED;
}
void Set(const Unit& unit, callfleet::common::v1::Unit* to) {
  to->set_kind(static_cast<callfleet::common::v1::UnitKind>(unit.kind));
  to->set_id(unit.id);
}
// Without secrets, and without what other events tell.
void Set(const AgentProfile& p, v1::Agent* to) {
  to->set_agent_id(p.id.str());
  to->set_name(p.name);
  to->set_description(p.description);
  to->set_active(p.active);
  to->set_kind(static_cast<v1::AgentKind>(p.kind));
  to->set_line_mode(static_cast<v1::AgentLineMode>(p.line_mode));
  to->set_media_security(static_cast<v1::AgentMediaSecurity>(p.media_security));
  to->set_max_concurrent_calls(p.max_concurrent_calls);
  for (const SkillLevel& skill : p.skills) {
    auto* out = to->add_skills();
    out->set_name(skill.name);
    out->set_level(skill.level);
  }
  to->set_pool_id(p.pool.str());
  to->set_sip_user(p.sip_user);
  to->set_contact_uri(p.contact_uri);
  to->set_auto_ready(p.auto_ready);
  Set(p.wrap_up, to->mutable_wrap_up());
  to->set_tier(p.tier);
  Set(p.created, to->mutable_create_time());
}

std::string Stamp(WallTime at) { return std::to_string(at.time_since_epoch().count()); }

// Lines of one agent, or of none.
struct Teller {
  const PoolId& pool;
  AgentId agent{};

  template <class Payload>
  pg::OutboxEvent Event(std::string id, WallTime at, const Payload& payload) const {
    return {.stream = ToString(Unit{UnitKind::kPool, pool.str()}),
            .event_id = std::move(id),
            .source = "callfleet/agent_registry",
            .type = payload.GetTypeName(),
            .time = at,
            .subject = agent.empty() ? "pool:" + pool.str() : "agent:" + agent.str(),
            .payload = payload.SerializeAsString()};
  }
  std::string Wire(ReservationKey key) const { return key ? ToWire(key, pool).str() : ""; }
  // What most payloads begin with.
  template <class Payload, class Line>
  Payload Begin(const Line& line) const {
    Payload payload;
    payload.set_agent_id(agent.str());
    payload.set_reservation_id(Wire(line.key));
    if (line.unit) Set(*line.unit, payload.mutable_unit());
    return payload;
  }

  pg::OutboxEvent operator()(const PresenceTold& line) const {
    v1::PresenceChanged payload;
    payload.set_agent_id(agent.str());
    payload.set_presence(ToProto(line.presence));
    payload.set_reason(line.reason);
    Set(line.since, payload.mutable_since());
    if (line.pending) payload.set_pending_presence(ToProto(*line.pending));
    payload.set_previous_presence(ToProto(line.was));
    payload.set_previous_reason(line.was_reason);
    Set(line.was_since, payload.mutable_previous_since());
    return Event("presence-" + agent.str() + "-" + Stamp(line.at) + "-" +
                     std::to_string(payload.presence()) +
                     std::to_string(payload.pending_presence()),
                 line.at, payload);
  }
  pg::OutboxEvent operator()(const ReservationBegan& line) const {
    auto payload = Begin<v1::ReservationBegan>(line);
    payload.set_demand_id(line.demand);
    payload.set_call_id(line.call.str());
    Set(line.at, payload.mutable_time());
    payload.set_seized(line.seized);
    payload.set_load(line.load);
    payload.set_adopted(line.adopted);
    const std::string again = line.adopted ? "-" + Stamp(line.at) : "";
    return Event("began-" + payload.reservation_id() + again, line.at, payload);
  }
  pg::OutboxEvent operator()(const OfferEnded& line) const {
    auto payload = Begin<v1::OfferEnded>(line);
    payload.set_kind(ToProto(line.end));
    Set(line.began, payload.mutable_start_time());
    Set(line.at, payload.mutable_end_time());
    if (line.avoidable) Set(*line.avoidable, payload.mutable_avoidable_time());
    return Event("offer-" + payload.reservation_id(), line.at, payload);
  }
  pg::OutboxEvent operator()(const SlotChanged& line) const {
    auto payload = Begin<v1::SlotChanged>(line);
    payload.set_call_id(line.call.str());
    payload.set_leg_id(line.leg.str());
    if (line.from) payload.set_from(ToProto(*line.from));
    if (line.from) Set(line.from_time, payload.mutable_from_time());
    payload.set_to(ToProto(line.to));
    Set(line.at, payload.mutable_time());
    if (line.wrap_up_until) Set(*line.wrap_up_until, payload.mutable_wrap_up_until());
    payload.set_reason(line.reason);
    const std::string& slot = line.key ? payload.reservation_id() : payload.leg_id();
    return Event("slot-" + agent.str() + "-" + slot + "-" + Stamp(line.at) + "-" +
                     std::to_string(payload.from()) + std::to_string(payload.to()),
                 line.at, payload);
  }
  pg::OutboxEvent operator()(const ReservationEnded& line) const {
    auto payload = Begin<v1::ReservationEnded>(line);
    payload.set_demand_id(line.demand);
    payload.set_call_id(line.call.str());
    payload.set_reason(line.reason);
    Set(line.began, payload.mutable_start_time());
    Set(line.at, payload.mutable_end_time());
    payload.set_answered(line.answered);
    Set(line.talk, payload.mutable_talk_time());
    Set(line.hold, payload.mutable_hold_time());
    Set(line.wrap_up, payload.mutable_wrap_up_time());
    if (line.wrap_up_limit) Set(*line.wrap_up_limit, payload.mutable_wrap_up_limit());
    payload.set_load(line.load);
    return Event("ended-" + payload.reservation_id() + "-" + Stamp(line.at), line.at, payload);
  }
  pg::OutboxEvent operator()(const DispositionTold& line) const {
    auto payload = Begin<v1::DispositionSet>(line);
    payload.set_call_id(line.call.str());
    payload.set_disposition(line.disposition);
    payload.set_note(line.note);
    Set(line.at, payload.mutable_time());
    return Event("disposition-" + payload.reservation_id() + "-" + Stamp(line.at), line.at,
                 payload);
  }
  pg::OutboxEvent operator()(const Repair& line) const {
    auto payload = Begin<v1::Repaired>(line);
    payload.set_kind(static_cast<v1::RepairKind>(line.kind));
    payload.set_reason(line.reason);
    payload.set_call_id(line.call.str());
    const std::string whose = line.unit ? ToString(*line.unit) : agent.str();
    return Event("repair-" + std::string(Name(line.kind)) + "-" + whose + "-" +
                     payload.reservation_id() + "-" + Stamp(line.at),
                 line.at, payload);
  }
  pg::OutboxEvent operator()(const WorkDone& line) const {
    v1::WorkDone payload;
    payload.set_agent_id(agent.str());
    payload.set_reservation_id(Wire(line.key));
    Set(line.unit, payload.mutable_unit());
    payload.set_demand_id(line.demand);
    payload.set_call_id(line.call);
    payload.set_outcome(line.outcome);
    Set(line.talk, payload.mutable_talk_time());
    Set(line.wrap_up, payload.mutable_wrap_up());
    return Event("work-" + payload.reservation_id(), line.at, payload);
  }
  pg::OutboxEvent operator()(const TellAgentEvent& line) const {
    v1::AgentChanged payload;
    payload.set_agent_id(line.agent.str());
    payload.set_name(line.name);
    payload.set_change(line.change);
    if (line.profile) Set(*line.profile, payload.mutable_agent());
    return Event("agent-" + line.change + "-" + line.agent.str() + "-" + Stamp(line.at), line.at,
                 payload);
  }
  pg::OutboxEvent operator()(const TellMembership& line) const {
    v1::MembershipChanged payload;
    Set(line.unit, payload.mutable_unit());
    payload.set_agent_id(line.agent.str());
    payload.set_member(line.member);
    payload.set_primary(line.primary);
    return Event("member-" + ToString(line.unit) + "-" + line.agent.str() + "-" + Stamp(line.at),
                 line.at, payload);
  }
};

std::optional<pg::OutboxEvent> OfRow(const SaveAgentRow& row, const PoolId& pool) {
  const Teller teller{pool, row.agent};
  if (const auto* done = std::get_if<WorkDone>(&row.row)) return teller(*done);
  const auto* told = std::get_if<AgentTold>(&row.row);
  if (told == nullptr) return std::nullopt;
  return std::visit(teller, *told);
}

}  // namespace

std::optional<pg::OutboxEvent> ToOutboxEvent(const RegistryWrite& write, const PoolId& pool) {
  if (const auto* row = std::get_if<SaveAgentRow>(&write)) return OfRow(*row, pool);
  if (const auto* tell = std::get_if<TellAgentEvent>(&write)) {
    return Teller{pool, tell->agent}(*tell);
  }
  if (const auto* tell = std::get_if<TellMembership>(&write)) {
    return Teller{pool, tell->agent}(*tell);
  }
  if (const auto* tell = std::get_if<TellRepair>(&write)) return Teller{pool, {}}(tell->repair);
  return std::nullopt;
}

}  // namespace callfleet::agent_registry
