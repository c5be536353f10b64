// Which calls are recorded, and whose voices go to the file.
#include "tests/unit/sip_edge/recording_story.h"

namespace callfleet::sip_edge {
namespace {

TEST_F(RecordingsTest, BridgeIsRecordedAsItsLegWasTold) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll});
  const LegHandle agent = Agent();
  EXPECT_EQ(opened, 0);
  Bridge();
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(taps[customer].side, RecordingSide::kLeft);
  EXPECT_EQ(taps[agent].side, RecordingSide::kRight);
  EXPECT_EQ(Info().left, std::vector<std::string>{"customer"});
  EXPECT_EQ(Info().right, std::vector<std::string>{"agent"});
  EXPECT_EQ(Info().agent, AgentId("ann"));
}

TEST_F(RecordingsTest, ItSaysWhichPolicyBeganItAndForHowLongItWasPaused) {
  Customer(RecordingPolicy{.mode = kAll, .keep_days = 7});
  Agent();
  Bridge();
  EXPECT_EQ(Info().policy.mode, kAll);
  EXPECT_EQ(Info().policy.keep_days, 7U);
  EXPECT_FALSE(Info().by_command);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Record(RecordAction::kPause));
    now.wall += seconds(3);
    ASSERT_TRUE(Record(RecordAction::kResume));
    now.wall += seconds(1);
  }
  ASSERT_TRUE(Record(RecordAction::kPause));
  now.wall += seconds(4);
  ASSERT_TRUE(Record(RecordAction::kStop));  // Ends the pause, too.
  now.wall += seconds(4);
  EXPECT_EQ(Info().pauses, 3U);
  EXPECT_EQ(Info().paused, seconds(10));
  ASSERT_TRUE(Record(RecordAction::kStart));
  EXPECT_TRUE(Info().by_command);
}

TEST_F(RecordingsTest, CallWithoutAPolicyIsNotRecorded) {
  Customer();
  Agent();
  Bridge();
  EXPECT_EQ(opened, 0);
}

TEST_F(RecordingsTest, NothingIsRecordedBeforeTheConsentPromptWasHeard) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll, .consent_prompt = "consent"});
  Agent();
  Bridge();
  EXPECT_EQ(opened, 0);
  EXPECT_EQ(Info().state, RecordingState::kConsent);
  ASSERT_EQ(played.size(), 2U);
  EXPECT_FALSE(IsTapped(customer));
  for (const auto& play : played) calls.SoundDone(play.leg, play.number, true, now);
  Acts();
  EXPECT_EQ(opened, 1);
  EXPECT_TRUE(IsTapped(customer));
}

TEST_F(RecordingsTest, WhilePausedNobodyIsTapped) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll});
  const LegHandle agent = Agent();
  Bridge();
  ASSERT_TRUE(Record(RecordAction::kPause));
  EXPECT_FALSE(IsTapped(customer) || IsTapped(agent));
  EXPECT_EQ(Info().pauses, 1U);
  ASSERT_TRUE(Record(RecordAction::kResume));
  EXPECT_TRUE(IsTapped(customer) && IsTapped(agent));
  EXPECT_EQ(opened, 1);
}

TEST_F(RecordingsTest, WhileHeldNobodyIsTapped) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll});
  const LegHandle agent = Agent();
  Bridge();
  ASSERT_TRUE(
      calls.SetHold({.context = Context(), .call = CallId("call"), .leg = LegId("customer")}, now));
  Acts();
  EXPECT_FALSE(IsTapped(customer) || IsTapped(agent));
}

TEST_F(RecordingsTest, SupervisorStartsAndStopsWithoutControlOfTheCall) {
  Customer();
  Agent();
  Bridge();
  EXPECT_EQ(Record(RecordAction::kPause, UnitKind::kPool).error().reason, "NOT_RECORDING");
  ASSERT_TRUE(Record(RecordAction::kStart, UnitKind::kPool));
  ASSERT_TRUE(Record(RecordAction::kStop, UnitKind::kPool));
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(Record(RecordAction::kStart, UnitKind::kQueue).error().reason, "NOT_CONTROLLER");
}

TEST_F(RecordingsTest, PolicyNoneRefusesARecordCommand) {
  Customer(RecordingPolicy{.mode = RecordingMode::kNone});
  Agent();
  Bridge();
  EXPECT_EQ(Record(RecordAction::kStart).error().reason, "RECORDING_REFUSED");
}

TEST_F(RecordingsTest, SampleIsDrawnByTheCallAndComesOutAsAsked) {
  int drawn = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::string call = "call-" + std::to_string(i);
    const RecordingPolicy policy{.mode = RecordingMode::kSampled, .sample_percent = 20};
    drawn += RecordsFromTheBridge(policy, call) ? 1 : 0;
  }
  EXPECT_NEAR(drawn, 2000, 150);
}

