#pragma once
// Driven: the streams of unit owners, outwards.
#include "services/agent_registry/domain/owner_messages.h"

namespace callfleet::agent_registry {

class OwnerStreams {
 public:
  virtual ~OwnerStreams() = default;
  virtual void Send(StreamId stream,
                    OwnerReply reply) = 0;  // Thread safe; unknown streams: no effect.
};

}  // namespace callfleet::agent_registry
