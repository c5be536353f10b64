// Agents are asked for: also where the registry does not take what is asked.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class RefusedDemands : public test::QueueWorld {
 protected:
  void Refuse(const TicketId& ticket) {
    Tell(DemandClosed{.demand = ticket, .refused = "invalid: demand.skills"});
  }
  // Nothing is asked for until `pause` is over, and then once.
  void IsAskedAfter(std::chrono::milliseconds pause) {
    const int before = Count<SendDemand>();
    Pass(pause - 1ms);
    EXPECT_EQ(Count<SendDemand>(), before) << pause.count();
    Pass(1ms);
    EXPECT_EQ(Count<SendDemand>(), before + 1) << pause.count();
  }
};

TEST_F(RefusedDemands, AreMadeAgainAfterPausesThatDoubleUpTo30Seconds) {
  const auto ticket = Caller("c");
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    Refuse(ticket);
    EXPECT_TRUE(All<SendDemand>().empty());
    IsAskedAfter(pause);
  }
}

TEST_F(RefusedDemands, AreMadeAtOnceWhenTheyHaveChanged) {
  const auto ticket = Caller("c");
  Refuse(ticket);
  IsAskedAfter(1s);
  Refuse(ticket);
  QueueStepper step(model, now, ids);
  ASSERT_TRUE(step.SetPriority(ticket, 5));
  Take(step.Finish());
  EXPECT_EQ(All<SendDemand>().size(), 1U);
  const int asked = Count<SendDemand>();
  Pass(10s);
  EXPECT_EQ(Count<SendDemand>(), asked) << "the pause of the one before is over too";
  Refuse(ticket);
  IsAskedAfter(1s);
}

TEST_F(RefusedDemands, AreMadeAtOnceWhenThePoolIsThereAgain) {
  const auto ticket = Caller("c");
  Refuse(ticket);
  Tell(SessionChanged{false});
  EXPECT_TRUE(All<SendDemand>().empty());
  Tell(SessionChanged{true});
  EXPECT_EQ(All<SendDemand>().size(), 1U);
}

TEST_F(RefusedDemands, AreForgottenWithTheirCaller) {
  const auto ticket = Caller("c");
  Refuse(ticket);
  CallerHangsUp("c");
  CallIsOver("c");
  ASSERT_NE(Over(ticket), nullptr);
  NothingIsLeft();
}

TEST_F(RefusedDemands, AreNoMoreOnceOneWasGranted) {
  const auto ticket = Caller("c");
  Refuse(ticket);
  IsAskedAfter(1s);
  Refuse(ticket);
  IsAskedAfter(2s);
  const auto leg = Grant(ticket, {Agent("anna")}).at(0);
  AgentLegEnds("c", leg, OfferEnd::kDeclined);
  EXPECT_EQ(All<SendDemand>().size(), 1U);
  Refuse(ticket);
  IsAskedAfter(1s);
}

}  // namespace
}  // namespace callfleet::queue
