#pragma once
// Driven: what the owners of calls may ask of the edge. Facts and refusals come back through
// CallFacts.
#include <variant>

#include "common/agent_pool/agent_pool.h"
#include "common/ids/ids.h"
#include "services/queue/domain/queue_step.h"

namespace callfleet::queue {

using EdgeCommand = std::variant<ClaimCall, AnswerCall, DialOut, HangUpCall, PlaySound, HandOver,
                                 AcknowledgeCall, HoldLeg, SteerTransfer, DeclineOffer>;

// Thread safe, never blocks. A command whose answer was lost is repeated with its request id until
// the edge answers, so each is obeyed once or comes back as refused.
class CallControl {
 public:
  virtual ~CallControl() = default;
  virtual void Do(const UnitToken& unit, EdgeCommand command) = 0;
  // The lease is asked for before each try, on any thread: the command waits while it is unsure,
  // and is refused TOO_LATE once it is lost.
  virtual void Ring(const UnitToken& unit, const RingAgent& ring, agent_pool::LeaseCheck lease) = 0;
};

}  // namespace callfleet::queue
