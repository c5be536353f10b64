#pragma once
// Driving: what the edges say about calls that nobody, `routing` or a queue controls.
#include "common/ids/ids.h"
#include "services/queue/domain/call_fact.h"
#include "services/queue/domain/queue_events.h"

namespace callfleet::queue {

// Thread safe, never blocks. In order for each edge. A new snapshot of an edge begins with
// OnSnapshot and is whole at OnWhole; what is not heard between them is no more at this edge.
class CallFacts {
 public:
  virtual ~CallFacts() = default;
  virtual void OnSnapshot(const EdgeId& edge, const BootId& boot) = 0;
  virtual void OnFact(CallFact fact) = 0;
  virtual void OnWhole(const EdgeId& edge) = 0;
  // Its watch has ended; what was known of its calls stays until the next snapshot. Empty: an edge
  // that was never heard cannot be reached.
  virtual void OnDown(const EdgeId& edge) = 0;
  // Each edge was heard as a whole, or others were and it cannot be reached or was waited for for
  // long enough. Once.
  virtual void OnAllHeard() = 0;
  virtual void OnForgotten(CallId call) = 0;
  virtual void OnRefused(const Unit& unit, CommandRefused refused) = 0;
};

}  // namespace callfleet::queue
