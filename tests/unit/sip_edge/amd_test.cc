// Who answered, and what the edge does then: bridges wait for the verdict, machines are hung up on,
// spoken to or handed to an agent, and nobody who may be a person is lost.
#include <gtest/gtest.h>

#include <algorithm>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class AmdTest : public ::testing::Test {
 protected:
  void SetUp() override { calls.KnowPrompts({"safe-message", "sorry"}); }
  CommandContext Context() {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kCampaign, "c"}, 1}};
  }
  static AmdSettings With(AmdAction on_machine) {
    AmdSettings settings;
    settings.on_machine = on_machine;
    settings.message = on_machine == AmdAction::kLeaveMessage ? "sorry" : "";
    return settings;
  }
  LegHandle Dial(std::optional<AmdSettings> amd, const char* with = "",
                 std::optional<milliseconds> limit = seconds(2)) {
    OriginateCommand command{
        .context = Context(), .call = CallId("call"), .leg = LegId("customer")};
    command.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
    command.follows = {.bridge_with = LegId(with), .not_bridged_within = limit, .amd = amd};
    EXPECT_TRUE(calls.Originate(command, now));
    Acts();
    return placed;
  }
  CallSwitch::RecordResult RingAgent(const char* leg = "agent", const char* with = "customer") {
    RingCommand command{
        .context = Context(), .call = CallId("call"), .leg = LegId(leg), .agent = AgentId("ann")};
    command.target.to = LegTarget::Uri{"sip:ann@192.0.2.2"};
    command.follows.bridge_with = LegId(with);
    auto result = calls.Ring(command, now);
    Acts();
    return result;
  }
  LegHandle AgentUp(const char* leg = "agent", const char* with = "customer") {
    EXPECT_TRUE(RingAgent(leg, with));
    const LegHandle handle = placed;
    calls.Answered(handle, now);
    Acts();
    return handle;
  }
  void Answers(LegHandle leg) {
    calls.Answered(leg, now);
    Acts();
  }
  void Finds(LegHandle leg, AmdVerdict verdict, AmdReason reason = AmdReason::kLongRun) {
    calls.AmdFound(leg, {.verdict = verdict, .reason = reason, .after_answer = milliseconds(1200)},
                   now);
    Acts();
  }
  void Cue(LegHandle leg) {
    calls.AmdCue(leg, now);
    Acts();
  }
  void Acts() {
    for (const auto& act : calls.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed = place->leg;
      if (const auto* timer = std::get_if<act::StartTimer>(&act)) timers.push_back(*timer);
      if (const auto* play = std::get_if<act::Play>(&act)) played.push_back(*play);
      if (const auto* bye = std::get_if<act::ByeLeg>(&act)) byes.push_back(bye->leg);
      if (const auto* cancel = std::get_if<act::CancelLeg>(&act)) cancels.push_back(cancel->leg);
      if (const auto* row = std::get_if<act::SetRow>(&act)) rows[row->listener] = row->sources;
      listens += std::holds_alternative<act::Listen>(act) ? 1 : 0;
      stops += std::holds_alternative<act::StopListening>(act) ? 1 : 0;
    }
  }
  void Fire(SwitchTimer timer) {
    for (const auto& started : std::vector(timers)) {
      if (started.key.timer == timer) calls.OnTimer(started.key, now);
    }
    Acts();
  }
  milliseconds Armed(SwitchTimer timer) const {
    const auto last = std::find_if(timers.rbegin(), timers.rend(), [timer](const auto& started) {
      return started.key.timer == timer;
    });
    return last == timers.rend() ? milliseconds(0) : last->after;
  }
  const CallRecord& Record() {
    record_ = *calls.Get(CallId("call"));
    return *record_;
  }
  const LegRecord& Leg(const char* id) {
    const auto& legs = Record().legs;
    return *std::find_if(legs.begin(), legs.end(),
                         [id](const LegRecord& leg) { return leg.id == LegId(id); });
  }
  bool Hung(LegHandle leg) const { return std::find(byes.begin(), byes.end(), leg) != byes.end(); }

  Instant now{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks;
  LocationTable locations;
  test::CountedIds ids;
  CallSwitch calls{SwitchConfig{.safe_message = "safe-message"}, trunks, locations, ids};
  std::vector<act::StartTimer> timers;
  std::vector<act::Play> played;
  std::vector<LegHandle> byes;
  std::vector<LegHandle> cancels;
  std::map<LegHandle, std::vector<HeardLeg>> rows;
  LegHandle placed = 0;
  int listens = 0;
  int stops = 0;

 private:
  int request_ = 0;
  std::shared_ptr<const CallRecord> record_;
};

