#pragma once
// Driven: what the registry asks of the edges.
#include <string>

#include "services/agent_registry/domain/agent_profile.h"

namespace callfleet::agent_registry {

// Thread safe, never blocks; what comes of it is told by the facts.
class EdgeControl {
 public:
  virtual ~EdgeControl() = default;
  // Adds or replaces the agent's SIP account at each edge, now and at each later boot.
  virtual void PutAccount(const AgentProfile& profile) = 0;
  virtual void RemoveAccount(const std::string& sip_user) = 0;
  // Dials the dedicated leg; a failure comes back as its `ended` fact. Empty edge: any.
  virtual void DialDedicated(const AgentProfile& profile, const LegId& leg, const EdgeId& edge) = 0;
};

}  // namespace callfleet::agent_registry
