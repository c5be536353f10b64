#pragma once
// An agent as others see it: a copy of what the actor knows, whole and versioned.
#include <memory>

#include "services/agent_registry/domain/agent.h"

namespace callfleet::agent_registry {

struct AgentRecord {
  std::shared_ptr<const AgentProfile> profile;
  SavePresence presence;
  std::string pending_reason;
  Standing standing;
  std::vector<SlotRecord> slots;
  std::vector<AgentLeg> manual_legs;
  bool reachable = false;
  bool blocked_by_wrap_up = false;
  std::string contact;
  EdgeId edge;
  LegId dedicated_leg;
  AgentFigures figures;
  WallTime last_activity{};
  std::uint64_t version = 0;
};
using AgentRecordRef = std::shared_ptr<const AgentRecord>;

inline AgentRecordRef RecordOf(const Agent& agent, WallTime last_activity, std::uint64_t version) {
  auto r = std::make_shared<AgentRecord>();
  r->profile = agent.profile_ref();
  r->presence = {agent.presence(), agent.reason(), agent.since(), agent.pending()};
  if (agent.pending()) r->pending_reason = agent.pending_reason();
  r->standing = agent.standing();
  r->slots = agent.slots();
  r->manual_legs = agent.manual_legs();
  r->reachable = agent.reachable();
  r->blocked_by_wrap_up = agent.blocked_by_wrap_up();
  r->contact = agent.contact();
  r->edge = agent.edge();
  r->dedicated_leg = agent.dedicated_leg();
  r->figures = agent.figures();
  r->last_activity = last_activity;
  r->version = version;
  return r;
}

}  // namespace callfleet::agent_registry
