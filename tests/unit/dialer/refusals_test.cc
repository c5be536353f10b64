// What the edge refuses settles with a reason; nothing turns in a circle.
#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {
namespace {

class Refusals : public CampaignStory {
 protected:
  // The agent's leg is up and the edge refuses to dial.
  AttemptId DialRefused(const std::string& reason, const std::string& field = "") {
    const AttemptId id = Grant();
    Gate(id);
    AgentPicksUp(id);
    Happens(CommandReply{.attempt = id,
                         .leg = model.lines.at(id).CustomerLeg(),
                         .verb = CommandVerb::kOriginate,
                         .refused = reason,
                         .retry_after = {},
                         .fault = field});
    return id;
  }
  AttemptId RingRefused(const std::string& reason, const std::string& field = "") {
    const AttemptId id = Grant();
    Gate(id);
    Happens(CommandReply{.attempt = id,
                         .leg = model.lines.at(id).AgentLeg(),
                         .verb = CommandVerb::kRing,
                         .refused = reason,
                         .retry_after = {},
                         .fault = field});
    return id;
  }
  void TrunkTimerAfter(std::chrono::seconds pause) {
    Pass(pause);
    Happens(TimerFired{TimerKind::kTrunkTry,
                       model.timer_generation[static_cast<std::size_t>(TimerKind::kTrunkTry)]});
  }
  std::vector<News> Repairs() const {
    std::vector<News> found;
    for (const auto& news : Writes<News>()) {
      if (news.kind == NewsKind::kRepair) found.push_back(news);
    }
    return found;
  }
};

TEST_F(Refusals, ADemandThatTheRegistryDoesNotTakeIsMadeAgainAfterAPause) {
  StartWith(3);
  const AttemptId first = LastDemand();
  Happens(DemandClosed{.demand = first, .refused = "too_many"});
  EXPECT_TRUE(model.lines.empty());
  EXPECT_EQ(model.book.ahead.front().id, LeadId("l1"));
  TrunkTimerAfter(1s);
  ASSERT_EQ(model.lines.size(), 1u);
  EXPECT_NE(LastDemand(), first);
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l1"));
  Happens(DemandClosed{.demand = LastDemand(), .refused = "too_many"});
  TrunkTimerAfter(1s);
  EXPECT_TRUE(model.lines.empty()) << "the second pause is longer";
  TrunkTimerAfter(1s);
  EXPECT_EQ(model.lines.size(), 1u);
}

TEST_F(Refusals, ANumberThatTheEdgeDoesNotTakeIsInvalid) {
  StartWith(2);
  DialRefused("INVALID_ARGUMENT", "trunk_number.number");
  EXPECT_EQ(LastClose().outcome, Outcome::kInvalidNumber);
  EXPECT_EQ(LastClose().lead_state, LeadState::kFailed);
  EXPECT_FALSE(LastClose().counted);
  EXPECT_EQ(LastClose().lead_reason, "invalid_argument: trunk_number.number");
  EXPECT_EQ(model.counters.leads_ended[static_cast<std::size_t>(Outcome::kInvalidNumber)], 1);
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l2"));
}

TEST_F(Refusals, ALeadWhoseRowTheAgentsLegCannotCarryIsFinal) {
  StartWith(2);
  RingRefused("INVALID_ARGUMENT", "headers");
  ASSERT_EQ(Writes<SettleLead>().size(), 1u);
  EXPECT_EQ(Writes<SettleLead>()[0].state, LeadState::kFailed);
  EXPECT_EQ(Writes<SettleLead>()[0].outcome, Outcome::kRefused);
  EXPECT_EQ(Writes<SettleLead>()[0].decision.reason, GateReason::kRefused);
  EXPECT_EQ(Writes<ReleaseNumber>().size(), 1u);
  EXPECT_EQ(Acts<ReportOffer>()[0].end, OfferEnd::kWithdrawn);
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l2"));
}

TEST_F(Refusals, SettingsThatTheEdgeDoesNotTakeHoldTheCampaignUntilTheyAreChanged) {
  StartWith(3);
  DialRefused("INVALID_ARGUMENT", "caller_id");
  EXPECT_EQ(model.waits, WaitReason::kSettings);
  EXPECT_EQ(ViewOf(model).detail, "waiting_settings: caller_id");
  EXPECT_EQ(LastClose().lead_state, LeadState::kQueued);
  EXPECT_TRUE(model.lines.empty());
  Pass(1h);
  Happens(LeadsAdded{});
  EXPECT_TRUE(model.lines.empty());
  Happens(SettingsChanged{model.settings});
  EXPECT_EQ(model.lines.size(), 1u);
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l1"));
}

TEST_F(Refusals, AnAgentWithoutAPlaceToRingIsADeviceFault) {
  StartWith(1);
  RingRefused("INVALID_ARGUMENT", "contact_uri");
  EXPECT_EQ(Acts<ReportOffer>()[0].end, OfferEnd::kDeviceFault);
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l1"));
}

TEST_F(Refusals, WhatNobodyKnowsIsTriedLaterEachTime) {
  StartWith(1);
  int refused = 0;
  for (int tick = 0; tick < 600; ++tick) {  // 60 s of 100 ms.
    while (!model.lines.empty()) {
      DialRefused("NEVER_HEARD_OF");
      ++refused;
    }
    Pass(100ms);
    Happens(TimerFired{TimerKind::kTrunkTry,
                       model.timer_generation[static_cast<std::size_t>(TimerKind::kTrunkTry)]});
  }
  EXPECT_LE(refused, 7);
  EXPECT_GE(refused, 4);
}

TEST_F(Refusals, AnAgentsLegThatWasGoneCostsNoWaiting) {
  StartWith(1);
  DialRefused("TOO_LATE");
  EXPECT_EQ(model.lines.size(), 1u);
  ASSERT_EQ(Repairs().size(), 1u);
  EXPECT_EQ(Repairs()[0].reason, "too_late");
}

TEST_F(Refusals, NothingIsSentToABootThatIsGone) {
  StartWith(2);
  DialRefused("BOOT_CHANGED");
  EXPECT_TRUE(model.lines.empty());
  EXPECT_EQ(model.waits, WaitReason::kService);
  Happens(EdgeUp{EdgeId("e1"), BootId("b2"), {}});
  Pass(2s);
  Happens(TimerFired{TimerKind::kTrunkTry,
                     model.timer_generation[static_cast<std::size_t>(TimerKind::kTrunkTry)]});
  EXPECT_EQ(model.lines.size(), 1u);
}

TEST_F(Refusals, AFencedOwnerDoesNothingMore) {
  model.settings.max_concurrent = 1;
  StartWith(2);
  DialRefused("FENCED");
  EXPECT_TRUE(model.fenced);
  EXPECT_TRUE(model.lines.empty());
}

TEST_F(Refusals, AnAgentWhoDoesNotPickUpIsARepairWithItsReason) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  AgentDoesNotPickUp(id);
  ASSERT_EQ(Repairs().size(), 1u);
  EXPECT_EQ(Repairs()[0].repair, RepairKind::kPutBack);
  EXPECT_EQ(Repairs()[0].reason, "agent_no_answer");
  EXPECT_EQ(Repairs()[0].line->lead.id, LeadId("l1"));
}

