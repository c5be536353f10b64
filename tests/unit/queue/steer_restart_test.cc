// A queue's owner that ends while a customer is passed on: its successor reads the ticket as it was
// kept, and the edge tells the rest.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;

class SteeringOverARestart : public test::QueueWorld {
 protected:
  TicketId Talking() {
    const TicketId ticket = Caller("c");
    zoe = Grant(ticket, {Agent("zoe")}).at(0);
    AgentAnswers("c", zoe);
    return ticket;
  }
  void Ask(SteerWhat what, Steer where = {}) {
    where.request = "q";
    where.call = CallId("c");
    where.what = what;
    Tell(where);
  }
  // What is kept of a ticket, and no more.
  void Restart(const TicketId& id) {
    const Ticket& was = At(id);
    Ticket kept{.id = id, .call = was.call};
    kept.edge = was.edge;
    kept.caller = was.caller;
    kept.since = was.since;
    kept.created = was.created;
    kept.state = was.state == TicketState::kLeaving ? TicketState::kWaiting : was.state;
    kept.agent = was.agent;
    kept.answered = was.answered;
    kept.talk = was.talk;
    kept.waits_again = was.waits_again;
    kept.notes = was.notes;
    Succeed(kept);
    Publish("c");
    EdgeIsUp();
    Tell(SessionChanged{true});
  }
  std::string Answer() const {
    const auto answers = All<AnswerSteer>();
    if (answers.empty()) return "no answer";
    return answers.back().refused ? answers.back().refused->reason : "OK";
  }
  bool Demanded(const TicketId& id) const {
    return std::any_of(history.begin(), history.end(), [&](const QueueAct& act) {
      const auto* demand = std::get_if<SendDemand>(&act.action);
      return demand != nullptr && demand->demand == id;
    });
  }

  LegId zoe;
};

TEST_F(SteeringOverARestart, ACustomerWhoWasPutBackWaitsInTheOldPlace) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kRequeue);
  auto& leg = Leg("c", zoe);
  leg.over = true;
  leg.bridged = Call("c").customer->bridged = false;
  history.clear();
  const auto since = At(ticket).since;
  Restart(ticket);
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
  EXPECT_EQ(At(ticket).since, since);
  EXPECT_TRUE(Demanded(ticket));
}

TEST_F(SteeringOverARestart, ATalkWhoseAgentWasNotLetGoYetGoesOn) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kRequeue);
  history.clear();
  Restart(ticket);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  EXPECT_FALSE(Demanded(ticket));
  // The order that was on its way is obeyed after all: nobody is left for the customer.
  Call("c").customer->bridged = false;
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
}

TEST_F(SteeringOverARestart, ATransferUnderWayIsFollowedToItsEnd) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  Tell(SeizeAnswered{All<SeizeAgent>().at(0).seize, Agent("bob"), {}});
  const RingAgent ring = All<RingAgent>().at(0);
  Call("c").agents.push_back(
      {.leg = ring.leg, .agent = AgentId("bob"), .reservation = ring.agent.reservation});
  Call("c").transfer = {.id = ring.transfer->id,
                        .state = TransferFact::State::kUnderWay,
                        .referrer = zoe,
                        .target = ring.leg};
  Publish("c");
  Restart(ticket);
  ASSERT_TRUE(At(ticket).transfer);
  Leg("c", ring.leg).answered = now.wall;
  Leg("c", ring.leg).bridged = Leg("c", ring.leg).was_bridged = true;
  Leg("c", zoe).over = true;
  Call("c").transfer.state = TransferFact::State::kOver;
  Call("c").transfer.completed = true;
  Publish("c");
  EXPECT_EQ(At(ticket).agent, AgentId("bob"));
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  EXPECT_EQ(All<CompleteWork>().size(), 1U);
}

TEST_F(SteeringOverARestart, ACustomerWhomTheOtherQueueHasTakenMeanwhileIsNotAskedForHere) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kTransfer, {.to_queue = QueueId("support")});
  auto& leg = Leg("c", zoe);
  leg.over = true;
  leg.bridged = false;
  Call("c").controller = UnitToken{{UnitKind::kQueue, "support"}, 1};
  history.clear();
  Restart(ticket);
  EXPECT_FALSE(Demanded(ticket));
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kAnswered);
}

