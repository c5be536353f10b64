// Numbers that lead to an agent: it is taken like for any work, and the caller is answered when it
// answers; who is not taken goes on or is refused.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class DirectCalls : public test::QueueWorld {
 protected:
  DirectCalls() { model.queue.id = DirectQueue(); }

  TicketId CallTo(const std::string& agent, std::optional<Destination> otherwise = {}) {
    Tell(CallComing{CallId("c"),
                    {.why = "200", .agent = AgentId(agent), .otherwise = std::move(otherwise)}});
    return Caller("c");
  }
  void Seized(const std::string& reason = {}) {
    const auto asked = All<SeizeAgent>().at(0);
    std::optional<AgentOffer> offer;
    if (reason.empty()) offer = Agent(asked.agent.str());
    Tell(SeizeAnswered{asked.seize, offer, reason});
    for (const auto& ring : All<RingAgent>()) {
      zoe = ring.leg;
      Call("c").agents.push_back(
          {.leg = zoe, .agent = ring.agent.agent, .reservation = ring.agent.reservation});
    }
  }
  // The final response, as "486 17", once for the call.
  std::string Refused() const {
    const auto acts = All<HangUpCall>();
    if (acts.size() != 1) return std::to_string(acts.size()) + " hang-ups";
    return std::to_string(acts[0].sip_code) + " " + std::to_string(acts[0].q850);
  }
  void Over() {
    CallerHangsUp("c");
    CallIsOver("c");
    Tell(CallForgotten{CallId("c")});
    NothingIsLeft();
  }

  LegId zoe;
};

TEST_F(DirectCalls, TheAgentIsTakenByTheRulesAndRungWhileTheCallerHearsRinging) {
  const TicketId ticket = CallTo("zoe");
  ASSERT_EQ(All<SeizeAgent>().size(), 1U);
  EXPECT_FALSE(All<SeizeAgent>()[0].override_rules);
  EXPECT_TRUE(writes.empty());  // Nothing is kept of a caller who may be refused.
  Seized();
  ASSERT_EQ(All<RingAgent>().size(), 1U);
  EXPECT_EQ(All<RingAgent>()[0].bridge_with, LegId("c-caller"));
  EXPECT_EQ(writes.size(), 1U);
  EXPECT_EQ(Count<AnswerCall>(), 0);
  EXPECT_EQ(At(ticket).state, TicketState::kOffered);
}

TEST_F(DirectCalls, TheCallerIsAnsweredWhenTheAgentIs) {
  const TicketId ticket = CallTo("zoe");
  Seized();
  Leg("c", zoe).answered = now.wall;
  Publish("c");
  ASSERT_EQ(All<AnswerCall>().size(), 1U);
  Call("c").customer->answered = now.wall;
  AgentAnswers("c", zoe);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  Pass(5s);
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  EXPECT_EQ(All<CompleteWork>().at(0).talk, 5s);
  Over();
}

TEST_F(DirectCalls, AnAgentWhoCannotTakeItIsRefusedByReasonBeforeTheAnswer) {
  const std::vector<std::pair<std::string, std::string>> cases{{"FULL", "486 17"},
                                                               {"NOT_READY", "480 20"},
                                                               {"OFFLINE", "480 20"},
                                                               {"AGENT_NOT_FOUND", "480 20"}};
  for (const auto& [reason, refusal] : cases) {
    CallTo("zoe");
    Seized(reason);
    EXPECT_EQ(Refused(), refusal) << reason;
    Over();
  }
  EXPECT_EQ(Count<AnswerCall>(), 0);
  EXPECT_EQ(std::get<CallRefused>(writes.at(0)).reason, "agent_busy");
  EXPECT_EQ(model.figures.refused, 4U);
}

TEST_F(DirectCalls, TheNumbersAlternativeGoesBeforeARefusal) {
  CallTo("zoe", ToQueue{QueueId("sales")});
  Seized("NOT_READY");
  ASSERT_EQ(All<HandOver>().size(), 1U);
  EXPECT_EQ(All<HandOver>()[0].to, QueueId("sales"));
  EXPECT_TRUE(All<HandOver>()[0].with.agent.empty());
}