TEST_F(RecordingsTest, EndedCallTellsWhatItsFileHolds) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll});
  const LegHandle agent = Agent();
  Bridge();
  calls.RemoteEnd(customer, {}, EdgeReason::kNone, now);
  Acts();
  calls.DialogOver(agent, now);
  Acts();
  EXPECT_EQ(closed, 1);
  (void)calls.TakeUpdates();  // The end itself waits for the file.
  calls.RecordingDone({.number = Info().number,
                       .duration = std::chrono::milliseconds(1500),
                       .size_bytes = 48'044,
                       .sha256 = "abc"},
                      now);
  const auto updates = calls.TakeUpdates();
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].record->state, CallState::kEnded);
  EXPECT_EQ(updates[0].record->recordings[0].state, RecordingState::kDone);
  EXPECT_EQ(updates[0].record->recordings[0].sha256, "abc");
}

TEST_F(RecordingsTest, FullDiskEndsTheRecordingAndNotTheCall) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll});
  Agent();
  Bridge();
  calls.RecordingDone({.number = Info().number, .reason = "DISK_FULL"}, now);
  Acts();
  EXPECT_EQ(Info().state, RecordingState::kFailed);
  EXPECT_EQ(Info().reason, "DISK_FULL");
  EXPECT_FALSE(IsTapped(customer));
  EXPECT_EQ((*calls.Get(CallId("call")))->state, CallState::kBridged);
}

// Its row stays open: the music that its phone may send is not for the others.
TEST_F(RecordingsTest, WhileTheAgentsPhoneHoldsTheCustomerNobodyIsTapped) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll});
  const LegHandle agent = Agent();
  Bridge();
  calls.HeldByPeer(agent, true, now);
  Acts();
  EXPECT_FALSE(IsTapped(customer) || IsTapped(agent));
  calls.HeldByPeer(agent, false, now);
  Acts();
  EXPECT_TRUE(IsTapped(customer) && IsTapped(agent));
}

TEST_F(RecordingsTest, ALineThatServesAnotherCallByNowKeepsThatOnesTap) {
  RingCommand ring{.context = Context(), .leg = LegId("line"), .agent = AgentId("ann")};
  ring.target.to = LegTarget::Uri{"sip:ann@192.0.2.2"};
  ASSERT_TRUE(calls.Ring(ring, now));
  const LegHandle line = Up();
  const auto serve = [&](const char* call, const char* customer, const char* view) {
    Customer(RecordingPolicy{.mode = kAll}, call, customer);
    RingCommand work{.context = Context(), .call = CallId(call), .leg = LegId(view)};
    work.target.to = LegTarget::DedicatedLeg{LegId("line")};
    work.follows.bridge_with = LegId(customer);
    work.follows.on_peer_end = OnPeerEnd::kKeepWithMusic;
    ASSERT_TRUE(calls.Ring(work, now));
    Acts();
  };
  serve("call", "customer", "view-1");
  ASSERT_TRUE(
      calls.HangUp({.context = Context(), .call = CallId("call"), .leg = LegId("view-1")}, now));
  Acts();
  EXPECT_FALSE(IsTapped(line));
  serve("two", "other", "view-2");
  Agent("next");
  Bridge("next");
  EXPECT_EQ(taps[line].recording, calls.Get(CallId("two")).value()->recordings.back().number);
}

TEST_F(RecordingsTest, PolicyOfTheNextAgentReplacesTheOneThatBeganTheRecording) {
  const LegHandle customer = Customer(RecordingPolicy{.mode = kAll});
  Agent();
  Bridge();
  Agent("other", RecordingPolicy{.mode = RecordingMode::kNone});
  Bridge("other");
  EXPECT_EQ(closed, 1);
  EXPECT_FALSE(IsTapped(customer));
  EXPECT_EQ(Info().right, std::vector<std::string>{"agent"});
  EXPECT_EQ(Record(RecordAction::kStart).error().reason, "RECORDING_REFUSED");
  Agent("third", RecordingPolicy{.mode = kAll});
  Bridge("third");
  EXPECT_EQ(opened, 2);
  EXPECT_TRUE(IsTapped(customer));
}

TEST_F(RecordingsTest, PolicyOfTheBridgeStandsAboveThoseOfItsLegs) {
  Customer();
  Agent("agent", RecordingPolicy{.mode = kAll});
  ASSERT_TRUE(calls.Bridge({.context = Context(),
                            .call = CallId("call"),
                            .leg = LegId("customer"),
                            .with = LegId("agent"),
                            .recording = RecordingPolicy{.mode = RecordingMode::kNone}},
                           now));
  Acts();
  EXPECT_EQ(opened, 0);
}

}  // namespace
}  // namespace callfleet::sip_edge