TEST_F(AmdTest, WithoutItNobodyListensAndTheBridgeOpensAtOnce) {
  const LegHandle customer = Dial(std::nullopt);
  Answers(customer);
  AgentUp();
  EXPECT_TRUE(Record().bridged);
  EXPECT_EQ(listens, 0);
  EXPECT_FALSE(Leg("customer").amd);
}

TEST_F(AmdTest, AnAgentWhoIsThereWaitsForTheVerdictAndHearsTheGreeting) {
  const LegHandle customer = Dial(AmdSettings{});
  EXPECT_EQ(listens, 1);
  Answers(customer);
  const LegHandle agent = AgentUp();
  EXPECT_FALSE(Record().bridged);
  ASSERT_EQ(rows[agent].size(), 1U);
  EXPECT_EQ(rows[agent][0].leg, customer);
  EXPECT_TRUE(rows[customer].empty());
  Finds(customer, AmdVerdict::kPerson, AmdReason::kShortGreeting);
  EXPECT_TRUE(Record().bridged);
  EXPECT_EQ(rows[customer][0].leg, agent);
  EXPECT_EQ(stops, 1);
  const AmdResult& told = *Leg("customer").amd;
  EXPECT_EQ(told.finding.verdict, AmdVerdict::kPerson);
  EXPECT_EQ(told.action, AmdAction::kConnect);
  EXPECT_EQ(told.decided, now.wall);
}

TEST_F(AmdTest, AnAgentWhoseLegWasUpBeforeTheDialWaitsTheSame) {
  RingCommand ring{
      .context = Context(), .call = CallId("call"), .leg = LegId("agent"), .agent = AgentId("ann")};
  ring.target.to = LegTarget::Uri{"sip:ann@192.0.2.2"};
  ASSERT_TRUE(calls.Ring(ring, now));
  Acts();
  const LegHandle agent = placed;
  Answers(agent);
  const LegHandle customer = Dial(AmdSettings{}, "agent", std::nullopt);
  Answers(customer);
  EXPECT_FALSE(Record().bridged);
  EXPECT_EQ(rows[agent][0].leg, customer);
  Finds(customer, AmdVerdict::kPerson, AmdReason::kShortGreeting);
  EXPECT_TRUE(Record().bridged);
}

TEST_F(AmdTest, AnAgentWhoComesAfterTheVerdictIsBridgedAtOnce) {
  const LegHandle customer = Dial(AmdSettings{});
  Answers(customer);
  Finds(customer, AmdVerdict::kPerson, AmdReason::kShortGreeting);
  AgentUp();
  EXPECT_TRUE(Record().bridged);
}

TEST_F(AmdTest, WithoutAVerdictAfter1800MillisecondsItIsAPerson) {
  const LegHandle customer = Dial(AmdSettings{});
  Answers(customer);
  EXPECT_EQ(Armed(SwitchTimer::kAmd), milliseconds(1800));
  AgentUp();
  Fire(SwitchTimer::kAmd);
  EXPECT_TRUE(Record().bridged);
  EXPECT_EQ(Leg("customer").amd->finding.verdict, AmdVerdict::kPerson);
  EXPECT_EQ(Leg("customer").amd->finding.reason, AmdReason::kDeadline);
  Finds(customer, AmdVerdict::kMachine);  // Too late: nobody is cut off.
  EXPECT_EQ(Leg("customer").amd->finding.verdict, AmdVerdict::kPerson);
}

TEST_F(AmdTest, AMachineIsHungUpOnAndItsAgentIsLetGo) {
  const LegHandle customer = Dial(AmdSettings{});
  Answers(customer);
  const LegHandle agent = AgentUp();
  Finds(customer, AmdVerdict::kMachine);
  EXPECT_TRUE(Hung(customer));
  EXPECT_TRUE(Hung(agent));
  EXPECT_TRUE(played.empty());
  calls.DialogOver(customer, now);
  EXPECT_EQ(Leg("customer").end.edge_reason, EdgeReason::kMachine);
  EXPECT_EQ(Leg("customer").amd->action, AmdAction::kHangUp);
  EXPECT_FALSE(Record().bridged);
}

