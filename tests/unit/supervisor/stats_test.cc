#include "services/supervisor/domain/stats.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/facts.h"

namespace callfleet::supervisor {
namespace {

using namespace std::chrono_literals;  // NOLINT: literals only.
using test::Agent;
using test::At;
using test::CallStory;
using test::InStep;
using test::kRegistry;
using test::kStart;
using test::Tell;

AgentFact Doing(const std::string& id, AgentActivity activity) {
  auto agent = Agent(id);
  agent.activity = activity;
  agent.calls = 10;
  return agent;
}

TEST(StatsTest, UtilisationIsBusyOverAvailableAndBusy) {
  auto world = InStep();
  Tell(&world, Doing("a1", AgentActivity::kAvailable));
  Tell(&world, Doing("a2", AgentActivity::kBusy));
  Tell(&world, Doing("a3", AgentActivity::kBusy));
  Tell(&world, Doing("a4", AgentActivity::kNotReady));
  const auto stats = ReadStats(world);
  EXPECT_EQ(stats.available_agents, 1U);
  EXPECT_EQ(stats.busy_agents, 2U);
  EXPECT_DOUBLE_EQ(*stats.Utilisation(), 2.0 / 3.0);
}

TEST(StatsTest, WithoutAgentsThereIsNoUtilisation) {
  EXPECT_FALSE(ReadStats(InStep()).Utilisation().has_value());
}

TEST(StatsTest, CallsHandledSurviveTheAgentThatHandledThem) {
  auto world = InStep();
  Tell(&world, Doing("a1", AgentActivity::kAvailable));
  Tell(&world, Doing("a2", AgentActivity::kAvailable));
  world.Apply({kRegistry, kStart, AgentGone{AgentId("a1")}});
  EXPECT_EQ(ReadStats(world).total_calls_handled, 20U);
}

TEST(StatsTest, AWaitingCallerCountsAsQueuedUntilAnAgentIsConnected) {
  auto world = InStep();
  CallStory story("c1", CallDirection::kInbound, At(0s));
  story.ControlledBy(UnitKind::kQueue, "q").Leg("cust", LegRole::kCustomer, At(0s));
  Tell(&world, story.Answered("cust", At(0s)).Record(), At(0s));
  EXPECT_EQ(ReadStats(world).queued_calls, 1U);
  EXPECT_EQ(ReadStats(world).active_calls, 1U);
  story.Leg("ag", LegRole::kAgent, At(1s), "a1").Answered("ag", At(2s));
  Tell(&world, story.Bridged("cust", "ag", At(2s)).Record(), At(2s));
  EXPECT_EQ(ReadStats(world).queued_calls, 0U);
  EXPECT_EQ(ReadStats(world).active_bridges, 1U);
}

TEST(StatsTest, ARoutedCallIsCountedOnceAsDirectOrQueued) {
  auto world = InStep();
  for (const auto& [id, wait] : {std::pair("fast", 400ms), std::pair("slow", 9'600ms)}) {
    CallStory story(id, CallDirection::kInbound, At(0s));
    story.Leg("cust", LegRole::kCustomer, At(0s)).Leg("ag", LegRole::kAgent, At(wait), "a1");
    Tell(&world, story.Record(), At(wait));
    Tell(&world, story.Answered("ag", At(10s)).Record(), At(10s));
  }
  const auto routing = ReadStats(world).routing;
  EXPECT_EQ(routing.direct, 1U);
  EXPECT_EQ(routing.queued, 1U);
  EXPECT_DOUBLE_EQ(*routing.AverageRoutingMs(), 5'000.0);
}

TEST(StatsTest, ACallerWhoLeavesWithoutAnyAgentIsRejected) {
  auto world = InStep();
  CallStory story("c1", CallDirection::kInbound, At(0s));
  story.Leg("cust", LegRole::kCustomer, At(0s));
  Tell(&world, story.Ended(At(5s)).Record(), At(5s));
  EXPECT_EQ(ReadStats(world).routing.rejected, 1U);
}

TEST(StatsTest, ANumberThatNeverAnsweredNeededNoAgent) {
  auto world = InStep();
  CallStory story("c1", CallDirection::kOutbound, At(0s));
  story.Leg("cust", LegRole::kCustomer, At(0s));
  Tell(&world, story.Ended(At(5s), "busy").Record(), At(5s));
  EXPECT_EQ(ReadStats(world).routing.rejected, 0U);
}

TEST(StatsTest, TheSkillMatchRateComparesLevels) {
  auto world = InStep();
  auto agent = Agent("a1");
  agent.skills = {{"german", 3}};
  Tell(&world, agent);
  for (const std::string need : {"german:3", "german:4"}) {
    CallStory story(need, CallDirection::kInbound, At(0s));
    story.Label("skills", need).Leg("ag", LegRole::kAgent, At(0s), "a1");
    Tell(&world, story.Record(), At(0s));
  }
  EXPECT_DOUBLE_EQ(*ReadStats(world).routing.SkillMatchRate(), 0.5);
}

}  // namespace
}  // namespace callfleet::supervisor
