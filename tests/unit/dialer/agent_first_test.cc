#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {
namespace {

using AgentFirst = CampaignStory;

TEST_F(AgentFirst, OnlyTheHeadLeadIsInTheBook) {
  StartWith(10);
  EXPECT_EQ(Acts<SendDemand>().size(), 1u);
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l1"));
  Grant();
  EXPECT_EQ(Acts<SendDemand>().size(), 2u);
}

TEST_F(AgentFirst, TheNumberIsDialledOnlyAfterTheAgentHasAnswered) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  EXPECT_EQ(Acts<RingAgent>().size(), 1u);
  EXPECT_TRUE(Acts<Originate>().empty());
  EXPECT_TRUE(Writes<WriteAttempt>().empty());
  AgentPicksUp(id);
  EXPECT_EQ(Writes<WriteAttempt>().size(), 1u);
  EXPECT_EQ(Acts<Originate>().size(), 1u);
}

TEST_F(AgentFirst, TheInviteWaitsForTheRowOfItsAttempt) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  CallFacts& facts = Facts(id);
  facts.agent = {.leg = model.lines.at(id).AgentLeg(), .answered = true};
  const Step step = Apply(model, facts, now, zones);
  const auto dial = std::find_if(step.acts.begin(), step.acts.end(), [](const Act& act) {
    return std::holds_alternative<Originate>(act.action);
  });
  ASSERT_NE(dial, step.acts.end());
  EXPECT_TRUE(dial->durable);
  EXPECT_FALSE(step.writes.empty());
}

// The mistake: a lead "completed" when the dial request returned.
TEST_F(AgentFirst, ALeadIsNotCompletedWhenTheDialRequestReturns) {
  StartWith(1);
  const AttemptId id = DialNext();
  Happens(CommandReply{id, model.lines.at(id).CustomerLeg(), CommandVerb::kOriginate, "", {}});
  EXPECT_TRUE(Writes<CloseAttempt>().empty());
  Answers(id);
  EXPECT_TRUE(Writes<CloseAttempt>().empty());
  Pass(60s);
  Ends(id);
  EXPECT_EQ(LastClose().lead_state, LeadState::kCompleted);
}

// The mistake: an agent freed when the request returned.
TEST_F(AgentFirst, AnAgentIsHeldUntilTheCallHasEnded) {
  StartWith(1);
  const AttemptId id = DialNext();
  Answers(id);
  EXPECT_TRUE(Acts<CompleteWork>().empty());
  Pass(60s);
  Ends(id);
  ASSERT_EQ(Acts<CompleteWork>().size(), 1u);
  EXPECT_EQ(Acts<CompleteWork>()[0].talk, 60s);
}

// The mistake: a lead failed for ever because no agent was free.
TEST_F(AgentFirst, ALeadWaitsForAnAgentWithoutLosingAnAttempt) {
  StartWith(3);
  Pass(30min);
  Happens(DemandClosed{LastDemand()});
  EXPECT_EQ(model.waits, WaitReason::kAgents);
  EXPECT_TRUE(Writes<CloseAttempt>().empty());
  EXPECT_TRUE(Writes<SettleLead>().empty());
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l1"));
}

TEST_F(AgentFirst, AnAgentWhoDoesNotPickUpCostsTheLeadNothing) {
  StartWith(2);
  const AttemptId id = Grant();
  Gate(id);
  AgentDoesNotPickUp(id);
  EXPECT_TRUE(Writes<WriteAttempt>().empty());
  ASSERT_EQ(Acts<ReportOffer>().size(), 1u);
  EXPECT_EQ(Acts<ReportOffer>()[0].end, OfferEnd::kNoAnswer);
  EXPECT_EQ(Writes<ReleaseNumber>().size(), 1u);
  bool first_again = false;
  for (const auto& [line_id, line] : model.lines) first_again |= line.lead.id == LeadId("l1");
  EXPECT_TRUE(first_again || model.book.ahead.front().id == LeadId("l1"));
}

