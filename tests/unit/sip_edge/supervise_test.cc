// Supervisors as rows of the matrix: who hears whom in each mode, in every order of ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "services/sip_edge/domain/call_switch.h"
#include "tests/support/counted_ids.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::seconds;
using Hears = std::set<std::string>;

class SuperviseTest : public ::testing::Test {
 protected:
  CommandContext Context() {
    return {.request = RequestId("q" + std::to_string(++request_)),
            .unit = {{UnitKind::kCampaign, "c"}, 1}};
  }
  // Runs the acts: rows by the names of legs, and which legs got BYE.
  void Acts() {
    for (const auto& act : calls_.TakeActs()) {
      if (const auto* place = std::get_if<act::PlaceLeg>(&act)) placed_ = place->leg;
      if (const auto* row = std::get_if<act::SetRow>(&act)) {
        Hears heard;
        for (const auto& source : row->sources) heard.insert(names_[source.leg]);
        rows_[names_[row->listener]] = heard;
        ++orders_[names_[row->listener]];
      }
      if (const auto* deaf = std::get_if<act::Deafen>(&act)) rows_[names_[deaf->listener]] = {};
      if (const auto* bye = std::get_if<act::ByeLeg>(&act)) byes_.insert(names_[bye->leg]);
      if (const auto* timer = std::get_if<act::StartTimer>(&act)) timers_.push_back(timer->key);
      if (const auto* close = std::get_if<act::CloseLeg>(&act)) {
        rows_.erase(names_[close->leg]);
        calls_.SetQuality(close->leg, {});
      }
    }
  }
  LegHandle Up(const std::string& name) {
    names_[placed_ + 1] = name;  // Handles are numbered.
    Acts();
    names_[placed_] = name;
    calls_.Placed(placed_, "sip", now_);
    calls_.Answered(placed_, now_);
    Acts();
    handles_[name] = placed_;
    return placed_;
  }
  // Agent `agent` with leg `a` talks to customer `c` in `call`.
  void Talk(const std::string& call, const std::string& a, const std::string& c,
            const std::string& agent = "agent-1", OnPeerEnd end = OnPeerEnd::kHangUp) {
    RingCommand ring{.context = Context(), .call = CallId(call), .leg = LegId(a)};
    ring.agent = AgentId(agent);
    ring.target.to = LegTarget::Uri{"sip:a@192.0.2.1"};
    ASSERT_TRUE(calls_.Ring(ring, now_));
    Up(a);
    OriginateCommand dial{.context = Context(), .call = CallId(call), .leg = LegId(c)};
    dial.target.to = LegTarget::Uri{"sip:c@192.0.2.1"};
    dial.follows.bridge_with = LegId(a);
    dial.follows.on_peer_end = end;
    ASSERT_TRUE(calls_.Originate(dial, now_));
    Up(c);
  }
  SuperviseCommand Command(const std::string& call, const std::string& leg, SuperviseMode mode) {
    SuperviseCommand command{.context = Context(), .call = CallId(call), .leg = LegId(leg)};
    command.target = LegTarget{.to = LegTarget::Uri{"sip:s@192.0.2.1"}};
    command.mode = mode;
    return command;
  }
  void Supervise(const std::string& call, const std::string& leg, SuperviseMode mode) {
    const auto done = calls_.Supervise(Command(call, leg, mode), now_);
    ASSERT_TRUE(done) << done.error().reason;
    if (handles_.count(leg) == 0) {
      Up(leg);
    } else {
      Acts();
    }
  }
  std::string ReasonOf(const SuperviseCommand& command) {
    const auto done = calls_.Supervise(command, now_);
    return done ? "" : done.error().reason;
  }
  void Follow(const std::string& agent, const std::string& leg, SuperviseMode mode) {
    auto command = Command("", leg, mode);
    command.agent = AgentId(agent);
    const auto done = calls_.SuperviseAgent(command, now_);
    ASSERT_TRUE(done) << done.error().reason;
    if (handles_.count(leg) == 0) {
      Up(leg);
    } else {
      Acts();
    }
  }
  void End(const std::string& name) {
    calls_.RemoteEnd(handles_[name], {}, EdgeReason::kNone, now_);
    Acts();
    for (const auto& bye : std::set<std::string>(byes_)) {
      calls_.DialogOver(handles_[bye], now_);
      Acts();
    }
  }
  std::shared_ptr<const CallRecord> Record(const std::string& call) {
    return *calls_.Get(CallId(call));
  }
  const LegRecord& LegOf(const std::string& call, const std::string& leg) {
    kept_ = Record(call);
    return *std::find_if(kept_->legs.begin(), kept_->legs.end(),
                         [&](const LegRecord& l) { return l.id == LegId(leg); });
  }

