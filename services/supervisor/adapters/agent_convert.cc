#include "services/supervisor/adapters/agent_convert.h"

#include "common/grpc_server/pb_time.h"
#include "services/supervisor/adapters/call_convert.h"
#include "services/supervisor/adapters/lookups.h"

namespace callfleet::supervisor {
namespace {

using grpc_server::LengthOf;
using grpc_server::TimeIfSet;

namespace registry_pb = callfleet::agent_registry::v1;

SlotFact ToSlot(const registry_pb::Slot& slot) {
  static constexpr Lookup<registry_pb::SlotState, SlotState, 6> kStates{
      {{registry_pb::SLOT_STATE_RESERVED, SlotState::kReserved},
       {registry_pb::SLOT_STATE_RINGING, SlotState::kRinging},
       {registry_pb::SLOT_STATE_CONNECTED, SlotState::kConnected},
       {registry_pb::SLOT_STATE_HELD, SlotState::kHeld},
       {registry_pb::SLOT_STATE_WRAP_UP, SlotState::kWrapUp},
       {registry_pb::SLOT_STATE_ORPHANED, SlotState::kOrphaned}}};
  SlotFact fact{.state = Find(kStates, slot.state(), SlotState::kReserved)};
  if (slot.has_unit()) fact.unit = ToUnit(slot.unit());
  fact.call = CallId(slot.call_id());
  fact.since = TimeIfSet(slot.since());
  return fact;
}

Presence ToPresence(registry_pb::Presence presence) {
  if (presence == registry_pb::PRESENCE_READY) return Presence::kReady;
  return presence == registry_pb::PRESENCE_NOT_READY ? Presence::kNotReady : Presence::kLoggedOut;
}

}  // namespace

AgentFact ToFact(const registry_pb::Agent& agent) {
  static constexpr Lookup<registry_pb::AgentActivity, AgentActivity, 5> kActivities{
      {{registry_pb::AGENT_ACTIVITY_OFFLINE, AgentActivity::kOffline},
       {registry_pb::AGENT_ACTIVITY_NOT_READY, AgentActivity::kNotReady},
       {registry_pb::AGENT_ACTIVITY_AVAILABLE, AgentActivity::kAvailable},
       {registry_pb::AGENT_ACTIVITY_BUSY, AgentActivity::kBusy},
       {registry_pb::AGENT_ACTIVITY_WRAP_UP, AgentActivity::kWrapUp}}};
  AgentFact fact{.id = AgentId(agent.agent_id()), .name = agent.name()};
  fact.description = agent.description();
  fact.pool = agent.pool_id();
  fact.line_mode =
      WithoutPrefix(registry_pb::AgentLineMode_Name(agent.line_mode()), "AGENT_LINE_MODE_");
  if (agent.media_security() != registry_pb::AGENT_MEDIA_SECURITY_UNSPECIFIED) {
    fact.media_security = WithoutPrefix(
        registry_pb::AgentMediaSecurity_Name(agent.media_security()), "AGENT_MEDIA_SECURITY_");
  }
  fact.auto_ready = agent.auto_ready();
  fact.tier = agent.tier();
  fact.wrap_up = LengthOf(agent.wrap_up());
  for (const auto& membership : agent.memberships()) {
    if (auto unit = ToUnit(membership.unit())) {
      fact.memberships.push_back({.unit = std::move(*unit), .primary = membership.primary()});
    }
  }
  fact.sip_user = agent.sip_user();
  fact.contact_uri = agent.contact_uri();
  if (agent.reachable()) {
    fact.contact = agent.contact();
    fact.edge = EdgeId(agent.edge_id());
  }
  fact.active = agent.active();
  fact.kind = agent.kind() == registry_pb::AGENT_KIND_AI ? AgentKind::kAi : AgentKind::kHuman;
  fact.presence = ToPresence(agent.presence());
  fact.presence_reason = agent.presence_reason();
  fact.presence_since = TimeIfSet(agent.presence_since());
  if (agent.pending_presence() != registry_pb::PRESENCE_UNSPECIFIED) {
    fact.pending_presence = ToPresence(agent.pending_presence());
    fact.pending_presence_reason = agent.pending_presence_reason();
  }
  fact.activity = Find(kActivities, agent.activity(), AgentActivity::kOffline);
  fact.max_calls = agent.max_concurrent_calls();
  for (const auto& skill : agent.skills()) {
    fact.skills.push_back({.name = skill.name(), .level = std::max(skill.level(), 1U)});
  }
  for (const auto& slot : agent.slots()) fact.slots.push_back(ToSlot(slot));
  fact.offers_answered = agent.figures().answered();
  fact.offers_missed = agent.figures().missed();
  fact.calls = agent.figures().calls();
  fact.created = TimeIfSet(agent.create_time());
  fact.last_activity = TimeIfSet(agent.last_activity_time());
  fact.version = agent.version();
  return fact;
}

}  // namespace callfleet::supervisor
