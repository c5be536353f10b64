#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {
namespace {

using Trunks = CampaignStory;
using Verbs = CampaignStory;
using Restarts = CampaignStory;
using Gates = CampaignStory;
using Ratio = CampaignStory;

TEST_F(Trunks, ATrunkFaultCostsNoAttemptAndKeepsThePlace) {
  StartWith(2);
  const AttemptId id = DialNext();
  Ends(id, 503);
  EXPECT_EQ(LastClose().outcome, Outcome::kTrunkFault);
  EXPECT_FALSE(LastClose().counted);
  EXPECT_EQ(LastClose().lead_state, LeadState::kQueued);
  EXPECT_EQ(LastClose().tries, Tries{});
}

// 10,000 leads while the trunk answers 403, then 503. Each probe may cost an agent a ring.
TEST_F(Trunks, AFaultyTrunkCostsAHandfulOfInvitesAMinute) {
  StartWith(200);
  int invites = 0;
  for (int tick = 0; tick < 600; ++tick) {  // 60 s of 100 ms.
    while (!model.lines.empty() && model.lines.rbegin()->second.state == AttemptState::kDemanding) {
      const AttemptId id = Grant();
      Gate(id);
      AgentPicksUp(id);
      Placed(id);
      ++invites;
      Ends(id, tick < 300 ? 403 : 503);
    }
    Pass(100ms);
    Happens(TimerFired{TimerKind::kTrunkTry,
                       model.timer_generation[static_cast<std::size_t>(TimerKind::kTrunkTry)]});
    if (tick > 10) {
      EXPECT_EQ(model.waits, WaitReason::kTrunk);
    }
  }
  EXPECT_LE(invites, TrunkHealth::kFaultsToClose + 5);
  EXPECT_GE(invites, TrunkHealth::kFaultsToClose + 4);
  for (const auto& close : Writes<CloseAttempt>()) {
    EXPECT_EQ(close.lead_state, LeadState::kQueued);
    EXPECT_EQ(close.tries, Tries{});
  }
}

TEST_F(Trunks, AGoodCallOpensATrunkAgain) {
  StartWith(50);
  for (int n = 0; n < TrunkHealth::kFaultsToClose; ++n) Ends(DialNext(), 503);
  EXPECT_EQ(model.waits, WaitReason::kTrunk);
  Pass(TrunkHealth::kProbeInterval);
  Happens(LeadsAdded{});
  Ends(DialNext(), 486);
  EXPECT_NE(model.waits, WaitReason::kTrunk);
}

TEST_F(Trunks, ProbesThatFailComeLaterEachTimeUpToAMinute) {
  TrunkHealth trunk;
  trunk.Published(TrunkState::kUp, std::nullopt);
  for (int n = 0; n < TrunkHealth::kFaultsToClose; ++n) trunk.Fault(now);
  std::vector<std::chrono::seconds> waits;
  for (int n = 0; n < 6; ++n) {
    const auto next = trunk.NextTry(now);
    ASSERT_TRUE(next);
    waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(*next - now.mono));
    now.mono = *next;
    EXPECT_EQ(trunk.Allowance(now, 0, 0), 1);
    trunk.Opened(now);
    trunk.Fault(now);
  }
  EXPECT_EQ(waits, (std::vector<std::chrono::seconds>{5s, 5s, 10s, 20s, 40s, 60s}));
  trunk.Works();
  EXPECT_GT(trunk.Allowance(now, 0, 0), 1);
}

TEST_F(Trunks, NobodyIsRungBeforeTheEdgesBreakerLetsACallPass) {
  StartWith(5);
  Happens(TrunkPublished{TrunkState::kBreakerOpen, std::nullopt, now.wall + 4s});
  Happens(Verb{CampaignEvent::kPause});
  Happens(Verb{CampaignEvent::kResume});  // Tries at once what the edge allows.
  Happens(TrunkPublished{TrunkState::kBreakerOpen, std::nullopt, now.wall + 4s});
  EXPECT_EQ(model.waits, WaitReason::kTrunk);
}

