// What phones ask for: REFER, Replaces, hold, digits; and what they may dial.
#include "tests/unit/sip_edge/transfer_story.h"

namespace callfleet::sip_edge {
namespace {

TEST_F(TransferTest, ReferAsksTheControllerAndTellsTheReferrer) {
  EXPECT_EQ(calls.Refer(agent, {.dialled = "bob"}, now), 202);
  Run();
  EXPECT_EQ(Transfer().state, TransferState::kAsked);
  EXPECT_EQ(Transfer().dialled, "bob");
  EXPECT_TRUE(Talk(customer, agent));
  PlaceTarget(TransferKind::kBlind, Transfer().id.c_str());
  calls.Progress(target, now);
  calls.Answered(target, now);
  Run();
  EXPECT_EQ(notified, (std::vector<int>{100, 180, 200}));
  EXPECT_TRUE(Talk(customer, target));
}

TEST_F(TransferTest, ReferThatNobodyDecidesIsRefusedAndTheCallGoesOn) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "bob"}, now), 202);
  Run();
  for (const auto& key : timers) {
    if (key.timer == SwitchTimer::kVerdict) calls.OnTimer(key, now);
  }
  Run();
  EXPECT_EQ(notified, (std::vector<int>{100, 503}));
  EXPECT_TRUE(Talk(customer, agent));
  EXPECT_EQ(Transfer().end, TransferEnd::kRefused);
}

TEST_F(TransferTest, ReferIsReleasedToAQueueAndTheCustomerWaitsWithMusic) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "4711"}, now), 202);
  ASSERT_TRUE(Steer(TransferVerb::kRelease, Transfer().id));
  EXPECT_FALSE(Live(agent));
  EXPECT_TRUE(music[customer]);
  EXPECT_EQ(notified.back(), 200);
}

TEST_F(TransferTest, ACustomerReleasedToAQueueTalksWithTheNextAgent) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "4711"}, now), 202);
  ASSERT_TRUE(Steer(TransferVerb::kRelease, Transfer().id));
  const LegHandle next = Place("x", "t", LegRole::kAgent, {.bridge_with = LegId("c")}, "bob");
  calls.Answered(next, now);
  Run();
  EXPECT_FALSE(music[customer]);
  EXPECT_TRUE(Talk(customer, next));
}

TEST_F(TransferTest, ReferrerMayHangUpRightAfterItsReferAndTheCustomerIsKept) {
  ASSERT_EQ(calls.Refer(agent, {.dialled = "bob"}, now), 202);
  const std::string id = Transfer().id;
  Leave(agent);
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(music[customer]);
  PlaceTarget(TransferKind::kBlind, id.c_str());
  calls.Answered(target, now);
  Run();
  EXPECT_TRUE(Talk(customer, target));
}

TEST_F(TransferTest, ReferIsHeldAgainstTheListOfItsRole) {
  EXPECT_EQ(calls.Refer(agent, {.dialled = "+390612345"}, now), 403);
  EXPECT_EQ(calls.Refer(customer, {.dialled = "bob"}, now), 403);
  EXPECT_EQ(calls.Refer(agent, {.replaces = true, .replaced = 0}, now), 481);
  EXPECT_TRUE(Record()->transfers.empty());
}

TEST(DialRulesTest, FirstPatternThatFitsDecides) {
  const DialList list = DialListOf("!+1900*,+1*,4711");
  EXPECT_TRUE(MayDial(list, "+14155550100"));
  EXPECT_FALSE(MayDial(list, "+19005550100"));
  EXPECT_TRUE(MayDial(list, "4711"));
  EXPECT_FALSE(MayDial(list, "47110"));
}

// The agent's phone has a second call y with the target t and asks to put the far ends together.
TEST_F(TransferTest, ReferWithReplacesMovesTheTargetIntoTheCustomersCall) {
  const LegHandle second = Place("y", "a2", LegRole::kAgent, {});
  calls.Answered(second, now);
  const LegHandle there = Place("y", "t", LegRole::kAgent, {.bridge_with = LegId("a2")}, "bob");
  calls.Answered(there, now);
  Run();
  EXPECT_EQ(calls.Refer(agent, {.replaces = true, .replaced = second}, now), 202);
  Run();
  EXPECT_TRUE(Talk(customer, there));
  EXPECT_EQ(Record("y")->state, CallState::kEnded);
  EXPECT_EQ(Record("y")->legs[1].end.edge_reason, EdgeReason::kTransferred);
  const auto& moved = Record()->legs.back();
  EXPECT_EQ(moved.replaces, LegId("t"));
  EXPECT_EQ(moved.agent, AgentId("bob"));
  EXPECT_EQ(Record()->legs[1].phase, LegPhase::kEnded);
  EXPECT_EQ(notified, std::vector<int>{200});
}

