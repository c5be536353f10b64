#pragma once
// A call in progress, and who asks for what to be done with it.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue::test {

class SteerWorld : public QueueWorld {
 protected:
  // The agent zoe talks with the caller of c.
  TicketId Talking() {
    const TicketId ticket = Caller("c");
    Call("c").trunk = TrunkId("carrier");
    zoe = Grant(ticket, {Agent("zoe")}).at(0);
    AgentAnswers("c", zoe);
    return ticket;
  }
  void Ask(SteerWhat what, Steer where = {}) {
    where.request = "q" + std::to_string(++asked);
    where.call = CallId("c");
    where.what = what;
    Tell(where);
  }
  std::string Answer() const {
    const auto answers = All<AnswerSteer>();
    if (answers.empty()) return "no answer";
    return answers.back().refused ? answers.back().refused->reason : "OK";
  }

  LegId zoe;
  int asked = 0;
};

}  // namespace callfleet::queue::test
