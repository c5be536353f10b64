// Supervisors as rows of the matrix: who hears whom in each mode, in every order of ends.
#include "tests/unit/sip_edge/supervise_story.h"

namespace callfleet::sip_edge {
namespace {

TEST_F(SuperviseTest, EachModeIsItsMatrix) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kListen);
  EXPECT_EQ(rows_["a"], Hears{"c"});
  EXPECT_EQ(rows_["c"], Hears{"a"});
  EXPECT_EQ(rows_["s"], (Hears{"a", "c"}));
  Supervise("call", "s", SuperviseMode::kWhisper);
  EXPECT_EQ(rows_["a"], (Hears{"c", "s"}));
  EXPECT_EQ(rows_["c"], Hears{"a"});
  Supervise("call", "s", SuperviseMode::kBarge);
  EXPECT_EQ(rows_["a"], (Hears{"c", "s"}));
  EXPECT_EQ(rows_["c"], (Hears{"a", "s"}));
  EXPECT_EQ(rows_["s"], (Hears{"a", "c"}));
  Supervise("call", "s", SuperviseMode::kListen);
  EXPECT_EQ(rows_["a"], Hears{"c"});
  EXPECT_EQ(rows_["c"], Hears{"a"});
}

TEST_F(SuperviseTest, ListeningTouchesNoRowOfTheOthers) {
  Talk("call", "a", "c");
  const auto before = orders_;
  Supervise("call", "s", SuperviseMode::kListen);
  ASSERT_TRUE(calls_.StopSupervision({.context = Context(), .leg = LegId("s")}, now_));
  Acts();
  EXPECT_EQ(orders_["a"], before.at("a"));
  EXPECT_EQ(orders_["c"], before.at("c"));
  EXPECT_EQ(byes_, std::set<std::string>{"s"});
  EXPECT_EQ(Record("call")->state, CallState::kBridged);
}

TEST_F(SuperviseTest, NothingIsHeardBeforeTheSupervisorPicksUp) {
  Talk("call", "a", "c");
  ASSERT_TRUE(calls_.Supervise(Command("call", "s", SuperviseMode::kBarge), now_));
  Acts();
  EXPECT_EQ(rows_["c"], Hears{"a"});
  EXPECT_EQ(Record("call")->state, CallState::kBridged);
}

TEST_F(SuperviseTest, SeveralSupervisorsHearWhoBargesAndNotWhoWhispers) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kListen);
  Supervise("call", "t", SuperviseMode::kBarge);
  Supervise("call", "u", SuperviseMode::kWhisper);
  EXPECT_EQ(rows_["s"], (Hears{"a", "c", "t"}));
  EXPECT_EQ(rows_["u"], (Hears{"a", "c", "t"}));
  EXPECT_EQ(rows_["a"], (Hears{"c", "t", "u"}));
  EXPECT_EQ(rows_["c"], (Hears{"a", "t"}));
}

TEST_F(SuperviseTest, WhatCannotBeSupervisedIsRefusedWithAReason) {
  EXPECT_EQ(ReasonOf(Command("none", "s", SuperviseMode::kListen)), "CALL_NOT_FOUND");
  OriginateCommand dial{.context = Context(), .call = CallId("call"), .leg = LegId("c")};
  dial.target.to = LegTarget::Uri{"sip:c@192.0.2.1"};
  ASSERT_TRUE(calls_.Originate(dial, now_));
  Up("c");
  EXPECT_EQ(ReasonOf(Command("call", "s", SuperviseMode::kListen)), "NOT_BRIDGED");
  Talk("talk", "a", "d");
  EXPECT_EQ(ReasonOf(Command("talk", "a", SuperviseMode::kListen)), "LEG_EXISTS");
  auto nowhere = Command("talk", "s", SuperviseMode::kListen);
  nowhere.target = LegTarget{.to = LegTarget::SipUser{"nobody"}};
  EXPECT_EQ(ReasonOf(nowhere), "NOT_REGISTERED");
  nowhere.target.reset();
  // It might be a known one at another edge; who wants a new one is told what that needs.
  EXPECT_EQ(ReasonOf(nowhere), "SUPERVISION_NOT_FOUND");
  for (int i = 0; i < 6; ++i) Supervise("talk", "s" + std::to_string(i), SuperviseMode::kListen);
  EXPECT_EQ(ReasonOf(Command("talk", "s7", SuperviseMode::kListen)), "SUPERVISION_LIMIT");
  EXPECT_EQ(calls_.StopSupervision({.context = Context(), .leg = LegId("a")}, now_).error().reason,
            "SUPERVISION_NOT_FOUND");
}

TEST_F(SuperviseTest, TheSupervisorIsSentAwayWhenTheLastPartyGoes) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kListen);
  End("c");
  EXPECT_EQ(byes_, (std::set<std::string>{"a", "s"}));
  EXPECT_EQ(Record("call")->state, CallState::kEnded);
}

TEST_F(SuperviseTest, TheSupervisorHangsUpFirstAndTheCallGoesOn) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kBarge);
  End("s");
  EXPECT_EQ(rows_["a"], Hears{"c"});
  EXPECT_EQ(rows_["c"], Hears{"a"});
  EXPECT_TRUE(byes_.empty());
}