TEST_F(TransferTest, ReferWithReplacesOfATargetThatStillRingsWaitsForItsAnswer) {
  const LegHandle second = Place("y", "a2", LegRole::kAgent, {});
  calls.Answered(second, now);
  const LegHandle there = Place("y", "t", LegRole::kAgent, {.bridge_with = LegId("a2")}, "bob");
  calls.Progress(there, now);
  Run();
  EXPECT_EQ(calls.Refer(agent, {.replaces = true, .replaced = second}, now), 202);
  Run();
  EXPECT_TRUE(music[customer]);
  EXPECT_TRUE(Live(agent));
  calls.Answered(there, now);
  Run();
  EXPECT_TRUE(Talk(customer, there));
  EXPECT_FALSE(Live(agent));
}

TEST_F(TransferTest, ReplacesOfADialogOfSomebodyElseIsForbidden) {
  const LegHandle second = Place("y", "a2", LegRole::kAgent, {}, "eve");
  calls.Answered(second, now);
  Run();
  EXPECT_EQ(calls.Refer(agent, {.replaces = true, .replaced = second}, now), 403);
  EXPECT_EQ(calls.Replacing({.agent = AgentId("ann")}, customer, now), 0u);
}

TEST_F(TransferTest, InviteWithReplacesTakesThePlaceOfTheAgentsLeg) {
  const LegHandle other = calls.Replacing({.caller = "ann", .agent = AgentId("ann")}, agent, now);
  ASSERT_NE(other, 0u);
  calls.TakePlace(other, agent, now);
  Run();
  EXPECT_TRUE(Talk(customer, other));
  EXPECT_FALSE(Live(agent));
  EXPECT_EQ(Record()->legs[1].end.edge_reason, EdgeReason::kReplaced);
  EXPECT_EQ(Record()->legs[2].replaces, LegId("a"));
}

// --- Hold and digits

TEST_F(TransferTest, CustomerHearsMusicWhileTheAgentsPhoneHolds) {
  calls.HeldByPeer(agent, true, now);
  Run();
  EXPECT_TRUE(music[customer]);
  EXPECT_FALSE(Hears(customer, agent));
  calls.HeldByPeer(agent, false, now);
  Run();
  EXPECT_FALSE(music[customer]);
  EXPECT_TRUE(Talk(customer, agent));
}

TEST_F(TransferTest, CustomerWhoComesBackToAPhoneThatHoldsHearsMusic) {
  calls.HeldByPeer(agent, true, now);  // As phones do before they transfer.
  PlaceTarget(TransferKind::kBlind);
  calls.Rejected(target, {.sip_code = 486}, EdgeReason::kNone, true, now);
  Run();
  EXPECT_TRUE(music[customer]);
  calls.HeldByPeer(agent, false, now);
  Run();
  EXPECT_TRUE(Talk(customer, agent));
}

TEST_F(TransferTest, AgentWhoIsHungUpMayLeaveTheCustomerWithMusic) {
  ASSERT_TRUE(calls.HangUp(
      {.context = Context(), .call = CallId("x"), .leg = LegId("a"), .keep_peers = true}, now));
  Run();
  EXPECT_TRUE(Live(customer));
  EXPECT_TRUE(music[customer]);
}

TEST_F(TransferTest, DigitsAreCountedSoThatAReaderMissesNone) {
  for (int i = 0; i < 70; ++i) calls.Digit(customer, '5', DigitWay::kRtp, now);
  EXPECT_EQ(Record()->digit_count, 70u);
  EXPECT_EQ(Record()->digits.size(), 64u);
}

TEST_F(TransferTest, DigitSentBothWaysIsHeardOnce) {
  calls.Digit(customer, '1', DigitWay::kRtp, now);
  calls.Digit(customer, '1', DigitWay::kInfo, now);
  calls.Digit(customer, '2', DigitWay::kInfo, now);
  calls.Digit(customer, '2', DigitWay::kRtp, now);
  EXPECT_EQ(Record()->digits, "12");
}

}  // namespace
}  // namespace callfleet::sip_edge
