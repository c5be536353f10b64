// What an agent holds, by what the edges show of its legs.
#include "tests/unit/agent_registry/agent_story.h"

namespace callfleet::agent_registry {
namespace {

TEST_F(AgentTest, ALegOfAForgottenReservationIsAnOrphanThatItsOwnerMayTakeUpAgain) {
  Make();
  Leg(77, LegPhase::kAnswered);
  EXPECT_EQ(State(), SlotState::kOrphaned);
  const auto step = agent->OnRedeclare({{77}, nullptr, "d", "", false}, now);
  EXPECT_TRUE(step.redeclare_reply->adopted);
  EXPECT_EQ(State(), SlotState::kConnected);
}

TEST_F(AgentTest, AnOrphanEndsWithItsLegAndGoesToWrapUp) {
  AgentProfile p;
  p.wrap_up = 10s;
  Make(p);
  Ask(1);
  Leg(1, LegPhase::kAnswered);
  Keep(agent->OnLeaseLapsed({{1}, "lease_expired"}, now));
  EXPECT_EQ(State(), SlotState::kOrphaned);
  Leg(1, LegPhase::kEnded);
  EXPECT_EQ(State(), SlotState::kWrapUp);
  EXPECT_EQ(agent->figures().calls, 1u);
}

// Two phones of one caller were picked up at once; also where the edge is heard after the owner.
TEST_F(AgentTest, AnOfferThatIsWithdrawnAsItIsPickedUpIsFollowedByNoWrapUp) {
  for (const bool heard_late : {false, true}) {
    AgentProfile p;
    p.wrap_up = 10s;
    Make(p);
    Ask(1);
    if (!heard_late) Leg(1, LegPhase::kAnswered);
    Keep(agent->OnOfferEnd({1}, OfferEnd::kWithdrawn, now));
    if (heard_late) Leg(1, LegPhase::kAnswered);
    EXPECT_EQ(State(), SlotState::kOrphaned);
    Leg(1, LegPhase::kEnded);
    EXPECT_EQ(agent->load(), 0u);
  }
}

// The edge was out of sight when its owner told of the answer, and the owner then fell silent.
TEST_F(AgentTest, ALapsedLeaseFreesNoPhoneThatAnsweredOutOfSight) {
  Make();
  Ask(1);
  Keep(agent->OnOfferEnd({1}, OfferEnd::kAnswered, now));
  Keep(agent->OnLeaseLapsed({{1}, "lease_expired"}, now));
  EXPECT_EQ(Ask(2), Refusal::kFull);
  Leg(1, LegPhase::kAnswered);  // The edge is seen again: the call stands.
  EXPECT_EQ(State(), SlotState::kOrphaned);
  Leg(1, LegPhase::kEnded);
  EXPECT_EQ(agent->load(), 0u);
}

// The owner may have rung the phone with its last breath, and nobody could tell us of it.
TEST_F(AgentTest, ALeaseThatLapsesWhileItsEdgeIsOutOfSightFreesNoPhone) {
  Make();
  Ask(1);
  Keep(agent->OnSight({EdgeId("e"), false}, now));
  Keep(agent->OnLeaseLapsed({{1}, "lease_expired"}, now));
  EXPECT_EQ(State(), SlotState::kOrphaned);
  EXPECT_EQ(Ask(2), Refusal::kFull);
  Leg(1, LegPhase::kRinging);
  EXPECT_EQ(Ask(2), Refusal::kFull);
  Leg(1, LegPhase::kEnded);
  EXPECT_EQ(agent->load(), 0u);
}

// Its owner's hang-up follows the Ring, and the edge is about to tell of both.
TEST_F(AgentTest, AnOfferThatIsWithdrawnBeforeItsLegWasSeenFreesItsPhoneWithTheLegOrAfterAWhile) {
  for (const bool rung : {true, false}) {
    Make();
    Ask(1);
    Keep(agent->OnOfferEnd({1}, OfferEnd::kWithdrawn, now));
    EXPECT_EQ(Ask(2), Refusal::kFull);
    if (rung) {
      Leg(1, LegPhase::kRinging);
      Advance(4s);
      EXPECT_EQ(Ask(3), Refusal::kFull);
      Leg(1, LegPhase::kEnded);
    } else {
      Advance(3s);
    }
    EXPECT_EQ(Ask(4), Refusal::kNone);
  }
}

TEST_F(AgentTest, WhatNoEdgeShowsOnceItIsInSightAgainIsFree) {
  for (const bool anew : {false, true}) {
    Make();
    Ask(1);
    Keep(agent->OnSight({EdgeId("e"), false}, now));
    Keep(agent->OnOfferEnd({1}, OfferEnd::kWithdrawn, now));
    EXPECT_EQ(State(), SlotState::kOrphaned);
    Keep(anew ? agent->OnSnapshot({EdgeId("e"), {}}, now)
              : agent->OnSight({EdgeId("e"), true}, now));
    EXPECT_EQ(agent->load(), 0u);
  }
}

// The owner's word of the answer was held on its way until the leg was over and forgotten.
TEST_F(AgentTest, ALegThatAnEdgeInSightDoesNotShowIsOver) {
  Make();
  Ask(1);
  Keep(agent->OnOfferEnd({1}, OfferEnd::kAnswered, now));
  Keep(agent->OnComplete({{1}, "busy", 0s, 0s}, now));
  Advance(2s);
  EXPECT_EQ(Ask(2), Refusal::kFull);
  Advance(2s);
  EXPECT_EQ(Ask(3), Refusal::kNone);
}

// That nothing rings yet does not say that its old owner will not ring.
TEST_F(AgentTest, AnEdgeThatShowsNoLegFreesNoPhoneThatAReplacedOwnerMayRing) {
  Make();
  Ask(1);
  Keep(agent->OnLeaseLapsed({{1}, "not_declared", 6s}, now));
  Keep(agent->OnSnapshot({EdgeId("e"), {}}, now));
  EXPECT_EQ(Ask(2), Refusal::kFull);
  Advance(5s);
  EXPECT_EQ(Ask(3), Refusal::kFull);
  Advance(1s);
  EXPECT_EQ(Ask(4), Refusal::kNone);
}

TEST_F(AgentTest, AnEdgeThatTheAgentsPhoneIsNotAtMayBeOutOfSight) {
  Make();
  Ask(1);
  Keep(agent->OnSight({EdgeId("other"), false}, now));
  Keep(agent->OnLeaseLapsed({{1}, "lease_expired"}, now));
  EXPECT_EQ(agent->load(), 0u);
}

TEST_F(AgentTest, ASnapshotWithoutALegEndsItAndWithANewOneBeginsIt) {
  Make();
  Ask(1);
  Leg(1, LegPhase::kAnswered);
  Keep(agent->OnLeaseLapsed({{1}, "lease_expired"}, now));
  Keep(agent->OnSnapshot({EdgeId("other"), {}}, now));
  EXPECT_EQ(agent->load(), 1u);  // Another edge knows nothing of it.
  Keep(agent->OnSnapshot({EdgeId("e"), {}}, now));
  EXPECT_EQ(agent->load(), 0u);
}

}  // namespace
}  // namespace callfleet::agent_registry