  Instant now_{MonoTime(seconds(1000)), WallTime(seconds(5000))};
  TrunkBook trunks_;
  LocationTable locations_;
  test::CountedIds ids_;
  CallSwitch calls_{SwitchConfig{.boot = BootId("boot"), .can_record = true}, trunks_, locations_,
                    ids_};
  LegHandle placed_ = 0;
  std::map<LegHandle, std::string> names_;
  std::map<std::string, LegHandle> handles_;
  std::map<std::string, Hears> rows_;
  std::map<std::string, int> orders_;
  std::set<std::string> byes_;
  std::vector<SwitchTimerKey> timers_;
  std::shared_ptr<const CallRecord> kept_;
  int request_ = 0;
};

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

TEST_F(SuperviseTest, ALineFollowsAnAgentFromCallToCall) {
  Follow("agent-1", "line", SuperviseMode::kListen);
  Talk("one", "a", "c");
  EXPECT_EQ(rows_["line"], (Hears{"a", "c"}));
  End("c");
  EXPECT_EQ(rows_["line"], Hears{});
  EXPECT_EQ(byes_, std::set<std::string>{"a"});  // The line stays up.
  Talk("other", "x", "y", "agent-2");
  EXPECT_EQ(rows_["line"], Hears{});
  Talk("two", "b", "d");
  EXPECT_EQ(rows_["line"], (Hears{"b", "d"}));
  Follow("agent-1", "line", SuperviseMode::kWhisper);
  EXPECT_EQ(rows_["b"], (Hears{"d", "line"}));
  EXPECT_EQ(rows_["d"], Hears{"b"});
  const auto legs = Record("two")->legs;
  EXPECT_EQ(std::count_if(legs.begin(), legs.end(),
                          [](const LegRecord& leg) { return leg.role == LegRole::kSupervisor; }),
            1);
}

TEST_F(SuperviseTest, ALineThatComesUpDuringACallJoinsItAndItsStopLeavesTheCall) {
  Talk("one", "a", "c");
  Follow("agent-1", "line", SuperviseMode::kBarge);
  EXPECT_EQ(rows_["c"], (Hears{"a", "line"}));
  ASSERT_TRUE(calls_.StopSupervision({.context = Context(), .leg = LegId("line")}, now_));
  Acts();
  calls_.DialogOver(handles_["line"], now_);
  Acts();
  EXPECT_EQ(rows_["c"], Hears{"a"});
  EXPECT_EQ(Record("one")->state, CallState::kBridged);
}

TEST_F(SuperviseTest, TheEndOfALineIsForgottenByItself) {
  Follow("agent-1", "line", SuperviseMode::kListen);
  End("line");
  EXPECT_EQ(calls_.counts().unacknowledged, 1U);
  for (const auto& timer : std::vector<SwitchTimerKey>(timers_)) calls_.OnTimer(timer, now_);
  EXPECT_EQ(calls_.counts().unacknowledged, 0U);
  EXPECT_FALSE(calls_.Get(CallId("line")));
}

TEST_F(SuperviseTest, ALineIsNobodysToClaim) {
  Follow("agent-1", "line", SuperviseMode::kListen);
  const auto claimed = calls_.Claim({.context = Context(), .call = CallId("line")}, now_);
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().reason, "NOT_CONTROLLER");
  EXPECT_FALSE(Record("line")->controller);
}

TEST_F(SuperviseTest, ALineTakesOverOneCallAndListensToTheNext) {
  Follow("agent-1", "line", SuperviseMode::kListen);
  Talk("one", "a", "c");
  Follow("agent-1", "line", SuperviseMode::kTakeOver);
  EXPECT_EQ(rows_["c"], Hears{"line"});
  EXPECT_EQ(byes_, std::set<std::string>{"a"});
  End("c");
  Talk("two", "b", "d");
  EXPECT_EQ(rows_["line"], (Hears{"b", "d"}));
  EXPECT_EQ(rows_["d"], Hears{"b"});
}

}  // namespace
}  // namespace callfleet::sip_edge