// It was here, left, and came back; a successor reads the ticket of the first time as one that is
// over, and knows the call by the second. After that it leaves and comes back once more.
TEST_F(SteeringOverARestart, ACustomerWhoIsPassedAroundIsTakenInEachTimeItComesBack) {
  const TicketId ticket = Talking();
  Restart(ticket);
  model.done[CallId("c")] = EdgeId("edge");  // The first time.
  Ask(SteerWhat::kTransfer, {.to_queue = QueueId("support")});
  AgentLegEnds("c", zoe, OfferEnd::kAnswered);
  Call("c").controller = UnitToken{{UnitKind::kQueue, "support"}, 1};
  Publish("c");
  ASSERT_NE(Over(ticket), nullptr);
  const TicketId again = Caller("c");
  ASSERT_FALSE(again.empty());
  EXPECT_NE(again, ticket);
  EXPECT_TRUE(Demanded(again));
}

// Of a call that is over its end is kept: whoever kept it may have died before the edge was told.
TEST_F(SteeringOverARestart, ACallWhoseEndIsKeptIsAcknowledgedAgainAndNotTakenIn) {
  const TicketId ticket = Talking();
  Restart(ticket);
  model.done[CallId("d")] = EdgeId("edge");
  history.clear();
  Call("d") = Call("c");
  Call("d").call = CallId("d");
  Call("d").ended = true;
  Publish("d");
  EXPECT_EQ(All<AcknowledgeCall>().size(), 1U);
  EXPECT_FALSE(model.by_call.contains(CallId("d")));
}

// The longest wait of who was put back counts from then on, whoever owns the queue.
TEST_F(SteeringOverARestart, ACustomerWhoWasPutBackHasTheWholeMaxWaitAgain) {
  settings().max_wait = 60s;
  const TicketId ticket = Talking();
  Pass(100s);
  Ask(SteerWhat::kRequeue);
  AgentLegEnds("c", zoe, OfferEnd::kAnswered);
  Pass(30s);
  Restart(ticket);
  Pass(29s);
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
  Pass(2s);
  EXPECT_NE(At(ticket).state, TicketState::kWaiting);
}

TEST_F(SteeringOverARestart, ARequestIsDoneOnceAndAnsweredAsTheFirstTimeByASuccessorToo) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kHold);
  EXPECT_EQ(Answer(), "OK");
  Restart(ticket);
  Ask(SteerWhat::kHold);  // Its answer was lost, and it is asked again.
  EXPECT_EQ(Answer(), "OK");
  EXPECT_TRUE(All<HoldLeg>().empty());
}

TEST_F(SteeringOverARestart, ARequestThatWasUnderWayIsNotDoneAgain) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  EXPECT_EQ(Answer(), "no answer");
  Restart(ticket);
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  EXPECT_EQ(Answer(), "OWNER_RESTARTED");
  EXPECT_TRUE(All<SeizeAgent>().empty());
}

TEST_F(SteeringOverARestart, ACallerWhoWasSentOnToANumberTalksThere) {
  settings().max_wait = 60s;
  settings().on_max_wait = ToNumber{TrunkId("t"), "+4930123"};
  const TicketId ticket = Caller("c");
  Pass(60s);
  ASSERT_EQ(All<DialOut>().size(), 1U);
  const LegId way = All<DialOut>()[0].leg;
  Call("c").others.push_back({.leg = way, .answered = now.wall, .bridged = true});
  Publish("c");
  history.clear();
  Restart(ticket);
  EXPECT_EQ(At(ticket).state, TicketState::kLeaving);
  EXPECT_FALSE(Demanded(ticket));
  Pass(120s);
  EXPECT_EQ(Count<DialOut>(), 0);
  EXPECT_EQ(Count<HangUpCall>(), 0);
  Call("c").others.back().over = true;
  Publish("c");
  EXPECT_EQ(Count<HangUpCall>(), 1);
  CallIsOver("c");
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kOverflowed);
  NothingIsLeft();
}

TEST_F(SteeringOverARestart, ACallbackOfTomorrowTakesNoPlace) {
  Ticket kept{.id = TicketId("later"), .call = {}};
  kept.state = TicketState::kCallback;
  kept.callback = Callback{.number = "+15550002", .not_before = now.wall + 24h};
  settings().callback = CallbackPolicy{};
  Restore(model, kept);
  EXPECT_EQ(model.order.size(), 0U);
  EdgeIsUp();
  EXPECT_EQ(model.order.size(), 0U);
}

}  // namespace
}  // namespace callfleet::queue