TEST_F(DirectCalls, AnAgentWhoDoesNotAnswerOrSaysNoIsAnswered480Or486) {
  CallTo("zoe");
  Seized();
  AgentLegEnds("c", zoe, OfferEnd::kNoAnswer);
  EXPECT_EQ(Refused(), "480 20");
  Over();
  CallTo("zoe");
  Seized();
  AgentLegEnds("c", zoe, OfferEnd::kDeclined);
  EXPECT_EQ(Refused(), "486 17");
  Over();
  EXPECT_EQ(Count<SendDemand>(), 0);  // Nobody else is looked for.
}

TEST_F(DirectCalls, ARegistryThatIsAwayIsWaitedForButNotLong) {
  Tell(SessionChanged{false});
  CallTo("zoe");
  EXPECT_TRUE(All<SeizeAgent>().empty());
  Tell(SessionChanged{true});
  EXPECT_EQ(All<SeizeAgent>().size(), 1U);
  Pass(6s);
  EXPECT_EQ(Refused(), "480 20");
  Over();
}

TEST_F(DirectCalls, ACallerWhoLeavesBeforeTheAgentIsTakenLeavesNobodyBehind) {
  CallTo("zoe");
  const auto seize = All<SeizeAgent>().at(0).seize;
  CallerHangsUp("c");
  Tell(SeizeAnswered{seize, Agent("zoe"), {}});
  EXPECT_EQ(Reports().at(0).end, OfferEnd::kWithdrawn);
  CallIsOver("c");
  NothingIsLeft();
}

TEST_F(DirectCalls, ACallerWhoLeavesWhileThePhoneRingsIsAbandonedAndNotRefused) {
  CallTo("zoe");
  Seized();
  auto& leg = Leg("c", zoe);
  leg.over = true;  // The two ends come in one record.
  leg.end = OfferEnd::kWithdrawn;
  Over();
  EXPECT_EQ(model.figures.abandoned, 1U);
  EXPECT_EQ(model.figures.overflowed, 0U);
  EXPECT_EQ(Count<HangUpCall>(), 0);
}

TEST_F(DirectCalls, ALostReservationEndsInARefusalOnceTheCallerHadTimeToLeave) {
  CallTo("zoe");
  Seized();
  Tell(ReservationLost{Call("c").agents[0].reservation});
  Pass(3s);
  EXPECT_EQ(Refused(), "480 20");
  Over();
}

TEST_F(DirectCalls, WhoeverComesWithoutAnAgentIsRefused) {
  Caller("c");
  EXPECT_EQ(Refused(), "480 20");
  Over();
}

TEST_F(DirectCalls, ATalkCannotGoBackIntoAQueueThatItNeverWaitedIn) {
  CallTo("zoe");
  Seized();
  Call("c").customer->answered = now.wall;
  AgentAnswers("c", zoe);
  Tell(Steer{.request = "r", .call = CallId("c"), .what = SteerWhat::kRequeue});
  EXPECT_EQ(All<AnswerSteer>().at(0).refused->reason, "NOT_QUEUED");
}

TEST_F(DirectCalls, ASuccessorAsksForTheSameAgentAgainWhereNoPhoneRings) {
  const TicketId ticket = CallTo("zoe");
  Seized();
  Ticket kept = At(ticket);
  kept.offers.clear();
  kept.agent_asked = false;
  Call("c").agents.clear();  // The order to ring was never sent.
  const Queue queue = model.queue;
  model = {};
  model.queue = queue;
  model.token = 7;
  Restore(model, kept);
  Publish("c");
  EdgeIsUp();
  Tell(SessionChanged{true});
  ASSERT_EQ(All<SeizeAgent>().size(), 1U);
  EXPECT_EQ(All<SeizeAgent>()[0].agent, AgentId("zoe"));
  EXPECT_EQ(Count<SendDemand>(), 0);
  EXPECT_EQ(Count<AnswerCall>(), 0);
}

}  // namespace
}  // namespace callfleet::queue
