// Who answered, as a campaign takes it: agents are let go, machines are not persons, verdicts cross
// with grants, bridges, hang-ups and restarts.
#include "services/dialer/adapters/column_text.h"
#include "services/dialer/adapters/edge_convert.h"
#include "services/dialer/rpc/amd_convert.h"
#include "tests/unit/dialer/campaign_story.h"

namespace callfleet::dialer {
namespace {

class Amd : public CampaignStory {
 protected:
  Amd() {
    model.settings.pacing = PacingMode::kRatio;
    model.settings.amd.enabled = true;
  }
  // The number is dialled; no agent is asked for yet.
  AttemptId Dialled(int leads = 1) {
    StartWith(leads);
    const AttemptId id = Acts<CheckGate>().front().attempt;
    Gate(id);
    Placed(id);
    return id;
  }
  AttemptId Answered() {
    const AttemptId id = Dialled();
    Answers(id, false);
    return id;
  }
  void Finds(const AttemptId& id, AmdVerdict verdict, AmdAction action) {
    CallFacts& facts = Facts(id);
    facts.customer.amd =
        AmdFacts{.verdict = verdict, .action = action, .decided = now.wall, .after_answer = 1200ms};
    Happens(facts);
  }
  void AgentLeg(const AttemptId& id, bool answered, bool ended = false) {
    CallFacts& facts = Facts(id);
    facts.agent.leg = model.lines.at(id).AgentLeg();
    facts.agent.answered = answered;
    facts.agent.ended = ended;
    Happens(facts);
  }
  void Bridged(const AttemptId& id) {
    CallFacts& facts = Facts(id);
    facts.bridged = now.wall;
    Happens(facts);
  }
  std::vector<NewsKind> Told() const {
    std::vector<NewsKind> kinds;
    for (const auto& news : Writes<News>()) kinds.push_back(news.kind);
    return kinds;
  }
  static std::vector<std::string> FaultsOf(const callfleet::common::v1::AmdSettings& asked) {
    std::vector<std::string> faults;
    (void)FromProto(asked,
                    [&](const std::string& field, const std::string&) { faults.push_back(field); });
    return faults;
  }
  AttemptState StateOf(const AttemptId& id) const { return model.lines.at(id).state; }
};

TEST_F(Amd, TheEdgeIsToldWhatTheCampaignWants) {
  model.settings.amd.max_after_rtp_ms = 1200;
  model.settings.amd.on_machine = AmdAction::kLeaveMessage;
  model.settings.amd.message = "sorry";
  Dialled();
  const auto dialled = Acts<Originate>().back();
  const auto request = ToRequest(UnitToken{}, dialled);
  const auto& amd = request.what_follows().amd();
  EXPECT_TRUE(amd.enabled());
  EXPECT_EQ(amd.max_after_rtp().nanos(), 200'000'000);
  EXPECT_EQ(amd.on_machine(), callfleet::common::v1::AMD_ACTION_LEAVE_MESSAGE);
  EXPECT_EQ(amd.message(), "sorry");
}

TEST_F(Amd, EachFieldThatIsOutOfItsRangeIsNamed) {
  callfleet::common::v1::AmdSettings asked;
  asked.mutable_max_after_rtp()->set_seconds(5);
  asked.mutable_silence()->set_nanos(100'000'000);
  asked.set_max_words(1);
  asked.set_on_machine(callfleet::common::v1::AMD_ACTION_LEAVE_MESSAGE);
  asked.set_on_fax(callfleet::common::v1::AMD_ACTION_LEAVE_MESSAGE);
  EXPECT_EQ(FaultsOf(asked), (std::vector<std::string>{"max_after_rtp", "silence", "max_words",
                                                       "on_fax", "message"}));
}

TEST_F(Amd, WhoSaysNothingMayOnlyBeConnected) {
  namespace pb = callfleet::common::v1;
  pb::AmdSettings asked;
  for (auto action : {pb::AMD_ACTION_UNSPECIFIED, pb::AMD_ACTION_CONNECT}) {
    asked.set_on_silence(action);
    EXPECT_TRUE(FaultsOf(asked).empty()) << action;
  }
  for (auto action : {pb::AMD_ACTION_HANG_UP, pb::AMD_ACTION_HAND_TO_AGENT}) {
    asked.set_on_silence(action);
    EXPECT_EQ(FaultsOf(asked), std::vector<std::string>{"on_silence"}) << action;
  }
}

TEST_F(Amd, SettingsAndVerdictsAreKeptAsTheyWere) {
  AmdSettings settings{.enabled = true, .word_gap_ms = 90, .min_level_dbm0 = -50};
  settings.on_machine = AmdAction::kHandToAgent;
  settings.message = "sorry";
  EXPECT_EQ(AmdSettingsOf(ToJson(settings)), settings);
  EXPECT_EQ(AmdSettingsOf("{}"), AmdSettings{});
  const auto facts = AmdFactsOf(ToJson(std::optional(AmdFacts{.verdict = AmdVerdict::kBeep,
                                                              .reason = 4,
                                                              .action = AmdAction::kLeaveMessage,
                                                              .decided = now.wall,
                                                              .after_answer = 900ms,
                                                              .message = now.wall + 1s,
                                                              .message_left = true})));
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->verdict, AmdVerdict::kBeep);
  EXPECT_EQ(facts->decided, now.wall);
  EXPECT_EQ(facts->message, now.wall + 1s);
  EXPECT_TRUE(facts->message_left);
  EXPECT_FALSE(AmdFactsOf(ToJson(std::optional<AmdFacts>())));
}

TEST_F(Amd, WithoutItTheEdgeIsAskedForNothing) {
  model.settings.amd.enabled = false;
  model.settings.amd.max_words = 4;
  Dialled();
  EXPECT_FALSE(ToRequest(UnitToken{}, Acts<Originate>().back()).what_follows().has_amd());
}

TEST_F(Amd, AnAgentIsAskedForAtTheAnswerAndNotAtTheVerdict) {
  const AttemptId id = Answered();
  ASSERT_EQ(Acts<SendDemand>().size(), 1U);
  EXPECT_EQ(Acts<SendDemand>()[0].time_left, 2000ms);
  Finds(id, AmdVerdict::kPerson, AmdAction::kConnect);
  EXPECT_EQ(Acts<SendDemand>().size(), 1U);
  EXPECT_EQ(StateOf(id), AttemptState::kAwaitingAgent);
}

TEST_F(Amd, AMachineBeforeTheGrantTakesTheDemandBack) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kHangUp);
  ASSERT_EQ(Acts<CancelDemand>().size(), 1U);
  EXPECT_EQ(StateOf(id), AttemptState::kMachine);
  Ends(id, 0, EndCause::kMachine);
  EXPECT_EQ(LastClose().outcome, Outcome::kAnsweringMachine);
  EXPECT_TRUE(LastClose().counted);
  EXPECT_TRUE(Acts<CompleteWork>().empty());
}

