#include "tests/unit/agent_registry/agent_story.h"

namespace callfleet::agent_registry {
namespace {

TEST_F(AgentTest, ARegisteredPhoneMakesAnAutoReadyAgentReadyAndThatIsWritten) {
  Make();
  EXPECT_EQ(agent->presence(), Presence::kReady);
  EXPECT_TRUE(Wrote<SavePresence>());
}

TEST_F(AgentTest, WithoutAutoReadyThePersonDecides) {
  AgentProfile p;
  p.auto_ready = false;
  Make(p);
  EXPECT_EQ(agent->presence(), Presence::kLoggedOut);
  EXPECT_EQ(Ask(1), Refusal::kOffline);
  Wish(Presence::kReady);
  EXPECT_EQ(Ask(1), Refusal::kNone);
}

TEST_F(AgentTest, WhoHasSignedOutIsNotBroughtBackByThePhone) {
  Make();
  Wish(Presence::kLoggedOut);
  Registered(false);
  Registered(true);
  EXPECT_EQ(agent->presence(), Presence::kLoggedOut);
}

TEST_F(AgentTest, ALostPhoneGetsNoOfferAtOnceAndIsNotReadyAfterTheGrace) {
  Make();
  Registered(false);
  EXPECT_EQ(Ask(1), Refusal::kOffline);
  EXPECT_EQ(agent->presence(), Presence::kReady);
  Advance(2s);
  EXPECT_EQ(agent->presence(), Presence::kNotReady);
  EXPECT_EQ(agent->reason(), "device");
  Registered(true);
  EXPECT_EQ(agent->presence(), Presence::kReady);
}

TEST_F(AgentTest, APhoneThatIsBackWithinTheGraceChangesNothing) {
  Make();
  Registered(false);
  Registered(true);
  Advance(5s);
  EXPECT_EQ(agent->presence(), Presence::kReady);
}

TEST_F(AgentTest, NotReadyDuringACallIsPendingAndBlocksOffersAtOnce) {
  AgentProfile p;
  p.max_concurrent_calls = 3;
  Make(p);
  Ask(1);
  Wish(Presence::kNotReady, "lunch");
  EXPECT_EQ(agent->presence(), Presence::kReady);
  EXPECT_EQ(agent->pending(), Presence::kNotReady);
  EXPECT_EQ(Ask(2), Refusal::kNotReady);
  Complete(1);
  EXPECT_EQ(agent->presence(), Presence::kNotReady);
  EXPECT_EQ(agent->reason(), "lunch");
  EXPECT_FALSE(agent->pending());
}

TEST_F(AgentTest, WrapUpBlocksTheWholeHuman) {
  AgentProfile p;
  p.max_concurrent_calls = 2;
  p.wrap_up = 30s;
  Make(p);
  Ask(1);
  Leg(1, LegPhase::kAnswered);
  Complete(1);
  EXPECT_EQ(State(), SlotState::kWrapUp);
  EXPECT_TRUE(Wrote<SaveWrapUp>());
  EXPECT_EQ(Ask(2), Refusal::kNotReady);
  Advance(30s);
  EXPECT_EQ(Ask(2), Refusal::kNone);
  EXPECT_EQ(agent->figures().wrap_up, 30s);
}

TEST_F(AgentTest, WrapUpBlocksOnlyTheSlotOfAMachine) {
  AgentProfile p;
  p.kind = AgentKind::kAi;
  p.max_concurrent_calls = 2;
  p.wrap_up = 30s;
  Make(p);
  Ask(1);
  Leg(1, LegPhase::kAnswered);
  Complete(1);
  EXPECT_EQ(Ask(2), Refusal::kNone);
  EXPECT_EQ(Ask(3), Refusal::kFull);
}

TEST_F(AgentTest, WrapUpIsEndedEarlyOrProlongedAndAnOldTimerIsIgnored) {
  AgentProfile p;
  p.wrap_up = 30s;
  Make(p);
  Ask(1);
  Leg(1, LegPhase::kAnswered);
  Complete(1);
  Keep(agent->OnWrapUpWish({}, 60s, now).value());
  Advance(31s);
  EXPECT_EQ(State(), SlotState::kWrapUp);
  Keep(agent->OnWrapUpWish({1}, 0s, now).value());
  EXPECT_EQ(agent->load(), 0u);
  EXPECT_EQ(agent->OnWrapUpWish({}, 0s, now).error().reason, "NO_WORK");
  EXPECT_EQ(agent->OnWrapUpWish({}, 60s, now).error().reason, "NO_WORK");
}

TEST_F(AgentTest, WorkThatNobodyAnsweredNeedsNoWrapUp) {
  AgentProfile p;
  p.wrap_up = 30s;
  Make(p);
  Ask(1);
  Keep(agent->OnComplete({{1}, "not_answered", 0s, {}}, now));
  EXPECT_EQ(agent->load(), 0u);
  EXPECT_EQ(agent->figures().calls, 0u);
}

TEST_F(AgentTest, OverrideIgnoresNotReadyAndWrapUpButNeverCapacityOrLoggedOut) {
  AgentProfile p;
  p.wrap_up = 30s;
  Make(p);
  Wish(Presence::kNotReady, "lunch");
  EXPECT_EQ(Ask(1, false, true), Refusal::kNone);
  EXPECT_EQ(Ask(2, false, true), Refusal::kFull);
  Leg(1, LegPhase::kAnswered);
  Complete(1);
  EXPECT_EQ(Ask(3, false, true), Refusal::kNone);  // Ends the wrap-up.
  EXPECT_EQ(agent->load(), 1u);
  Complete(3, 0ms);
  Wish(Presence::kLoggedOut);
  EXPECT_EQ(Ask(4, false, true), Refusal::kOffline);
}

TEST_F(AgentTest, AHumanWithWorkUnderWayRefusesALiveAnsweredCall) {
  AgentProfile p;
  p.max_concurrent_calls = 3;
  p.line_mode = LineMode::kAuto;
  Make(p);
  Ask(1);
  Leg(1, LegPhase::kRinging);
  EXPECT_EQ(Ask(2, true), Refusal::kEngaged);
  EXPECT_EQ(Ask(2, false), Refusal::kNone);
}

TEST_F(AgentTest, AManualCallCountsAsLoadUntilItsLegEnds) {
  Make();
  Leg(0, LegPhase::kAnswered, "manual");
  EXPECT_EQ(Ask(1), Refusal::kFull);
  Leg(0, LegPhase::kEnded, "manual");
  EXPECT_EQ(Ask(1), Refusal::kNone);
}

TEST_F(AgentTest, HoldAndResumeAreSeenOnTheLeg) {
  Make();
  Ask(1);
  Leg(1, LegPhase::kAnswered);
  Leg(1, LegPhase::kHeld);
  EXPECT_EQ(State(), SlotState::kHeld);
  Leg(1, LegPhase::kAnswered);
  EXPECT_EQ(State(), SlotState::kConnected);
  EXPECT_EQ(agent->figures().answered, 1u);  // Told twice, counted once.
}

TEST_F(AgentTest, AnOfferWithdrawnWhileItRangLeavesTheIdleOrderAndTheFigures) {
  Make();
  Ask(1);
  Leg(1, LegPhase::kRinging);
  Keep(agent->OnRelease({1}, now));
  EXPECT_EQ(agent->load(), 1u);  // The CANCEL is on its way.
  Leg(1, LegPhase::kEnded);
  EXPECT_EQ(agent->load(), 0u);
  EXPECT_FALSE(last.fresh_rank);
  EXPECT_EQ(agent->figures().calls + agent->figures().missed, 0u);
}

TEST_F(AgentTest, ADeclinedOfferMakesNotReadyAndADeviceFaultIsNoMiss) {
  Make();
  Ask(1);
  Keep(agent->OnOfferEnd({1}, OfferEnd::kDeviceFault, now));
  EXPECT_EQ(agent->reason(), "device");
  EXPECT_EQ(agent->figures().missed, 0u);
  Advance(15s);
  EXPECT_EQ(agent->presence(), Presence::kReady);  // Tried again by itself.
  Ask(2);
  Keep(agent->OnOfferEnd({2}, OfferEnd::kDeclined, now));
  EXPECT_EQ(agent->reason(), "declined");
  EXPECT_EQ(agent->figures().missed, 1u);
  Advance(1h);
  EXPECT_EQ(agent->presence(), Presence::kNotReady);
}

TEST_F(AgentTest, ADedicatedLineIsDialledAtSignInAndItsLossIsLineLost) {
  AgentProfile p;
  p.line_mode = LineMode::kDedicated;
  Make(p);
  ASSERT_TRUE(last.dial);
  const LegId line = last.dial->leg;
  EXPECT_EQ(Ask(1), Refusal::kNotReady);  // Not up yet.
  auto tell = [&](LegPhase phase) {
    Keep(agent->OnLeg({EdgeId("e"), CallId(line.str()), line, "", phase, true}, now));
  };
  tell(LegPhase::kAnswered);
  EXPECT_EQ(Ask(1), Refusal::kNone);
  Complete(1);
  tell(LegPhase::kEnded);
  EXPECT_EQ(agent->reason(), "line_lost");
  Advance(5s);
  ASSERT_TRUE(last.dial);
  EXPECT_NE(last.dial->leg, line);
  Keep(
      agent->OnLeg({EdgeId("e"), CallId("x"), last.dial->leg, "", LegPhase::kAnswered, true}, now));
  EXPECT_EQ(agent->presence(), Presence::kReady);
}

TEST_F(AgentTest, AFixedContactIsReadyOnceItAnswersTheEdgesOptions) {
  AgentProfile p;
  p.contact_uri = "sip:bot@machine";
  p.kind = AgentKind::kAi;
  Make(p);
  Keep(agent->Restore({}, now));
  EXPECT_FALSE(agent->standing().open);
  Registered(true);
  EXPECT_EQ(agent->presence(), Presence::kReady);
  EXPECT_TRUE(agent->standing().open);
  Registered(false);
  EXPECT_FALSE(agent->standing().open);
  Registered(true);
  EXPECT_TRUE(agent->standing().open);
}

TEST_F(AgentTest, PresenceWrapUpAndFiguresComeBackFromTheirRows) {
  AgentSaved saved;
  saved.presence = {Presence::kNotReady, "lunch", now.wall - 1h, {}};
  saved.figures.calls = 9;
  saved.wrap_ups = {{{5}, now.wall + 20s}, {{6}, now.wall - 20s}};
  AgentProfile p;
  p.max_concurrent_calls = 3;
  agent.emplace(std::make_shared<const AgentProfile>(p), AgentRules{});
  Keep(agent->Restore(saved, now));
  EXPECT_EQ(agent->reason(), "lunch");
  EXPECT_EQ(agent->figures().calls, 9u);
  Advance(0ms);
  EXPECT_EQ(agent->load(), 1u);  // The other was over while nobody ran.
  Advance(20s);
  EXPECT_EQ(agent->load(), 0u);
}

TEST_F(AgentTest, ALowerMaximumDrains) {
  AgentProfile p;
  p.max_concurrent_calls = 2;
  Make(p);
  Ask(1);
  Ask(2);
  AgentProfile lower = agent->profile();
  lower.max_concurrent_calls = 1;
  Keep(agent->OnProfile(std::make_shared<const AgentProfile>(lower), now));
  EXPECT_EQ(agent->load(), 2u);
  Complete(1);
  EXPECT_EQ(Ask(3), Refusal::kFull);
  Complete(2);
  EXPECT_EQ(Ask(3), Refusal::kNone);
}

TEST_F(AgentTest, ACallThatNoEdgeHasShownHoldsThePhoneUntilAnEdgeIsSeen) {
  Make();
  Ask(1);
  Keep(agent->OnOfferEnd({1}, OfferEnd::kAnswered, now));
  Keep(agent->OnComplete({{1}, "busy", 0s, 0s}, now));
  EXPECT_EQ(Ask(2), Refusal::kFull);
  Keep(agent->OnSnapshot({EdgeId("e"), {}}, now));
  EXPECT_EQ(Ask(3), Refusal::kNone);
}

}  // namespace
}  // namespace callfleet::agent_registry
