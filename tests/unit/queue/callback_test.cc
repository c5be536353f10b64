// Callbacks: the place is kept, the agent's phone rings first.
#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using test::QueueWorld;

class Callbacks : public QueueWorld {
 protected:
  Callbacks() {
    settings().callback = CallbackPolicy{.trunk = TrunkId("t"), .max_attempts = 2};
    settings().exits = {{.digit = '1', .destination = {}}};
  }
  // Grants, and lets the agent answer; returns the new call.
  std::string AgentIsThere(const TicketId& ticket) {
    const auto legs = Grant(ticket, {Agent("anna")});
    const std::string call = At(ticket).call.str();
    Leg(call, legs[0]).answered = now.wall;
    Publish(call);
    return call;
  }
};

TEST_F(Callbacks, AOneHangsUpAndKeepsThePlace) {
  const auto first = Caller("c1");
  const auto since = At(first).since;
  Pass(10s);
  Caller("c2");
  Press("c1", '1');
  EXPECT_EQ(At(first).state, TicketState::kCallback);
  EXPECT_EQ(At(first).since, since);
  EXPECT_EQ(PlaceOf(model, At(first)), 1);
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  CallIsOver("c1");
  EXPECT_EQ(All<AcknowledgeCall>().size(), 1U);
  EXPECT_EQ(At(first).state, TicketState::kCallback);
  EXPECT_EQ(model.figures.abandoned, 0U);
}

TEST_F(Callbacks, WhenItsTurnComesTheAgentIsThereBeforeTheCustomerIsDialled) {
  const auto ticket = Caller("c1");
  Press("c1", '1');
  const auto call = AgentIsThere(ticket);
  const auto dials = All<DialOut>();
  ASSERT_EQ(dials.size(), 1U);
  EXPECT_EQ(std::get<ToNumber>(dials[0].to).number, "+15550001");
  EXPECT_TRUE(std::find_if(last.acts.begin(), last.acts.end(), [](const QueueAct& act) {
                return std::holds_alternative<DialOut>(act.action) && act.durable;
              }) != last.acts.end());
  Call(call).customer = LegFact{.leg = dials[0].leg, .answered = now.wall, .bridged = true};
  Publish(call);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);
  EXPECT_EQ(model.figures.callbacks_answered, 1U);
}

TEST_F(Callbacks, ACustomerWhoDoesNotAnswerIsTriedAgainLaterAndTheAgentIsFreeAtOnce) {
  const auto ticket = Caller("c1");
  Press("c1", '1');
  const auto call = AgentIsThere(ticket);
  Call(call).customer = LegFact{.leg = All<DialOut>()[0].leg, .over = true, .why = "no_answer"};
  Publish(call);
  ASSERT_EQ(All<CompleteWork>().size(), 1U);
  EXPECT_EQ(All<CompleteWork>()[0].wrap_up, 0ms);
  EXPECT_EQ(At(ticket).state, TicketState::kCallback);
  EXPECT_EQ(model.order.size(), 0U);
  Pass(settings().callback->retry_after);
  EXPECT_EQ(model.order.size(), 1U);
  EXPECT_EQ(Count<SendDemand>(), 3);
}

TEST_F(Callbacks, AfterItsTriesItIsGivenUp) {
  const auto ticket = Caller("c1");
  Press("c1", '1');
  CallIsOver("c1");
  for (int i = 0; i < 2; ++i) {
    const auto call = AgentIsThere(ticket);
    Call(call).customer = LegFact{.leg = All<DialOut>()[0].leg, .over = true, .why = "busy"};
    Publish(call);
    CallIsOver(call);
    Pass(settings().callback->retry_after);
  }
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kCallbackFailed);
  EXPECT_EQ(model.figures.callbacks_failed, 1U);
  NothingIsLeft();
}

TEST_F(Callbacks, AnAgentWhoDoesNotAnswerCostsNoTry) {
  const auto ticket = Caller("c1");
  Press("c1", '1');
  const auto legs = Grant(ticket, {Agent("anna")});
  AgentLegEnds(At(ticket).call.str(), legs[0], OfferEnd::kNoAnswer);
  EXPECT_EQ(At(ticket).state, TicketState::kCallback);
  EXPECT_EQ(At(ticket).callback->attempts, 0);
  EXPECT_EQ(All<SendDemand>().size(), 1U);
}

TEST_F(Callbacks, OneThatIsTooOldIsForgotten) {
  settings().callback->max_age = 3600s;
  const auto ticket = Caller("c1");
  Press("c1", '1');
  CallIsOver("c1");
  Pass(3600s);
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->reason, "too_old");
  NothingIsLeft();
}

TEST_F(Callbacks, APhoneThatRangInTheCallThatItWasAskedInIsFreeWhenItsLegIsOver) {
  const auto ticket = Caller("c1");
  const auto leg = Grant(ticket, {Agent("anna")}).at(0);
  Press("c1", '1');
  EXPECT_TRUE(Reports().empty());
  AgentLegEnds("c1", leg, OfferEnd::kWithdrawn);
  EXPECT_EQ(Reports().size(), 1U);
  CallIsOver("c1");
  EXPECT_EQ(Reports().size(), 1U);
}

TEST_F(Callbacks, APhoneThatWasNeverRungIsFreeWhenTheCallThatItWasAskedInIsOver) {
  const auto ticket = Caller("c1");
  Grant(ticket, {Agent("anna")});
  Press("c1", '1');
  Call("c1").agents.clear();
  CallIsOver("c1");
  EXPECT_EQ(Reports().size(), 1U);
}