// The mistake: an agent left in the room when the dial failed.
TEST_F(AgentFirst, TheAgentsLegEndsWhenTheDialFails) {
  StartWith(1);
  const AttemptId id = DialNext();
  CallFacts& facts = Facts(id);
  facts.customer.ended = now.wall;
  facts.customer.end.sip_code = 486;
  Happens(facts);
  ASSERT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_EQ(Acts<HangUp>()[0].leg, LegId(id.str() + "-a1"));
  EXPECT_EQ(Acts<CompleteWork>()[0].wrap_up, 0s);
}

TEST_F(AgentFirst, TheAgentsLegEndsWhenTheEdgeRefusesToDial) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  AgentPicksUp(id);
  Happens(CommandReply{id, model.lines.at(id).CustomerLeg(), CommandVerb::kOriginate, "TRUNK_LIMIT",
                       2000ms});
  EXPECT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_EQ(LastClose().lead_state, LeadState::kQueued);
  EXPECT_FALSE(LastClose().counted);
  EXPECT_EQ(model.waits, WaitReason::kTrunk);
}

// The mistake: `maxConcurrent` ignored.
TEST_F(AgentFirst, NoMoreLinesThanTheMaximum) {
  model.settings.max_concurrent = 3;
  StartWith(10);
  for (int n = 0; n < 3; ++n) Answers(DialNext());
  EXPECT_EQ(model.lines.size(), 3u);
  EXPECT_EQ(Acts<SendDemand>().size(), 3u);
  EXPECT_EQ(model.waits, WaitReason::kMaxCalls);
}

TEST_F(AgentFirst, ACallIsAcknowledgedOnlyAfterItsOutcome) {
  StartWith(1);
  const AttemptId id = DialNext();
  Answers(id);
  EXPECT_TRUE(Acts<Acknowledge>().empty());
  Ends(id);
  ASSERT_EQ(Acts<Acknowledge>().size(), 1u);
  EXPECT_EQ(Acts<Acknowledge>()[0].call, id);
}

TEST_F(AgentFirst, AMergedRecordOfAWholeCallGivesOneOutcome) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  AgentPicksUp(id);
  CallFacts& facts = Facts(id);
  facts.customer = {.exists = true,
                    .placed = now.wall,
                    .progressed = now.wall,
                    .answered = now.wall,
                    .ended = now.wall + 9s,
                    .end = {.placed = true, .progressed = true, .answered = true}};
  facts.bridged = now.wall;
  facts.call_over = true;
  Happens(facts);
  Happens(facts);
  EXPECT_EQ(Writes<CloseAttempt>().size(), 1u);
  EXPECT_EQ(LastClose().outcome, Outcome::kCompleted);
}

TEST_F(AgentFirst, ALostReservationBeforeTheDialKeepsTheLead) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  Happens(ReservationLost{ReservationId("r1")});
  EXPECT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_TRUE(Writes<WriteAttempt>().empty());
  EXPECT_EQ(Acts<SendDemand>().size(), 2u);
}

TEST_F(AgentFirst, ALostReservationLeavesATalkAlone) {
  StartWith(1);
  const AttemptId id = DialNext();
  Answers(id);
  Happens(ReservationLost{ReservationId("r1")});
  EXPECT_TRUE(Acts<HangUp>().empty());
  EXPECT_EQ(model.lines.at(id).state, AttemptState::kConnected);
}

TEST_F(AgentFirst, AGrantThatNobodyWantsAnyMoreIsReturned) {
  StartWith(1);
  const AttemptId id = LastDemand();
  Happens(Verb{CampaignEvent::kPause});
  Happens(Granted{.demand = id, .grant = 7, .revision = 1, .offer = {}});
  ASSERT_EQ(Acts<ReturnGrant>().size(), 1u);
  EXPECT_EQ(Acts<ReturnGrant>()[0].grant, 7u);
}