TEST_F(Amd, AGrantThatCrossesTheVerdictIsGivenBackUntouched) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kHangUp);
  Grant();
  EXPECT_EQ(Acts<ReturnGrant>().size(), 1U);
  EXPECT_TRUE(Acts<TakeGrant>().empty());
  EXPECT_TRUE(Acts<RingAgent>().empty());
  EXPECT_EQ(StateOf(id), AttemptState::kMachine);
}

TEST_F(Amd, AMachineAfterTheGrantFreesTheAgentWithoutWrapUpAndSaysWhy) {
  const AttemptId id = Answered();
  Grant();
  AgentLeg(id, true);
  Finds(id, AmdVerdict::kMachine, AmdAction::kHangUp);
  ASSERT_EQ(Acts<CompleteWork>().size(), 1U);
  const CompleteWork done = Acts<CompleteWork>()[0];
  EXPECT_EQ(done.outcome, Outcome::kAnsweringMachine);
  EXPECT_EQ(done.wrap_up, 0s);
  EXPECT_EQ(Acts<HangUp>().back().leg, model.lines.at(id).AgentLeg());
  Ends(id, 0, EndCause::kMachine);
  EXPECT_EQ(Acts<CompleteWork>().size(), 1U);
  EXPECT_EQ(LastClose().outcome, Outcome::kAnsweringMachine);
}

TEST_F(Amd, AnAgentWhosePhoneStillRingsForAMachineIsWithdrawn) {
  const AttemptId id = Answered();
  Grant();
  AgentLeg(id, false);
  Forget();
  Finds(id, AmdVerdict::kMachine, AmdAction::kHangUp);
  ASSERT_EQ(Acts<ReportOffer>().size(), 1U);
  EXPECT_EQ(Acts<ReportOffer>()[0].end, OfferEnd::kWithdrawn);
  EXPECT_TRUE(Acts<CompleteWork>().empty());
}

TEST_F(Amd, NoOtherAgentIsAskedForWhereOneRecordTellsTheVerdictAndTheAgentsEnd) {
  const AttemptId id = Answered();
  Grant();
  AgentLeg(id, false);
  Forget();
  CallFacts& facts = Facts(id);
  facts.agent.ended = true;
  facts.customer.amd = AmdFacts{
      .verdict = AmdVerdict::kMachine, .action = AmdAction::kLeaveMessage, .decided = now.wall};
  Happens(facts);
  EXPECT_TRUE(Acts<SendDemand>().empty());
  EXPECT_EQ(Acts<ReportOffer>().size(), 1U);
  EXPECT_EQ(StateOf(id), AttemptState::kMachine);
}