TEST_F(Trunks, ResumeTriesAtOnce) {
  StartWith(50);
  for (int n = 0; n < TrunkHealth::kFaultsToClose + 1; ++n) Ends(DialNext(), 503);
  EXPECT_TRUE(model.lines.empty());
  Happens(Verb{CampaignEvent::kPause});
  Happens(Verb{CampaignEvent::kResume});
  EXPECT_EQ(model.lines.size(), 1u);
}

TEST_F(Trunks, NobodyIsRungWhileTheTrunkIsDown) {
  StartWith(5);
  Happens(TrunkPublished{TrunkState::kDown, std::nullopt});
  EXPECT_EQ(Acts<CancelDemand>().size(), 1u);
  EXPECT_TRUE(model.lines.empty());
  EXPECT_EQ(model.waits, WaitReason::kTrunk);
}

TEST_F(Restarts, AnEdgeThatGoesWhileTheGateIsAskedLeavesTheLeadInItsPlace) {
  StartWith(2);
  const AttemptId id = Grant();
  Happens(EdgeDown{EdgeId("e1")});
  Forget();
  Gate(id);
  EXPECT_FALSE(model.lines.contains(id));
  EXPECT_TRUE(Acts<RingAgent>().empty());
  EXPECT_EQ(Writes<ReleaseNumber>().size(), 1u);
  EXPECT_EQ(model.waits, WaitReason::kService);
}

TEST_F(Restarts, AnEdgeThatDrainsIsNotAskedAgainAtOnce) {
  StartWith(2);
  const AttemptId id = Grant();
  Gate(id);
  Forget();
  Happens(CommandReply{id, model.lines.at(id).AgentLeg(), CommandVerb::kRing, "DRAINING", 1000ms});
  EXPECT_TRUE(Acts<SendDemand>().empty());
  Pass(1000ms);
  Happens(TimerFired{TimerKind::kTrunkTry,
                     model.timer_generation[static_cast<std::size_t>(TimerKind::kTrunkTry)]});
  EXPECT_EQ(Acts<SendDemand>().size(), 1u);
}

TEST_F(Verbs, PauseStopsNewCallsButKeepsLiveOnes) {
  StartWith(5);
  const AttemptId talking = DialNext();
  Answers(talking);
  const AttemptId dialled = DialNext();
  const AttemptId ringing_agent = Grant();
  Gate(ringing_agent);
  Forget();
  Happens(Verb{CampaignEvent::kPause});
  EXPECT_TRUE(model.lines.contains(talking));
  EXPECT_TRUE(model.lines.contains(dialled));
  EXPECT_FALSE(model.lines.contains(ringing_agent));
  ASSERT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_EQ(Acts<HangUp>()[0].line.id, ringing_agent);
  EXPECT_EQ(Acts<CancelDemand>().size(), 1u);
  EXPECT_TRUE(Acts<SendDemand>().empty());
}

TEST_F(Verbs, StopEndsUnansweredCallsAndLetsTalksGoOn) {
  StartWith(5);
  const AttemptId talking = DialNext();
  Answers(talking);
  const AttemptId ringing = DialNext();
  Forget();
  Happens(Verb{CampaignEvent::kStop});
  ASSERT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_EQ(Acts<HangUp>()[0].line.id, ringing);
  EXPECT_EQ(model.state, CampaignState::kStopped);
  EXPECT_TRUE(model.lines.contains(talking));
}

TEST_F(Verbs, DrainStopsAfterTheLastCall) {
  StartWith(5);
  const AttemptId talking = DialNext();
  Answers(talking);
  Happens(Verb{CampaignEvent::kDrain});
  EXPECT_EQ(model.state, CampaignState::kDraining);
  Ends(talking);
  EXPECT_EQ(model.state, CampaignState::kStopped);
}

TEST_F(Verbs, ResumeGoesOnWithTheSameLead) {
  StartWith(3);
  Happens(Verb{CampaignEvent::kPause});
  Happens(Verb{CampaignEvent::kResume});
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l1"));
}

