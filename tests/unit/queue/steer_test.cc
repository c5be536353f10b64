// Calls in progress: who has the customer, which agent is let go when, and where a customer goes
// who is passed on.
#include "tests/unit/queue/steer_world.h"

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using State = TransferFact::State;

class Steering : public test::SteerWorld {
 protected:
  // The registry gives bob; his phone is rung as the target of the transfer.
  void SeizeBob() {
    Tell(SeizeAnswered{All<SeizeAgent>().at(0).seize, Agent("bob"), {}});
    ASSERT_EQ(All<RingAgent>().size(), 1U);
    const auto ring = All<RingAgent>()[0];
    bob = ring.leg;
    Call("c").agents.push_back(
        {.leg = bob, .agent = AgentId("bob"), .reservation = ring.agent.reservation});
    Call("c").transfer = {.id = ring.transfer->id,
                          .state = State::kUnderWay,
                          .referrer = ring.transfer->referrer,
                          .target = bob};
    Publish("c");
  }
  void BobAnswers() {
    Leg("c", bob).answered = now.wall;
    Publish("c");
  }
  // What the edge does at the end of a transfer, in one record.
  void TransferIsOver(bool completed) {
    auto& fact = Call("c");
    fact.transfer.state = State::kOver;
    fact.transfer.completed = completed;
    Publish("c");
  }
  void BobHasTheCustomer() {
    Leg("c", zoe).bridged = false;
    Leg("c", bob).answered = now.wall;
    Leg("c", bob).bridged = Leg("c", bob).was_bridged = true;
    TransferIsOver(true);
    AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  }
  void CallerLeavesAndAllIsOver() {
    CallerHangsUp("c");
    for (auto& leg : Call("c").agents) leg.over = true;
    CallIsOver("c");
    NothingIsLeft();
  }
  std::vector<CompleteWork> Completed() const {
    std::vector<CompleteWork> found;
    for (const auto& act : history) {
      if (const auto* one = std::get_if<CompleteWork>(&act.action)) found.push_back(*one);
    }
    return found;
  }

  LegId bob;
};

TEST_F(Steering, HoldAndResumeAreTheEdgesWork) {
  Talking();
  Ask(SteerWhat::kHold);
  ASSERT_EQ(All<HoldLeg>().size(), 1U);
  EXPECT_EQ(All<HoldLeg>()[0].leg, LegId("c-caller"));
  EXPECT_TRUE(All<HoldLeg>()[0].held);
  Ask(SteerWhat::kResume);
  EXPECT_FALSE(All<HoldLeg>().at(0).held);
  EXPECT_EQ(Answer(), "OK");
}

TEST_F(Steering, WhatDoesNotFitIsRefusedByReason) {
  Tell(Steer{.request = "x", .call = CallId("none")});
  EXPECT_EQ(Answer(), "CALL_NOT_FOUND");
  Caller("c");
  Ask(SteerWhat::kHold);
  EXPECT_EQ(Answer(), "NOT_BRIDGED");
}

TEST_F(Steering, VerbsOnATransferNeedOne) {
  Talking();
  for (const auto what : {SteerWhat::kComplete, SteerWhat::kCancel, SteerWhat::kConference}) {
    Ask(what);
    EXPECT_EQ(Answer(), "NO_TRANSFER");
  }
  Ask(SteerWhat::kHold, {.agent = AgentId("bob")});
  EXPECT_EQ(Answer(), "NOT_BRIDGED");
}

TEST_F(Steering, ARepeatedRequestIsAnsweredAsTheFirstTimeAndDoesNothing) {
  Talking();
  const Steer steer{.request = "r",
                    .call = CallId("c"),
                    .what = SteerWhat::kTransfer,
                    .to_agent = AgentId("bob")};
  Tell(steer);
  EXPECT_EQ(Answer(), "no answer");
  const auto seize = All<SeizeAgent>().at(0).seize;
  Tell(steer);  // The registry still thinks.
  EXPECT_EQ(Count<SeizeAgent>(), 1);
  Tell(SeizeAnswered{seize, {}, "FULL"});
  EXPECT_EQ(Answer(), "FULL");
  Tell(steer);
  EXPECT_EQ(Answer(), "FULL");
  EXPECT_EQ(Count<SeizeAgent>(), 1);
}