TEST_F(Amd, AVerdictAfterTheBridgeChangesNothing) {
  const AttemptId id = Answered();
  Grant();
  AgentLeg(id, true);
  Bridged(id);
  Forget();
  Finds(id, AmdVerdict::kMachine, AmdAction::kConnect);
  EXPECT_EQ(StateOf(id), AttemptState::kConnected);
  EXPECT_TRUE(acts.empty());
  Pass(20s);
  Ends(id);
  EXPECT_EQ(LastClose().outcome, Outcome::kCompleted);
  EXPECT_EQ(model.counters.answered, 0);
  EXPECT_EQ(model.counters.machines, 1);
}

TEST_F(Amd, WhoHangsUpBeforeTheVerdictWasAPersonAndIsAbandoned) {
  const AttemptId id = Answered();
  Pass(400ms);
  Ends(id);
  EXPECT_EQ(LastClose().outcome, Outcome::kAbandoned);
  EXPECT_EQ(model.counters.answered, 1);
}

TEST_F(Amd, ASilentOneWhoHangsUpIsAPerson) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kSilence, AmdAction::kConnect);
  Ends(id, 0, EndCause::kNotBridged);
  EXPECT_EQ(LastClose().outcome, Outcome::kAbandoned);
  EXPECT_EQ(model.counters.answered, 1);
  EXPECT_EQ(model.counters.machines, 0);
}

TEST_F(Amd, AMachineIsNoPersonAndNoAbandonedCall) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kConnect);
  EXPECT_EQ(StateOf(id), AttemptState::kAwaitingAgent);
  Ends(id, 0, EndCause::kMachine);
  EXPECT_EQ(LastClose().outcome, Outcome::kAnsweringMachine);
  EXPECT_EQ(model.counters.answered, 0);
  EXPECT_EQ(model.counters.machines, 1);
}

TEST_F(Amd, AMachineIsTriedAgainByTheRuleOfItsOutcome) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kHangUp);
  Ends(id, 0, EndCause::kMachine);
  EXPECT_EQ(LastClose().lead_state, LeadState::kWaiting);
  EXPECT_EQ(LastClose().lead_due, now.wall + 4h);
}

TEST_F(Amd, AMessageThatWasLeftSettlesItsLead) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kLeaveMessage);
  EXPECT_EQ(StateOf(id), AttemptState::kMachine);
  Facts(id).customer.amd->message_left = true;
  Ends(id, 0, EndCause::kMachine);
  EXPECT_EQ(LastClose().outcome, Outcome::kMessageLeft);
  EXPECT_EQ(LastClose().lead_state, LeadState::kCompleted);
}

TEST_F(Amd, AMachineThatHungUpInTheMessageIsTriedAgain) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kLeaveMessage);
  Ends(id);
  EXPECT_EQ(LastClose().outcome, Outcome::kAnsweringMachine);
}

TEST_F(Amd, AFaxIsFinalAndTheNetworksTonesAreUnreachable) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kFax, AmdAction::kHangUp);
  Ends(id, 0, EndCause::kMachine);
  EXPECT_EQ(LastClose().outcome, Outcome::kFax);
  EXPECT_EQ(LastClose().lead_state, LeadState::kFailed);
}

TEST_F(Amd, TonesBeforeTheAnswerEndTheCallAtTheEdge) {
  const AttemptId id = Dialled();
  Finds(id, AmdVerdict::kSit, AmdAction::kHangUp);
  EXPECT_EQ(StateOf(id), AttemptState::kDialing);
  Ends(id, 487, EndCause::kMachine);
  EXPECT_EQ(LastClose().outcome, Outcome::kUnreachable);
}

TEST_F(Amd, TheNetworksOwnWordCountsMoreThanItsTone) {
  const AttemptId id = Dialled();
  Finds(id, AmdVerdict::kSit, AmdAction::kConnect);
  Ends(id, 486);
  EXPECT_EQ(LastClose().outcome, Outcome::kBusy);
}

