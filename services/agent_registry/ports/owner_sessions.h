#pragma once
// Driving: the streams of unit owners, inwards. In the order of the stream.
#include "services/agent_registry/domain/owner_messages.h"

namespace callfleet::agent_registry {

class OwnerSessions {
 public:
  virtual ~OwnerSessions() = default;
  // False: this process does not serve the pool.
  virtual bool OnMessage(const PoolId& pool, StreamId stream, OwnerMessage message) = 0;
  virtual void OnDown(const PoolId& pool, StreamId stream) = 0;
};

}  // namespace callfleet::agent_registry