TEST_F(Steering, ATransferSeizesTheAgentFirstAndRingsItThen) {
  Talking();
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  EXPECT_TRUE(All<RingAgent>().empty());
  Tell(SeizeAnswered{All<SeizeAgent>().at(0).seize, Agent("bob"), {}});
  ASSERT_EQ(All<RingAgent>().size(), 1U);
  EXPECT_EQ(All<RingAgent>()[0].transfer->referrer, zoe);
  EXPECT_FALSE(All<RingAgent>()[0].transfer->consult);
  EXPECT_EQ(Answer(), "OK");
  Ask(SteerWhat::kConsult, {.to_agent = AgentId("eve")});
  EXPECT_EQ(Answer(), "TRANSFER_PENDING");
}

TEST_F(Steering, EachAgentHasItsSegmentOfTheTalk) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  SeizeBob();
  Pass(10s);
  BobHasTheCustomer();
  ASSERT_EQ(Completed().size(), 1U);
  EXPECT_EQ(Completed()[0].talk, 10s);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);  // The call is still ours.
  EXPECT_EQ(At(ticket).agent, AgentId("bob"));
  Pass(5s);
  AgentLegEnds("c", bob, OfferEnd::kWithdrawn);
  CallerLeavesAndAllIsOver();
  ASSERT_EQ(Completed().size(), 2U);
  EXPECT_EQ(Completed()[1].talk, 5s);
  EXPECT_EQ(Over(ticket)->talk, 15s);
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kAnswered);
}

TEST_F(Steering, ATargetThatDoesNotAnswerIsReportedAndTheFirstAgentKeepsTheCall) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  SeizeBob();
  auto& leg = Leg("c", bob);
  leg.over = true;
  leg.end = OfferEnd::kNoAnswer;
  TransferIsOver(false);
  EXPECT_EQ(Reports().back().end, OfferEnd::kNoAnswer);
  EXPECT_TRUE(Completed().empty());
  EXPECT_EQ(At(ticket).agent, AgentId("zoe"));
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("eve")});  // Nothing is in its way.
  EXPECT_EQ(All<SeizeAgent>().size(), 1U);
}

TEST_F(Steering, AConsultedAgentWhoIsLetGoHasWorked) {
  Talking();
  Ask(SteerWhat::kConsult, {.to_agent = AgentId("bob")});
  SeizeBob();
  BobAnswers();
  EXPECT_EQ(Reports().back().end, OfferEnd::kAnswered);
  Ask(SteerWhat::kConference);
  ASSERT_EQ(All<SteerTransfer>().size(), 1U);
  EXPECT_EQ(All<SteerTransfer>()[0].verb, TransferVerb::kConference);
  Pass(3s);
  Ask(SteerWhat::kCancel);
  EXPECT_EQ(All<SteerTransfer>().at(0).verb, TransferVerb::kCancel);
  TransferIsOver(false);
  ASSERT_EQ(Completed().size(), 1U);
  EXPECT_EQ(Completed()[0].outcome, "consulted");
  EXPECT_EQ(Completed()[0].talk, 3s);
}

TEST_F(Steering, ANumberIsDialledByTheCallersTrunkWithTheQueuesCallerId) {
  const TicketId ticket = Talking();
  settings().caller_id = "+14155550100";
  Ask(SteerWhat::kTransfer, {.to_number = "+14155550123"});
  ASSERT_EQ(All<DialOut>().size(), 1U);
  const DialOut dial = All<DialOut>()[0];
  EXPECT_EQ(std::get<ToNumber>(dial.to).trunk, TrunkId("carrier"));
  EXPECT_EQ(dial.caller_id, "+14155550100");
  auto& fact = Call("c");
  fact.others.push_back({.leg = dial.leg, .bridged = true});
  fact.transfer = {.id = dial.transfer->id, .referrer = zoe, .target = dial.leg};
  Pass(4s);
  TransferIsOver(true);
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  EXPECT_EQ(Completed().at(0).talk, 4s);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);  // Until the customer's leg ends.
  CallerLeavesAndAllIsOver();
  EXPECT_EQ(Completed().size(), 1U);
}