TEST_F(Amd, AMachineThatIsHandedOverAsksForItsAgentWithMoreTime) {
  model.settings.amd.agent_wait_ms = 20'000;
  const AttemptId id = Answered();
  Pass(1200ms);
  Finds(id, AmdVerdict::kMachine, AmdAction::kHandToAgent);
  ASSERT_EQ(Acts<SendDemand>().size(), 2U);
  EXPECT_EQ(Acts<SendDemand>()[1].revision, Acts<SendDemand>()[0].revision + 1);
  EXPECT_EQ(Acts<SendDemand>()[1].time_left, 20'000ms);
  Grant();
  EXPECT_EQ(StateOf(id), AttemptState::kConnecting);
  EXPECT_TRUE(Acts<RingAgent>().back().bridge);
}

TEST_F(Amd, AnAgentWhoIsThereForAHandedMachineStays) {
  const AttemptId id = Answered();
  Grant();
  Forget();
  Finds(id, AmdVerdict::kMachine, AmdAction::kHandToAgent);
  EXPECT_TRUE(acts.empty());
  EXPECT_EQ(StateOf(id), AttemptState::kConnecting);
}

TEST_F(Amd, AnAgentFirstLineLetsItsAgentGoToo) {
  model.settings.pacing = PacingMode::kAgentFirst;
  StartWith(1);
  const AttemptId id = DialNext();
  Answers(id, false);
  EXPECT_EQ(StateOf(id), AttemptState::kConnecting);
  Finds(id, AmdVerdict::kMachine, AmdAction::kHangUp);
  EXPECT_EQ(Acts<CompleteWork>().back().outcome, Outcome::kAnsweringMachine);
  EXPECT_EQ(StateOf(id), AttemptState::kMachine);
}

TEST_F(Amd, AnAdoptedCallBringsItsVerdict) {
  Line line;
  line.id = AttemptId("c1.0.7");
  line.state = AttemptState::kDialing;
  line.lead = MakeLead(1);
  line.agent_first = false;
  line.row_written = line.number_reserved = line.adopted = true;
  line.edge = EdgeId("e1");
  line.boot = BootId("b1");
  model.lines.emplace(line.id, line);
  CallFacts& facts = Facts(line.id);
  facts.customer.exists = true;
  facts.customer.placed = facts.customer.answered = now.wall - 5s;
  facts.customer.end = {.placed = true, .answered = true};
  facts.customer.amd = AmdFacts{.verdict = AmdVerdict::kMachine,
                                .action = AmdAction::kLeaveMessage,
                                .decided = now.wall - 4s};
  Happens(facts);
  EXPECT_EQ(StateOf(line.id), AttemptState::kMachine);
  EXPECT_TRUE(Acts<SendDemand>().empty());
  Facts(line.id).customer.amd->message_left = true;
  Ends(line.id, 0, EndCause::kMachine);
  EXPECT_EQ(LastClose().outcome, Outcome::kMessageLeft);
}

TEST_F(Amd, AnAdoptedMachineThatWaitsForItsAgentAsksWithTheTimeThatIsLeft) {
  Line line;
  line.id = AttemptId("c1.0.7");
  line.state = AttemptState::kDialing;
  line.lead = MakeLead(1);
  line.agent_first = false;
  line.row_written = line.number_reserved = line.adopted = true;
  model.lines.emplace(line.id, line);
  CallFacts& facts = Facts(line.id);
  facts.customer.exists = true;
  facts.customer.placed = facts.customer.answered = now.wall - 11s;
  facts.customer.end = {.placed = true, .answered = true};
  facts.customer.amd = AmdFacts{.verdict = AmdVerdict::kMachine,
                                .action = AmdAction::kHandToAgent,
                                .decided = now.wall - 10s};
  Happens(facts);
  ASSERT_EQ(Acts<SendDemand>().size(), 1U);
  EXPECT_EQ(Acts<SendDemand>()[0].time_left, 20'000ms);
}

TEST_F(Amd, AMachineWhoseEdgeDiesIsTriedAgain) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kLeaveMessage);
  Happens(EdgeUp{EdgeId("e1"), BootId("b2"), {}});
  EXPECT_EQ(LastClose().outcome, Outcome::kInterrupted);
  EXPECT_EQ(LastClose().lead_state, LeadState::kWaiting);
}

TEST_F(Amd, StoppingTheCampaignLetsAMessageBeHeard) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kLeaveMessage);
  Forget();
  Happens(Verb{CampaignEvent::kStop});
  EXPECT_TRUE(Acts<HangUp>().empty());
  EXPECT_EQ(ViewOf(model).calls.at(0).phase, "machine");
}

TEST_F(Amd, WatchersLearnWhoAnsweredOnceAndInOrder) {
  const AttemptId id = Answered();
  Finds(id, AmdVerdict::kMachine, AmdAction::kLeaveMessage);
  Facts(id).customer.amd->message = now.wall;
  Happens(Facts(id));
  const auto told = Told();
  EXPECT_EQ(std::count(told.begin(), told.end(), NewsKind::kCallAmd), 1);
  const auto answered = std::find(told.begin(), told.end(), NewsKind::kCallAnswered);
  EXPECT_LT(answered, std::find(told.begin(), told.end(), NewsKind::kCallAmd));
}

}  // namespace
}  // namespace callfleet::dialer
