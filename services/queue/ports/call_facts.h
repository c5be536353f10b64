#pragma once
// Driving: what the edge says about calls that nobody, `routing` or a queue controls.
#include "common/ids/ids.h"
#include "services/queue/domain/call_fact.h"
#include "services/queue/domain/queue_events.h"

namespace callfleet::queue {

// Thread safe, never blocks. A new snapshot begins with OnSnapshot and is whole at OnWhole; what is
// not heard between them is no more.
class CallFacts {
 public:
  virtual ~CallFacts() = default;
  virtual void OnSnapshot(const EdgeId& edge, const BootId& boot) = 0;
  virtual void OnFact(CallFact fact) = 0;
  virtual void OnWhole() = 0;
  virtual void OnForgotten(CallId call) = 0;
  virtual void OnRefused(const Unit& unit, CommandRefused refused) = 0;
};

}  // namespace callfleet::queue