TEST_F(SuperviseTest, ACustomerWhoIsKeptKeepsTheSupervisorWhoHearsTheNextAgent) {
  Talk("call", "a", "c", "agent-1", OnPeerEnd::kKeepWithMusic);
  Supervise("call", "s", SuperviseMode::kListen);
  End("a");
  EXPECT_EQ(rows_["s"], Hears{});
  RingCommand ring{.context = Context(), .call = CallId("call"), .leg = LegId("b")};
  ring.agent = AgentId("agent-2");
  ring.target.to = LegTarget::Uri{"sip:b@192.0.2.1"};
  ring.follows.bridge_with = LegId("c");
  ASSERT_TRUE(calls_.Ring(ring, now_));
  Up("b");
  EXPECT_EQ(rows_["s"], (Hears{"b", "c"}));
}

TEST_F(SuperviseTest, HeldPartsAreSilentUnlessPermitted) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kWhisper);
  auto permitted = Command("call", "t", SuperviseMode::kListen);
  permitted.include_private = true;
  ASSERT_TRUE(calls_.Supervise(permitted, now_));
  Up("t");
  ASSERT_TRUE(calls_.SetHold(
      {.context = Context(), .call = CallId("call"), .leg = LegId("c"), .held = true}, now_));
  Acts();
  EXPECT_EQ(rows_["s"], Hears{});
  EXPECT_EQ(rows_["t"], (Hears{"a", "c"}));
  EXPECT_EQ(rows_["c"], Hears{});
  EXPECT_EQ(rows_["a"], Hears{"s"});  // A held customer is the time to whisper.
  ASSERT_TRUE(calls_.SetHold(
      {.context = Context(), .call = CallId("call"), .leg = LegId("c"), .held = false}, now_));
  Acts();
  EXPECT_EQ(rows_["s"], (Hears{"a", "c"}));
  calls_.HeldByPeer(handles_["a"], true, now_);
  Acts();
  EXPECT_EQ(rows_["s"], Hears{});
}

TEST_F(SuperviseTest, WhatIsSaidWhileTheRecordingIsPausedIsNotForSupervisors) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kListen);
  const auto record = [&](RecordAction action) {
    ASSERT_TRUE(
        calls_.Record({.context = Context(), .call = CallId("call"), .action = action}, now_));
    Acts();
  };
  record(RecordAction::kStart);
  EXPECT_EQ(rows_["s"], (Hears{"a", "c"}));
  record(RecordAction::kPause);
  EXPECT_EQ(rows_["s"], Hears{});
  EXPECT_EQ(rows_["c"], Hears{"a"});
  record(RecordAction::kResume);
  EXPECT_EQ(rows_["s"], (Hears{"a", "c"}));
}

TEST_F(SuperviseTest, AConsultationIsNotForSupervisorsAndTheNextAgentIsHeardAfterIt) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kListen);
  RingCommand ring{.context = Context(), .call = CallId("call"), .leg = LegId("t")};
  ring.agent = AgentId("agent-2");
  ring.target.to = LegTarget::Uri{"sip:t@192.0.2.1"};
  ring.follows.transfer =
      TransferTo{.id = "x1", .kind = TransferKind::kConsult, .referrer = LegId("a")};
  ASSERT_TRUE(calls_.Ring(ring, now_));
  Up("t");
  EXPECT_EQ(rows_["a"], Hears{"t"});
  EXPECT_EQ(rows_["s"], Hears{});
  EXPECT_EQ(ReasonOf(Command("call", "s", SuperviseMode::kTakeOver)), "TRANSFER_PENDING");
  const auto steer = [&](TransferVerb verb) {
    ASSERT_TRUE(calls_.SteerTransfer(
        {.context = Context(), .call = CallId("call"), .transfer = "x1", .verb = verb}, now_));
    Acts();
  };
  steer(TransferVerb::kConference);
  EXPECT_EQ(rows_["s"], (Hears{"a", "c", "t"}));
  steer(TransferVerb::kComplete);
  calls_.DialogOver(handles_["a"], now_);
  Acts();
  EXPECT_EQ(rows_["s"], (Hears{"c", "t"}));
}

TEST_F(SuperviseTest, TakingOverJoinsTheCustomerAndEndsTheAgentsLeg) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kListen);
  Supervise("call", "s", SuperviseMode::kTakeOver);
  EXPECT_EQ(rows_["c"], Hears{"s"});
  EXPECT_EQ(rows_["s"], Hears{"c"});
  EXPECT_EQ(byes_, std::set<std::string>{"a"});
  calls_.DialogOver(handles_["a"], now_);
  Acts();
  EXPECT_EQ(LegOf("call", "a").end.edge_reason, EdgeReason::kTakenOver);
  EXPECT_EQ(Record("call")->state, CallState::kBridged);
  EXPECT_EQ(ReasonOf(Command("call", "s", SuperviseMode::kListen)), "TOO_LATE");
  End("c");
  EXPECT_EQ(byes_, (std::set<std::string>{"a", "s"}));
  EXPECT_EQ(Record("call")->state, CallState::kEnded);
}

TEST_F(SuperviseTest, TakingOverAtThePickUpWithoutAnAgentLeftIsListening) {
  Talk("call", "a", "c", "agent-1", OnPeerEnd::kKeepWithMusic);
  ASSERT_TRUE(calls_.Supervise(Command("call", "s", SuperviseMode::kTakeOver), now_));
  Acts();
  const LegHandle s = placed_;
  End("a");
  calls_.Answered(s, now_);
  Acts();
  EXPECT_EQ(LegOf("call", "s").supervise_mode, SuperviseMode::kListen);
  EXPECT_EQ(Record("call")->state, CallState::kWaiting);
}

}  // namespace
}  // namespace callfleet::sip_edge