TEST_F(Restarts, AnAttemptAbsentFromTheSameBootWasNeverPlaced) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  AgentPicksUp(id);
  model.lines.at(id).command_leg = LegId();
  Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {}});
  EXPECT_FALSE(LastClose().counted);
  EXPECT_EQ(LastClose().lead_state, LeadState::kQueued);
}

// A reply and the watch's snapshot come on ways of their own.
TEST_F(Restarts, ASnapshotOlderThanTheReplyToAnOrderDoesNotProveItAbsent) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  Happens(EdgeDown{EdgeId("e1")});
  Happens(CommandReply{id, model.lines.at(id).AgentLeg(), CommandVerb::kRing, "", {}});
  Forget();
  Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {}});
  EXPECT_TRUE(model.lines.contains(id));
  EXPECT_TRUE(Acts<ReportOffer>().empty());
  Happens(EdgeDown{EdgeId("e1")});
  Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {}});
  EXPECT_FALSE(model.lines.contains(id));
}

TEST_F(Restarts, AnOrderThatABootTookWhichIsGoneIsAbsentAllTheSame) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  Happens(EdgeDown{EdgeId("e1")});
  Happens(CommandReply{id, model.lines.at(id).AgentLeg(), CommandVerb::kRing, "", {}});
  Happens(EdgeUp{EdgeId("e1"), BootId("b2"), {}});
  EXPECT_FALSE(model.lines.contains(id));
}

TEST_F(Restarts, AnAttemptOfAnotherBootIsInterruptedAndCounted) {
  StartWith(1);
  const AttemptId id = DialNext();
  Happens(EdgeUp{EdgeId("e1"), BootId("b2"), {}});
  EXPECT_EQ(LastClose().outcome, Outcome::kInterrupted);
  EXPECT_TRUE(LastClose().counted);
  EXPECT_EQ(LastClose().lead_state, LeadState::kWaiting);
}

TEST_F(Restarts, AnInterruptedCallThatWasAnsweredIsNotRepeated) {
  StartWith(1);
  const AttemptId id = DialNext();
  Answers(id, false);
  Happens(EdgeUp{EdgeId("e1"), BootId("b2"), {}});
  EXPECT_EQ(LastClose().outcome, Outcome::kInterrupted);
  EXPECT_EQ(LastClose().lead_state, LeadState::kFailed);
}

TEST_F(Restarts, ALegWhoseAttemptHasNoRowIsEnded) {
  Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {{AttemptId("c1.0.9"), false}}});
  ASSERT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_EQ(Acts<HangUp>()[0].line.id, AttemptId("c1.0.9"));
}

TEST_F(Restarts, AnEndedCallWithoutALineIsAcknowledged) {
  CallFacts& facts = Facts(AttemptId("c1.0.9"));
  facts.call_over = true;
  Happens(facts);
  EXPECT_EQ(Acts<Acknowledge>().size(), 1u);
}

TEST_F(Gates, ASuppressedNumberIsNeverDialled) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id, {.suppressed = true});
  EXPECT_TRUE(Acts<RingAgent>().empty());
  ASSERT_EQ(Writes<SettleLead>().size(), 1u);
  EXPECT_EQ(Writes<SettleLead>()[0].state, LeadState::kFailed);
  EXPECT_EQ(Acts<ReportOffer>()[0].end, OfferEnd::kWithdrawn);
}

TEST_F(Gates, ANumberInAnotherCallWaits) {
  StartWith(1);
  Gate(Grant(), {.in_call = true});
  EXPECT_EQ(Writes<SettleLead>()[0].state, LeadState::kWaiting);
  EXPECT_EQ(Writes<SettleLead>()[0].decision.reason, GateReason::kNumberInCall);
}