TEST_F(AmdTest, AMessageIsLeftAfterTheBeepAndTheMachineIsHungUpOnThen) {
  const LegHandle customer = Dial(With(AmdAction::kLeaveMessage));
  Answers(customer);
  const LegHandle agent = AgentUp();
  Finds(customer, AmdVerdict::kMachine);
  EXPECT_TRUE(Hung(agent));
  EXPECT_FALSE(Hung(customer));
  EXPECT_TRUE(played.empty());
  EXPECT_EQ(stops, 0);  // The beep is listened for.
  Fire(SwitchTimer::kAbandon);
  EXPECT_FALSE(Hung(customer));
  Cue(customer);
  ASSERT_EQ(played.size(), 1U);
  EXPECT_EQ(played[0].sound.parts[0].prompt, "sorry");
  EXPECT_EQ(stops, 1);
  Cue(customer);
  EXPECT_EQ(played.size(), 1U);
  calls.SoundDone(customer, played[0].number, true, now);
  Acts();
  EXPECT_TRUE(Hung(customer));
  EXPECT_TRUE(Leg("customer").amd->message_left);
  EXPECT_TRUE(Leg("customer").amd->message);
}

TEST_F(AmdTest, AfterABeepTheMessageBeginsAtOnce) {
  const LegHandle customer = Dial(With(AmdAction::kLeaveMessage));
  Answers(customer);
  Finds(customer, AmdVerdict::kBeep, AmdReason::kTone);
  EXPECT_EQ(played.size(), 1U);
}

TEST_F(AmdTest, AMachineThatNeverEndsGetsItsMessageAllTheSame) {
  const LegHandle customer = Dial(With(AmdAction::kLeaveMessage));
  Answers(customer);
  Finds(customer, AmdVerdict::kMachine);
  EXPECT_EQ(Armed(SwitchTimer::kAmd), seconds(30));
  Fire(SwitchTimer::kAmd);
  EXPECT_EQ(played.size(), 1U);
}

TEST_F(AmdTest, AMachineThatHangsUpHasGotNoMessage) {
  const LegHandle customer = Dial(With(AmdAction::kLeaveMessage));
  Answers(customer);
  Finds(customer, AmdVerdict::kBeep, AmdReason::kTone);
  calls.RemoteEnd(customer, {}, EdgeReason::kNone, now);
  Acts();
  EXPECT_FALSE(Leg("customer").amd->message_left);
  calls.SoundDone(customer, played[0].number, false, now);
  EXPECT_FALSE(Leg("customer").amd->message_left);
}

TEST_F(AmdTest, NoAgentIsRungForAMachineThatIsSpokenTo) {
  const LegHandle customer = Dial(With(AmdAction::kLeaveMessage));
  Answers(customer);
  Finds(customer, AmdVerdict::kMachine);
  const auto refused = RingAgent();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "TOO_LATE");
}

TEST_F(AmdTest, AMachineIsConnectedWhereTheCampaignSaysSo) {
  const LegHandle customer = Dial(With(AmdAction::kConnect));
  Answers(customer);
  AgentUp();
  Finds(customer, AmdVerdict::kMachine);
  EXPECT_TRUE(Record().bridged);
  EXPECT_EQ(Leg("customer").amd->finding.verdict, AmdVerdict::kMachine);
}

TEST_F(AmdTest, AMachineHearsNoSafeMessageAndIsNotAbandoned) {
  const LegHandle customer = Dial(With(AmdAction::kConnect));
  Answers(customer);
  Finds(customer, AmdVerdict::kMachine);
  Fire(SwitchTimer::kAbandon);
  EXPECT_TRUE(played.empty());
  EXPECT_TRUE(Hung(customer));
  calls.DialogOver(customer, now);
  EXPECT_EQ(Leg("customer").end.edge_reason, EdgeReason::kMachine);
}

TEST_F(AmdTest, APersonWithoutAnAgentHearsTheSafeMessageAfterTwoSeconds) {
  const LegHandle customer = Dial(AmdSettings{});
  Answers(customer);
  Finds(customer, AmdVerdict::kPerson, AmdReason::kShortGreeting);
  Fire(SwitchTimer::kAbandon);
  ASSERT_EQ(played.size(), 1U);
  EXPECT_EQ(played[0].sound.parts[0].prompt, "safe-message");
}

