// Lines that follow an agent from call to call, and who has a place in a call.
#include "tests/unit/sip_edge/supervise_story.h"

namespace callfleet::sip_edge {
namespace {

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

TEST_F(SuperviseTest, TheRecordsOfALineAndOfItsViewSayWhomItFollows) {
  Talk("one", "a", "c");
  Supervise("one", "s", SuperviseMode::kListen);
  Follow("agent-1", "line", SuperviseMode::kListen);
  EXPECT_EQ(LegOf("line", "line").follows_agent, AgentId("agent-1"));
  const auto legs = Record("one")->legs;
  EXPECT_EQ(legs.back().role, LegRole::kSupervisor);
  EXPECT_EQ(legs.back().follows_agent, AgentId("agent-1"));
  EXPECT_TRUE(LegOf("one", "s").follows_agent.empty());
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

TEST_F(SuperviseTest, ALineWaitsWhereACallHasSupervisorsEnoughAndJoinsWhenOneGoes) {
  Talk("call", "a", "c");
  for (int i = 0; i < 6; ++i) Supervise("call", "s" + std::to_string(i), SuperviseMode::kListen);
  Follow("agent-1", "line", SuperviseMode::kListen);
  EXPECT_EQ(rows_["line"], Hears{});
  EXPECT_EQ(SupervisorsIn("call"), 6);
  End("s3");
  EXPECT_EQ(rows_["line"], (Hears{"a", "c"}));
  EXPECT_EQ(SupervisorsIn("call"), 6);
}

TEST_F(SuperviseTest, LinesCountAmongTheSupervisorsOfACallAndTheOldestIsFirst) {
  for (int i = 0; i < 8; ++i) {
    Follow("agent-1", "line" + std::to_string(i), SuperviseMode::kListen);
  }
  Talk("call", "a", "c");
  EXPECT_EQ(SupervisorsIn("call"), 6);
  EXPECT_EQ(rows_["line5"], (Hears{"a", "c"}));
  EXPECT_EQ(rows_["line6"], Hears{});
  EXPECT_EQ(ReasonOf(Command("call", "s", SuperviseMode::kListen)), "SUPERVISION_LIMIT");
  End("line0");
  EXPECT_EQ(rows_["line6"], (Hears{"a", "c"}));
  EXPECT_EQ(rows_["line7"], Hears{});
}

TEST_F(SuperviseTest, ALineThatHadNoPlaceFollowsTheAgentIntoTheNextCall) {
  for (int i = 0; i < 7; ++i) {
    Follow("agent-1", "line" + std::to_string(i), SuperviseMode::kListen);
  }
  Talk("one", "a", "c");
  EXPECT_EQ(rows_["line6"], Hears{});
  End("c");
  End("line0");
  Talk("two", "b", "d");
  EXPECT_EQ(SupervisorsIn("two"), 6);
  EXPECT_EQ(rows_["line6"], (Hears{"b", "d"}));
}

TEST_F(SuperviseTest, ASupervisorWhomMediaHasNoPlaceForIsHungUp) {
  Talk("call", "a", "c");
  Supervise("call", "s", SuperviseMode::kListen);
  calls_.RowRefused(handles_["s"], now_);
  Acts();
  EXPECT_EQ(byes_, std::set<std::string>{"s"});
  calls_.DialogOver(handles_["s"], now_);
  EXPECT_EQ(LegOf("call", "s").end.by, EndedBy::kEdge);
  EXPECT_EQ(LegOf("call", "s").end.cause.text, "no place to listen");
  EXPECT_EQ(Record("call")->state, CallState::kBridged);
}

TEST_F(SuperviseTest, ALineThatMediaHasNoPlaceForEndsAndDoesNotComeAgain) {
  Talk("call", "a", "c");
  Follow("agent-1", "line", SuperviseMode::kListen);
  calls_.RowRefused(handles_["line"], now_);
  Acts();
  EXPECT_EQ(byes_, std::set<std::string>{"line"});
  EXPECT_EQ(SupervisorsIn("call"), 0);
  EXPECT_EQ(rows_["line"], Hears{});
}

TEST_F(SuperviseTest, APartyWhoseRowWasRefusedIsGivenItAtTheNextChange) {
  Talk("call", "a", "c");
  calls_.RowRefused(handles_["c"], now_);
  Acts();
  EXPECT_TRUE(byes_.empty());
  rows_["c"] = {};  // As media has it.
  Supervise("call", "s", SuperviseMode::kListen);
  EXPECT_EQ(rows_["c"], Hears{"a"});
}

}  // namespace
}  // namespace callfleet::sip_edge