TEST_F(AgentFirst, HigherPriorityGoesFirstThenOrderOfUpload) {
  Happens(EdgeUp{EdgeId("e1"), BootId("b1"), {}});
  Happens(Verb{CampaignEvent::kStart});
  PageLoaded page{.generation = model.book.generation, .leads = {}, .next_due = {}};
  for (int n : {3, 1, 2}) page.leads.push_back(MakeLead(n));
  page.leads[0].priority = 5;
  Happens(page);
  Happens(TrunkPublished{TrunkState::kUp, std::nullopt});
  Happens(SessionChanged{true});
  EXPECT_EQ(model.lines.begin()->second.lead.id, LeadId("l3"));
  EXPECT_EQ(model.book.ahead.front().id, LeadId("l1"));
}

TEST_F(AgentFirst, ItCompletesWhenNoLeadIsLeft) {
  StartWith(1);
  const AttemptId id = DialNext();
  Answers(id);
  Ends(id);
  EXPECT_EQ(model.state, CampaignState::kRunning);
  for (int n = 0; n < 4 && model.book.page_pending; ++n) {
    Happens(PageLoaded{.generation = model.book.generation, .leads = {}, .next_due = {}});
  }
  EXPECT_EQ(model.state, CampaignState::kCompleted);
}

TEST_F(AgentFirst, ItDoesNotCompleteWhileARetryIsDue) {
  StartWith(1);
  const AttemptId id = DialNext();
  Ends(id, 486);
  EXPECT_EQ(LastClose().lead_state, LeadState::kWaiting);
  for (int n = 0; n < 4 && model.book.page_pending; ++n) {
    Happens(
        PageLoaded{.generation = model.book.generation, .leads = {}, .next_due = now.wall + 300s});
  }
  EXPECT_EQ(model.state, CampaignState::kRunning);
  EXPECT_EQ(model.waits, WaitReason::kRetry);
}

}  // namespace
TEST_F(AgentFirst, ALeadWhoseRetryIsDueCountsAsQueuedAgain) {
  StartWith(1);
  Ends(DialNext(), 486);
  ASSERT_EQ(model.counters.Leads(LeadState::kWaiting), 1);
  Happens(PageLoaded{.generation = model.book.generation, .leads = {}, .next_due = {}, .woken = 1});
  EXPECT_EQ(model.counters.Leads(LeadState::kWaiting), 0);
  EXPECT_EQ(model.counters.Leads(LeadState::kQueued), 1);
}

TEST_F(AgentFirst, ARefusedAttemptIsKeptAsItIsCounted) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  AgentPicksUp(id);
  Happens(CommandReply{
      id, model.lines.at(id).CustomerLeg(), CommandVerb::kOriginate, "TRUNK_DOWN", {}});
  EXPECT_EQ(LastClose().outcome, Outcome::kTrunkFault);
  EXPECT_EQ(model.counters.attempts[static_cast<std::size_t>(Outcome::kTrunkFault)], 1);
}

TEST_F(AgentFirst, ACallThatEndsBeforeItsDiallingIsRefusedIsAcknowledged) {
  StartWith(1);
  const AttemptId id = Grant();
  Gate(id);
  AgentPicksUp(id);
  CallFacts& facts = Facts(id);
  facts.agent.ended = facts.call_over = true;  // The agent hangs up while the row is written.
  Happens(facts);
  EXPECT_TRUE(Acts<Acknowledge>().empty());
  Happens(
      CommandReply{id, model.lines.at(id).CustomerLeg(), CommandVerb::kOriginate, "TOO_LATE", {}});
  ASSERT_EQ(Acts<Acknowledge>().size(), 1u);
  EXPECT_EQ(Acts<Acknowledge>()[0].call, id);
}

TEST_F(AgentFirst, APhoneThatRingsForALineThatIsGoneIsHungUp) {
  StartWith(1);
  CallFacts& facts = Facts(AttemptId("gone"));
  facts.agent = {.leg = LegId("gone-a1")};
  Happens(facts);
  ASSERT_EQ(Acts<HangUp>().size(), 1u);
  EXPECT_EQ(Acts<HangUp>()[0].line.id, AttemptId("gone"));
}

}  // namespace callfleet::dialer