TEST_F(Steering, ANumberNeedsATrunk) {
  Talking();
  Call("c").trunk = TrunkId();
  Publish("c");
  Ask(SteerWhat::kTransfer, {.to_number = "+14155550123"});
  EXPECT_EQ(Answer(), "NUMBER_NOT_ALLOWED");
}

TEST_F(Steering, ARequeuedCustomerHasTheOldPlaceOnceTheAgentHasGone) {
  const TicketId ticket = Talking();
  Pass(30s);
  Caller("d");
  Ask(SteerWhat::kRequeue);
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_TRUE(All<HangUpCall>()[0].keep_peers);
  EXPECT_EQ(All<HangUpCall>()[0].leg, zoe);
  EXPECT_TRUE(All<SendDemand>().empty());  // Nobody may be rung while the two are together.
  Call("c").customer->bridged = false;
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  EXPECT_EQ(Completed().at(0).talk, 30s);
  EXPECT_EQ(All<PlaySound>().size(), 1U);
  ASSERT_EQ(All<SendDemand>().size(), 1U);
  EXPECT_EQ(All<SendDemand>()[0].demand, ticket);
  EXPECT_EQ(Order(), (std::vector<std::string>{"c", "d"}));
  EXPECT_EQ(model.figures.answered, 1U);
}

TEST_F(Steering, ARequeuedCustomerIsCountedOnceAndTalksInTwoSegments) {
  const TicketId ticket = Talking();
  Pass(10s);
  Ask(SteerWhat::kRequeue);
  Call("c").customer->bridged = false;
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  Pass(60s);
  const LegId eve = Grant(ticket, {Agent("eve")}).at(0);
  AgentAnswers("c", eve);
  EXPECT_EQ(At(ticket).agent, AgentId("eve"));
  Pass(20s);
  AgentLegEnds("c", eve, OfferEnd::kWithdrawn);
  CallerLeavesAndAllIsOver();
  EXPECT_EQ(Over(ticket)->talk, 30s);
  EXPECT_EQ(model.figures.answered, 1U);
  EXPECT_EQ(model.figures.abandoned, 0U);
}

// A lost INVITE: its CANCEL waits for the phone's first answer, the talk and its end do not.
TEST_F(Steering, ACustomerWhoIsSentBackLetsGoOfPhonesThatHaveNotStoppedRingingYet) {
  settings().strategy = Strategy::kRingAll;
  const TicketId ticket = Caller("c");
  const AgentOffer ben = Agent("ben");
  const auto legs = Grant(ticket, {Agent("zoe"), ben});
  AgentAnswers("c", legs[0]);
  Ask(SteerWhat::kRequeue);
  Call("c").customer->bridged = false;
  AgentLegEnds("c", legs[0], OfferEnd::kWithdrawn);
  const auto told = [&] {
    return std::ranges::count_if(Reports(), [&](const ReportOffer& report) {
      return report.reservation == ben.reservation && report.end == OfferEnd::kWithdrawn;
    });
  };
  EXPECT_EQ(told(), 1);  // The registry keeps the agent until the leg has come and gone.
  AgentLegEnds("c", legs[1], OfferEnd::kWithdrawn);
  EXPECT_EQ(told(), 1);
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
}

TEST_F(Steering, ACustomerPassedToAnotherQueueBringsTheWaitAndNotTheTalk) {
  const TicketId ticket = Caller("c");
  Pass(7s);
  zoe = Grant(ticket, {Agent("zoe")}).at(0);
  AgentAnswers("c", zoe);
  Pass(100s);
  Ask(SteerWhat::kTransfer, {.to_queue = QueueId("support")});
  EXPECT_TRUE(All<HandOver>().empty());
  Call("c").customer->bridged = false;
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  ASSERT_EQ(All<HandOver>().size(), 1U);
  EXPECT_EQ(All<HandOver>()[0].to, QueueId("support"));
  EXPECT_EQ(All<HandOver>()[0].with.since, now.wall - 7s);
  Call("c").controller = UnitToken{{UnitKind::kQueue, "support"}, 1};
  Publish("c");
  ASSERT_NE(Over(ticket), nullptr);
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kAnswered);
  EXPECT_EQ(model.figures.overflowed, 0U);
  NothingIsLeft();
}

