#include "services/agent_registry/adapters/outbox_events.h"

#include "callfleet/agent_registry/v1/event.pb.h"

namespace callfleet::agent_registry {
namespace {

void Set(WallTime time, google::protobuf::Timestamp* to) {
  const auto micros = time.time_since_epoch().count();
  to->set_seconds(micros / 1'000'000);
  to->set_nanos(static_cast<std::int32_t>(micros % 1'000'000) * 1'000);
}
void Set(std::chrono::milliseconds time, google::protobuf::Duration* to) {
  to->set_seconds(time.count() / 1'000);
  to->set_nanos(static_cast<std::int32_t>(time.count() % 1'000) * 1'000'000);
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

template <class Payload>
pg::OutboxEvent Event(const PoolId& pool, const AgentId& agent, std::string id, WallTime at,
                      const Payload& payload) {
  return {.stream = ToString(Unit{UnitKind::kPool, pool.str()}),
          .event_id = std::move(id),
          .source = "callfleet/agent_registry",
          .type = payload.GetTypeName(),
          .time = at,
          .subject = "agent:" + agent.str(),
          .payload = payload.SerializeAsString()};
}

std::string Stamp(WallTime at) { return std::to_string(at.time_since_epoch().count()); }

std::optional<pg::OutboxEvent> OfRow(const PoolId& pool, const AgentId& agent,
                                     const SavePresence& row) {
  v1::PresenceChanged payload;
  payload.set_agent_id(agent.str());
  payload.set_presence(ToProto(row.presence));
  payload.set_reason(row.reason);
  Set(row.since, payload.mutable_since());
  if (row.pending) payload.set_pending_presence(ToProto(*row.pending));
  const std::string pending =
      row.pending ? "-p" + std::to_string(static_cast<int>(*row.pending)) : "";
  return Event(pool, agent, "presence-" + agent.str() + "-" + Stamp(row.since) + pending, row.since,
               payload);
}
std::optional<pg::OutboxEvent> OfRow(const PoolId& pool, const AgentId& agent,
                                     const WorkDone& row) {
  v1::WorkDone payload;
  payload.set_agent_id(agent.str());
  payload.set_reservation_id(ToWire(row.key, pool).str());
  payload.mutable_unit()->set_kind(static_cast<callfleet::common::v1::UnitKind>(row.unit.kind));
  payload.mutable_unit()->set_id(row.unit.id);
  payload.set_demand_id(row.demand);
  payload.set_call_id(row.call);
  payload.set_outcome(row.outcome);
  Set(row.talk, payload.mutable_talk_time());
  Set(row.wrap_up, payload.mutable_wrap_up());
  return Event(pool, agent, "work-" + payload.reservation_id(), row.at, payload);
}
std::optional<pg::OutboxEvent> OfRow(const PoolId&, const AgentId&, const SaveFigures&) {
  return {};
}
std::optional<pg::OutboxEvent> OfRow(const PoolId&, const AgentId&, const SaveWrapUp&) {
  return {};
}
std::optional<pg::OutboxEvent> OfRow(const PoolId&, const AgentId&, const DropWrapUp&) {
  return {};
}

}  // namespace

std::optional<pg::OutboxEvent> ToOutboxEvent(const RegistryWrite& write, const PoolId& pool) {
  if (const auto* row = std::get_if<SaveAgentRow>(&write)) {
    return std::visit([&](const auto& r) { return OfRow(pool, row->agent, r); }, row->row);
  }
  const auto* tell = std::get_if<TellAgentEvent>(&write);
  if (tell == nullptr) return std::nullopt;
  v1::AgentChanged payload;
  payload.set_agent_id(tell->agent.str());
  payload.set_name(tell->name);
  payload.set_change(tell->change);
  const std::string id = "agent-" + tell->change + "-" + tell->agent.str() + "-" + Stamp(tell->at);
  return Event(pool, tell->agent, id, tell->at, payload);
}

}  // namespace callfleet::agent_registry