TEST_F(AmdTest, AMachineThatIsHandedOverWaitsLongerForItsAgent) {
  const LegHandle customer = Dial(With(AmdAction::kHandToAgent));
  Answers(customer);
  Finds(customer, AmdVerdict::kMachine);
  Fire(SwitchTimer::kAbandon);
  EXPECT_FALSE(Hung(customer));
  EXPECT_EQ(Armed(SwitchTimer::kAmd), seconds(30));
  AgentUp();
  EXPECT_TRUE(Record().bridged);
  Fire(SwitchTimer::kAmd);
  EXPECT_FALSE(Hung(customer));
}

TEST_F(AmdTest, AMachineForWhichNoAgentComesIsHungUpOn) {
  const LegHandle customer = Dial(With(AmdAction::kHandToAgent));
  Answers(customer);
  Finds(customer, AmdVerdict::kMachine);
  Fire(SwitchTimer::kAmd);
  EXPECT_TRUE(Hung(customer));
}

TEST_F(AmdTest, AFaxInEarlyMediaIsCancelled) {
  const LegHandle customer = Dial(AmdSettings{});
  calls.Progress(customer, now);
  Finds(customer, AmdVerdict::kFax, AmdReason::kTone);
  EXPECT_EQ(cancels, std::vector<LegHandle>{customer});
  calls.Rejected(customer, {.sip_code = 487}, EdgeReason::kNone, true, now);
  EXPECT_EQ(Leg("customer").end.edge_reason, EdgeReason::kMachine);
}

TEST_F(AmdTest, AnAnswerAcrossTheCancelForAFaxIsNoAbandonedPerson) {
  const LegHandle customer = Dial(AmdSettings{});
  calls.Progress(customer, now);
  Finds(customer, AmdVerdict::kFax, AmdReason::kTone);
  Answers(customer);
  EXPECT_TRUE(played.empty());
  EXPECT_TRUE(Hung(customer));
  calls.DialogOver(customer, now);
  EXPECT_EQ(Leg("customer").end.edge_reason, EdgeReason::kMachine);
}

TEST_F(AmdTest, WhoHangsUpBeforeTheVerdictLeavesNoneAndItsAgentGoes) {
  const LegHandle customer = Dial(AmdSettings{});
  Answers(customer);
  const LegHandle agent = AgentUp();
  calls.RemoteEnd(customer, {}, EdgeReason::kNone, now);
  Acts();
  EXPECT_TRUE(Hung(agent));
  EXPECT_EQ(stops, 1);
  Finds(customer, AmdVerdict::kMachine);
  EXPECT_EQ(Leg("customer").amd->finding.verdict, AmdVerdict::kNone);
}

TEST_F(AmdTest, OfTwoAgentsWhoPickUpMeanwhileTheFirstKeepsTheCall) {
  const LegHandle customer = Dial(AmdSettings{});
  Answers(customer);
  EXPECT_TRUE(RingAgent("one"));
  const LegHandle one = placed;
  EXPECT_TRUE(RingAgent("two"));
  const LegHandle two = placed;
  Answers(two);
  EXPECT_EQ(cancels, std::vector<LegHandle>{one});
  Finds(customer, AmdVerdict::kPerson, AmdReason::kShortGreeting);
  ASSERT_EQ(Record().bridges.size(), 1U);
  EXPECT_EQ(Record().bridges[0].legs[0], LegId("two"));
  EXPECT_FALSE(Hung(two));
}

TEST_F(AmdTest, APromptThatIsNotThereIsRefusedAndNothingIsDialled) {
  OriginateCommand command{.context = Context(), .call = CallId("call"), .leg = LegId("customer")};
  command.target.to = LegTarget::Uri{"sip:x@192.0.2.1"};
  command.follows.amd = With(AmdAction::kLeaveMessage);
  command.follows.amd->message = "nobody-has-it";
  const auto refused = calls.Originate(command, now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "PROMPT_UNKNOWN");
  EXPECT_EQ(refused.error().metadata.at("field"), "what_follows.amd.message");
  EXPECT_EQ(calls.counts().active_calls, 0U);
}

}  // namespace
}  // namespace callfleet::sip_edge
