#pragma once
// Driven: what the owners of calls may ask of the edge. Facts and refusals come back through
// CallFacts.
#include <variant>

#include "common/ids/ids.h"
#include "services/queue/domain/queue_step.h"

namespace callfleet::queue {

using EdgeCommand = std::variant<ClaimCall, AnswerCall, RingAgent, DialOut, HangUpCall, PlaySound,
                                 HandOver, AcknowledgeCall, HoldLeg, SteerTransfer>;

// Thread safe, never blocks. A command whose answer was lost is repeated with its request id until
// the edge answers, so each is obeyed once or comes back as refused.
class CallControl {
 public:
  virtual ~CallControl() = default;
  virtual void Do(const UnitToken& unit, EdgeCommand command) = 0;
};

}  // namespace callfleet::queue
