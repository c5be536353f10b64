#pragma once
// Driving: what the edges tell of agents' legs and registrations. In order for each edge.
#include <string>
#include <vector>

#include "services/agent_registry/domain/agent_events.h"

namespace callfleet::agent_registry {

struct LegOfAgent {
  AgentId agent;
  AgentLeg leg;
};
struct UserReachability {
  AgentId agent;
  Reachability report;
};

class EdgeFacts {
 public:
  virtual ~EdgeFacts() = default;
  virtual void OnLeg(LegOfAgent leg) = 0;
  // All live agent legs of this edge; those not named are gone.
  virtual void OnLegSnapshot(EdgeId edge, std::vector<LegOfAgent> legs) = 0;
  // Legs of this edge are not seen any more: its watch has ended, or is silent. Or are seen again,
  // with nothing lost between (a watch that was opened anew begins with a snapshot instead).
  virtual void OnSight(EdgeId edge, bool in_sight) = 0;
  virtual void OnReachability(UserReachability report) = 0;
  // All registrations of this edge; agents not named are not registered there.
  virtual void OnReachabilitySnapshot(EdgeId edge, std::vector<UserReachability> reports) = 0;
};

}  // namespace callfleet::agent_registry