TEST_F(Refusals, WhatAnOperatorStopsIsNoRepair) {
  StartWith(3);
  const AttemptId id = Grant();
  Gate(id);
  Happens(Verb{CampaignEvent::kPause});
  EXPECT_TRUE(Repairs().empty());
}

TEST_F(Refusals, WhatTheEdgeLostIsARepair) {
  StartWith(2);
  DialNext();
  const AttemptId unplaced = Grant();
  Gate(unplaced);
  AgentPicksUp(unplaced);
  model.lines.at(unplaced).command_leg = LegId();
  Forget();
  Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {}});
  ASSERT_EQ(Repairs().size(), 2u);
  EXPECT_EQ(Repairs()[0].repair, RepairKind::kInterrupted);
  EXPECT_EQ(Repairs()[1].repair, RepairKind::kNeverPlaced);
  EXPECT_EQ(Repairs()[1].reason, "absent_at_edge");
}

TEST_F(Refusals, ACallOfAnEarlierOwnerIsAdoptedOnce) {
  StartWith(1);
  const AttemptId id = DialNext();
  model.lines.at(id).adopted = true;  // As read from the database.
  model.lines.at(id).facts = {};
  Forget();
  Answers(id);
  Facts(id);
  Happens(calls[id]);
  ASSERT_EQ(Repairs().size(), 1u);
  EXPECT_EQ(Repairs()[0].repair, RepairKind::kAdopted);
  EXPECT_EQ(Repairs()[0].reason, "live_at_edge");
}

