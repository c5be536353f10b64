#pragma once
// Driving: what the edge says about calls that nobody, or the unit `routing`, controls.
#include "common/ids/ids.h"
#include "services/queue/domain/arrivals.h"

namespace callfleet::queue {

// Thread safe, never blocks. A new snapshot begins with OnSnapshot; what is not heard after it is
// no more.
class CallFacts {
 public:
  virtual ~CallFacts() = default;
  virtual void OnSnapshot() = 0;
  virtual void OnFact(CallFact fact) = 0;
  virtual void OnForgotten(CallId call) = 0;
  virtual void OnCommandFailed(CallId call) = 0;
};

}  // namespace callfleet::queue