TEST_F(Callbacks, AnAgentWhoWaitsForTheCustomerIsFreeWhenTheEdgeDies) {
  const auto ticket = Caller("c1");
  Press("c1", '1');
  CallIsOver("c1");
  AgentIsThere(ticket);
  calls.clear();
  EdgeIsUp("next boot");
  EXPECT_EQ(Count<CompleteWork>(), 1);
  EXPECT_EQ(At(ticket).state, TicketState::kCallback);
}

// The owner has died after it kept the callback and before the edge was told to hang up.
TEST_F(Callbacks, TheCallThatItWasAskedInIsEndedByANewOwnerToo) {
  const auto ticket = Caller("c1");
  Press("c1", '1');
  const Ticket& was = std::get<SaveTicket>(writes.back()).ticket;
  Ticket kept{.id = ticket, .call = was.left_call};  // What the record has.
  kept.caller = was.caller;
  kept.since = was.since;
  kept.state = was.state;
  kept.callback = was.callback;
  const Queue queue = model.queue;
  model = {};
  model.queue = queue;
  model.token = 7;
  history.clear();
  Restore(model, kept);
  Publish("c1");
  EXPECT_EQ(model.tickets.size(), 1U);
  EXPECT_EQ(Count<HangUpCall>(), 1);
  CallIsOver("c1");
  EXPECT_EQ(At(ticket).state, TicketState::kCallback);
}

TEST_F(Callbacks, OneThatGrowsTooOldWhileAPhoneRingsIsForgottenAfterwards) {
  settings().callback->max_age = 60s;
  const auto ticket = Caller("c1");
  Press("c1", '1');
  CallIsOver("c1");
  Pass(55s);
  const auto legs = Grant(ticket, {Agent("anna")});
  const std::string call = At(ticket).call.str();
  Pass(10s);
  EXPECT_EQ(At(ticket).state, TicketState::kOffered);
  AgentLegEnds(call, legs[0], OfferEnd::kNoAnswer);
  Pass(1s);
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kCallbackFailed);
}

TEST_F(Callbacks, OneGrowsOldWithoutAnOwnerToo) {
  settings().callback->max_age = 60s;
  const auto ticket = Caller("c1");
  Press("c1", '1');
  CallIsOver("c1");
  Pass(20s);
  Ticket kept = At(ticket);
  kept.timers.clear();
  const Queue queue = model.queue;
  model = {};
  model.queue = queue;
  Restore(model, kept);
  EdgeIsUp();
  Pass(39s);
  EXPECT_EQ(At(ticket).state, TicketState::kCallback);
  Pass(2s);
  ASSERT_NE(Over(ticket), nullptr);
}

TEST_F(Callbacks, AnOperatorMayAskForOneWithoutACall) {
  QueueStepper stepper(model, now, ids);
  const auto id =
      stepper.NewCallback({.number = "+4930123", .priority = 2, .not_before = now.wall + 60s});
  Take(stepper.Finish());
  ASSERT_TRUE(id);
  EXPECT_EQ(model.order.size(), 0U);
  Pass(60s);
  EXPECT_EQ(model.order.size(), 1U);
  EXPECT_EQ(Count<SendDemand>(), 1);
}

TEST_F(Callbacks, OneThatWouldBeTooOldBeforeItIsDueIsRefusedByItsField) {
  settings().callback->max_age = 3600s;
  QueueStepper stepper(model, now, ids);
  const auto late = stepper.NewCallback({.number = "+4930123", .not_before = now.wall + 3600s});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fields.at(0).field, "not_before");
  EXPECT_TRUE(model.tickets.empty());
  EXPECT_TRUE(stepper.NewCallback({.number = "+4930123", .not_before = now.wall + 3599s}));
  Take(stepper.Finish());
  const auto caller = Caller("c1");
  QueueStepper again(model, now, ids);
  EXPECT_FALSE(again.CallBack({.ticket = caller, .not_before = now.wall + 3600s}));
  Take(again.Finish());
  EXPECT_EQ(At(caller).state, TicketState::kWaiting);
}

// Those of tomorrow have no place, and take as much room as others.
TEST_F(Callbacks, ThereAreNoMoreOfThemThanMayWait) {
  settings().max_size = 2;
  const auto ask = [&](const std::string& request) {
    QueueStepper stepper(model, now, ids);
    const std::string number = "+49301" + std::to_string(request.size());
    auto made =
        stepper.NewCallback({.request = request, .number = number, .not_before = now.wall + 1h});
    Take(stepper.Finish());
    return made;
  };
  const auto first = ask("a");
  ASSERT_TRUE(first);
  ASSERT_TRUE(ask("bb"));
  EXPECT_EQ(ask("ccc").error().reason, "QUEUE_FULL");
  const auto caller = Caller("c1");
  Press("c1", '1');
  EXPECT_EQ(At(caller).state, TicketState::kWaiting);
  QueueStepper stepper(model, now, ids);
  EXPECT_EQ(stepper.CallBack({.ticket = caller}).error().reason, "QUEUE_FULL");
  EXPECT_TRUE(stepper.Remove(*first));
  Take(stepper.Finish());
  EXPECT_TRUE(ask("ccc")) << "there is room by now";
}

// The agent's phone would ring, and then nothing could be dialled.
TEST_F(Callbacks, ACallerWhoseNumberCannotBeDialledWaitsOn) {
  const auto ticket = Caller("c1", "anonymous");
  Press("c1", '1');
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
  EXPECT_EQ(model.order.size(), 1U);
}

TEST_F(Callbacks, TheQueueOfDirectCallsHasNone) {
  model.queue.id = DirectQueue();
  QueueStepper stepper(model, now, ids);
  EXPECT_EQ(stepper.NewCallback({.number = "+4930123"}).error().reason, "NO_CALLBACKS");
  EXPECT_TRUE(model.tickets.empty());
}

}  // namespace
}  // namespace callfleet::queue