// The attempt was written, the agent was up, and then the dialer died with the order to dial.
class LastOrder : public Refusals {
 protected:
  LastOrder() {
    StartWith(1);
    id = Grant();
    Gate(id);
    AgentPicksUp(id);
    Line& line = model.lines.at(id);
    line.adopted = true;  // As read from the database.
    line.facts = {};
    line.command_leg = LegId();
    Forget();
    Happens(Facts(id));
  }
  void CallIsOver() {
    CallFacts& facts = Facts(id);
    facts.agent.ended = true;
    facts.call_over = true;
    Happens(facts);
  }
  AttemptId id;
};

TEST_F(LastOrder, AnAgentWhoWaitsForACallThatNobodyDialledIsFreed) {
  ASSERT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_TRUE(Acts<HangUp>()[0].leg.empty());
  EXPECT_TRUE(Writes<CloseAttempt>().empty());
  CallIsOver();
  ASSERT_EQ(Repairs().size(), 2u);
  EXPECT_EQ(Repairs()[1].repair, RepairKind::kNeverPlaced);
  EXPECT_EQ(Repairs()[1].reason, "not_dialled");
  EXPECT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>().size(), 1u);
  ASSERT_EQ(Writes<CloseAttempt>().size(), 1u);
  EXPECT_FALSE(Writes<CloseAttempt>()[0].counted);
  EXPECT_EQ(Writes<CloseAttempt>()[0].lead_state, LeadState::kQueued);
}

// Everything seed 20: the number rang once more than its lead was tried.
TEST_F(LastOrder, ThatCameToTheEdgeBeforeItsHangUpIsATry) {
  CallFacts& facts = Facts(id);
  facts.customer = {.exists = true, .placed = now.wall, .ended = now.wall};
  facts.customer.end = {.placed = true, .progressed = true, .cause = EndCause::kLocal};
  CallIsOver();
  ASSERT_EQ(Writes<CloseAttempt>().size(), 1u);
  EXPECT_TRUE(Writes<CloseAttempt>()[0].counted);
  EXPECT_EQ(Writes<CloseAttempt>()[0].outcome, Outcome::kInterrupted);
  EXPECT_EQ(Acts<CompleteWork>().size(), 1u);
}

TEST_F(Refusals, AProcessThatStopsGivesBackWhatIsNotDialledAndKeepsItsCalls) {
  StartWith(5);
  const AttemptId talking = DialNext();
  Answers(talking);
  const AttemptId ringing_agent = Grant();
  Gate(ringing_agent);
  Forget();
  Happens(Closing{});
  EXPECT_EQ(model.lines.size(), 1u);
  EXPECT_TRUE(model.lines.contains(talking));
  EXPECT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_EQ(Acts<CancelDemand>().size(), 1u);
  EXPECT_TRUE(Repairs().empty());
  Ends(talking);
  EXPECT_EQ(Writes<CloseAttempt>().size(), 1u);
  EXPECT_TRUE(model.lines.empty());
  EXPECT_EQ(model.state, CampaignState::kRunning);
}

TEST_F(Refusals, AttemptsUnderWayAreCountedFromTheirInviteOn) {
  StartWith(3);
  const AttemptId id = DialNext();
  EXPECT_EQ(ViewOf(model).attempts_live, 1);
  EXPECT_EQ(ViewOf(model).counters.counted, 0);
  Answers(id);
  Ends(id);
  EXPECT_EQ(ViewOf(model).attempts_live, 0);
  EXPECT_EQ(ViewOf(model).counters.counted, 1);
}

}  // namespace
}  // namespace callfleet::dialer
