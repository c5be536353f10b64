#pragma once
// Driven: the newest record of each agent, for readers and watchers.
#include "services/agent_registry/domain/agent_record.h"

namespace callfleet::agent_registry {

class AgentFeed {
 public:
  virtual ~AgentFeed() = default;
  virtual void Changed(
      AgentRecordRef record) = 0;  // Thread safe; an older version changes nothing.
  virtual void Gone(const AgentId& agent) = 0;
};

}  // namespace callfleet::agent_registry