TEST_F(Gates, TheFourthCallOfADayWaitsUntilTheFirstIsADayOld) {
  StartWith(1);
  Gate(Grant(), {.placed_within = 3, .oldest_placed = now.wall - 20h});
  EXPECT_EQ(Writes<SettleLead>()[0].decision.reason, GateReason::kNumberCap);
  EXPECT_EQ(Writes<SettleLead>()[0].decision.retry_at, now.wall + 4h + 1s);
}

TEST_F(Gates, ALeadWithoutZoneMustBeAllowedInEveryZoneOfItsCountry) {
  zones.offset_minutes["Far/West"] = -4 * 60;  // 8:00 there.
  zones.regions["US"] = {"UTC", "Far/West"};
  StartWith(1);
  EXPECT_TRUE(Acts<SendDemand>().empty());
  EXPECT_EQ(Writes<NoteDecision>()[0].decision.retry_at, now.wall + 1h);
}

TEST_F(Gates, WithTheDatabaseAwayTheLeadKeepsItsPlace) {
  StartWith(2);
  const AttemptId id = Grant();
  Happens(GateAnswered{id, std::nullopt});
  EXPECT_FALSE(model.lines.contains(id));
  EXPECT_EQ(model.book.ahead.front().id, LeadId("l1"));
  EXPECT_TRUE(Writes<SettleLead>().empty());
}

TEST_F(Ratio, LinesFollowTheNumberOfFreeAgents) {
  model.settings.pacing = PacingMode::kRatio;
  model.settings.ratio = 2.0;
  model.settings.max_concurrent = 100;
  StartWith(50);
  EXPECT_EQ(model.lines.size(), 18u);  // Nine agents.
  EXPECT_TRUE(Acts<SendDemand>().empty());
}

TEST_F(Ratio, AnAnsweredCallAsksForAnAgentWithWhatIsLeftOfTwoSeconds) {
  model.settings.pacing = PacingMode::kRatio;
  model.settings.max_concurrent = 1;
  StartWith(1);
  const AttemptId id = model.lines.begin()->first;
  Gate(id);
  Placed(id);
  CallFacts& facts = Facts(id);
  facts.customer.answered = now.wall;
  Pass(300ms);
  Happens(facts);
  ASSERT_EQ(Acts<SendDemand>().size(), 1u);
  EXPECT_EQ(Acts<SendDemand>()[0].demand_class, DemandClass::kAnswered);
  EXPECT_EQ(Acts<SendDemand>()[0].time_left, 1700ms);
  EXPECT_TRUE(Acts<SendDemand>()[0].instant_only);
  Grant();
  ASSERT_EQ(Acts<RingAgent>().size(), 1u);
  EXPECT_TRUE(Acts<RingAgent>()[0].bridge);
}

// The person hung up as the agent's phone was to ring; the next call need not wait for it.
TEST_F(Ratio, AnAgentForAPersonWhoHasGoneCostsNoWaiting) {
  model.settings.pacing = PacingMode::kRatio;
  model.settings.max_concurrent = 1;
  StartWith(1);
  const AttemptId id = model.lines.begin()->first;
  Gate(id);
  Placed(id);
  Answers(id, false);
  Grant();
  Happens(CommandReply{.attempt = id,
                       .leg = model.lines.at(id).AgentLeg(),
                       .verb = CommandVerb::kRing,
                       .refused = "TOO_LATE",
                       .retry_after = {}});
  EXPECT_FALSE(model.trunk.NextTry(now));
}

TEST_F(Ratio, WithoutAnAgentInTimeItIsAbandoned) {
  model.settings.pacing = PacingMode::kRatio;
  model.settings.max_concurrent = 1;
  StartWith(1);
  const AttemptId id = model.lines.begin()->first;
  Gate(id);
  EXPECT_EQ(Acts<Originate>()[0].not_bridged_within, 2000ms);
  Placed(id);
  Answers(id, false);
  Pass(2s);
  Ends(id, 0, EndCause::kNotBridged);
  EXPECT_EQ(LastClose().outcome, Outcome::kAbandoned);
  EXPECT_EQ(Acts<CancelDemand>().size(), 1u);
}

}  // namespace
}  // namespace callfleet::dialer