TEST_F(Steering, ACustomerWhomTheOtherQueueDoesNotTakeWaitsHere) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kTransfer, {.to_queue = QueueId("support")});
  Call("c").customer->bridged = false;
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  Call("c").offered = Unit{UnitKind::kQueue, "support"};
  Publish("c");
  Call("c").offered.reset();
  Publish("c");
  EXPECT_EQ(At(ticket).state, TicketState::kWaiting);
  EXPECT_EQ(All<SendDemand>().size(), 1U);
}

TEST_F(Steering, AHungUpCallEndsForEverybody) {
  const TicketId ticket = Talking();
  Pass(5s);
  Ask(SteerWhat::kHangUp);
  ASSERT_EQ(All<HangUpCall>().size(), 1U);
  EXPECT_TRUE(All<HangUpCall>()[0].leg.empty());
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  CallerLeavesAndAllIsOver();
  EXPECT_EQ(Over(ticket)->end, TicketEnd::kAnswered);
  EXPECT_EQ(Completed().size(), 1U);
}

TEST_F(Steering, APhonesReferIsDecidedHere) {
  Talking();
  Call("c").transfer = {
      .id = "phone", .state = State::kAsked, .by_phone = true, .dialled = "bob", .referrer = zoe};
  Publish("c");
  ASSERT_EQ(All<SeizeAgent>().size(), 1U);
  EXPECT_EQ(All<SeizeAgent>()[0].agent, AgentId("bob"));
  Tell(SeizeAnswered{"phone", {}, "AGENT_NOT_FOUND"});
  ASSERT_EQ(All<SteerTransfer>().size(), 1U);
  EXPECT_EQ(All<SteerTransfer>()[0].verb, TransferVerb::kRefuse);
  EXPECT_EQ(All<SteerTransfer>()[0].sip_code, 404);
}

TEST_F(Steering, ACustomerWhoseReferrerLeftAndWhoseTargetFailedIsHungUp) {
  const TicketId ticket = Talking();
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  SeizeBob();
  Call("c").customer->bridged = false;
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  EXPECT_EQ(At(ticket).state, TicketState::kConnected);  // The target may still answer.
  Leg("c", bob).over = true;
  TransferIsOver(false);
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  CallerLeavesAndAllIsOver();
}

TEST_F(Steering, ATargetThatTheEdgeDoesNotPlaceIsGivenBack) {
  Talking();
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  Tell(SeizeAnswered{All<SeizeAgent>().at(0).seize, Agent("bob"), {}});
  Tell(CommandRefused{.call = CallId("c"),
                      .leg = All<RingAgent>().at(0).leg,
                      .command = Command::kRing,
                      .reason = "NOT_REGISTERED"});
  EXPECT_EQ(Reports().back().end, OfferEnd::kDeviceFault);
}

TEST_F(Steering, ACallerWhoLeavesWhileAColleagueIsSeizedLeavesNobodyBehind) {
  Talking();
  Ask(SteerWhat::kTransfer, {.to_agent = AgentId("bob")});
  const auto seize = All<SeizeAgent>().at(0).seize;
  AgentLegEnds("c", zoe, OfferEnd::kWithdrawn);
  CallerHangsUp("c");
  Tell(SeizeAnswered{seize, Agent("bob"), {}});
  EXPECT_EQ(Reports().back().end, OfferEnd::kWithdrawn);
  EXPECT_EQ(Answer(), "NOT_BRIDGED");
}

TEST_F(Steering, ACustomerWhomASupervisorTookOverIsHungUpToo) {
  Talking();
  Call("c").customer->bridged = true;
  AgentLegEnds("c", zoe, OfferEnd::kAnswered);
  EXPECT_EQ(Completed().size(), 1U);
  EXPECT_TRUE(All<HangUpCall>().empty());
  Ask(SteerWhat::kHangUp);
  EXPECT_EQ(All<HangUpCall>().size(), 1U);
  CallerLeavesAndAllIsOver();
}

}  // namespace
}  // namespace callfleet::queue
