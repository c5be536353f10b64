#include "services/supervisor/domain/view_update.h"

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

CallStory WithAgent(const std::string& id, const std::string& agent) {
  CallStory story(id, CallDirection::kInbound, At(0s));
  story.Leg(id + "-cust", LegRole::kCustomer, At(0s))
      .Leg(id + "-ag", LegRole::kAgent, At(0s), agent);
  return story;
}

TEST(ViewUpdateTest, ASnapshotHoldsLiveCallsOldestFirst) {
  auto world = InStep();
  CallStory late("late", CallDirection::kInbound, At(2s));
  CallStory early("early", CallDirection::kInbound, At(1s));
  Tell(&world, late.Record(), At(2s));
  Tell(&world, early.Record(), At(2s));
  const auto update = Snapshot(world, {TopicKind::kCalls}, At(3s));
  ASSERT_EQ(update.calls.size(), 2U);
  EXPECT_EQ(update.calls[0].id, CallId("early"));
}

TEST(ViewUpdateTest, AnEndedCallIsToldOnceMoreAndNamedAsRemoved) {
  auto world = InStep();
  auto story = WithAgent("c1", "a1");
  Tell(&world, story.Record(), At(0s));
  world.TakeChanges();
  Tell(&world, story.Ended(At(1s)).Record(), At(1s));
  const auto update = Delta(world, {TopicKind::kCalls}, world.TakeChanges(), At(1s));
  ASSERT_EQ(update.calls.size(), 1U);
  EXPECT_EQ(update.calls[0].state, CallViewState::kEnded);
  EXPECT_EQ(update.removed, std::vector<std::string>{"c1"});
}

TEST(ViewUpdateTest, AnAgentsWatcherHearsOfThatAgentsCallsOnly) {
  auto world = InStep();
  auto mine = WithAgent("mine", "a1");
  auto other = WithAgent("other", "a2");
  Tell(&world, mine.Record(), At(0s));
  Tell(&world, other.Record(), At(0s));
  const Topic topic{TopicKind::kAgentCalls, "a1"};
  auto update = Delta(world, topic, world.TakeChanges(), At(0s));
  ASSERT_EQ(update.calls.size(), 1U);
  EXPECT_EQ(update.calls[0].id, CallId("mine"));
  Tell(&world, mine.LegEnded("mine-ag", At(1s), "no_answer").Record(), At(1s));
  update = Delta(world, topic, world.TakeChanges(), At(1s));
  EXPECT_EQ(update.removed, std::vector<std::string>{"mine"});
}

TEST(ViewUpdateTest, ACallChangesTheAgentsWhoAreInIt) {
  auto world = InStep();
  Tell(&world, Agent("a1"));
  Tell(&world, Agent("a2"));
  world.TakeChanges();
  Tell(&world, WithAgent("c1", "a1").Record(), At(0s));
  const auto update = Delta(world, {TopicKind::kAgents}, world.TakeChanges(), At(0s));
  ASSERT_EQ(update.agents.size(), 1U);
  EXPECT_EQ(update.agents[0].fact.id, AgentId("a1"));
}

TEST(ViewUpdateTest, ADeletedAgentIsNamedAsRemoved) {
  auto world = InStep();
  Tell(&world, Agent("a1"));
  world.TakeChanges();
  world.Apply({kRegistry, kStart, AgentGone{AgentId("a1")}});
  const auto update = Delta(world, {TopicKind::kAgents}, world.TakeChanges(), At(0s));
  EXPECT_EQ(update.removed, std::vector<std::string>{"a1"});
}

TEST(ViewUpdateTest, WithoutChangesThereIsNothingToTell) {
  auto world = InStep();
  world.TakeChanges();
  for (const auto kind : {TopicKind::kStats, TopicKind::kAgents, TopicKind::kCalls,
                          TopicKind::kBridges, TopicKind::kCampaigns, TopicKind::kTrunks}) {
    EXPECT_TRUE(Delta(world, {kind}, world.TakeChanges(), At(0s)).empty());
  }
}

TEST(ViewUpdateTest, AClosedBridgeIsRemoved) {
  auto world = InStep();
  auto story = WithAgent("c1", "a1");
  story.Answered("c1-cust", At(0s)).Answered("c1-ag", At(0s)).Bridged("c1-cust", "c1-ag", At(0s));
  Tell(&world, story.Record(), At(0s));
  EXPECT_EQ(Snapshot(world, {TopicKind::kBridges}, At(0s)).bridges.size(), 1U);
  world.TakeChanges();
  Tell(&world, story.Unbridged(At(1s)).Record(), At(1s));
  const auto update = Delta(world, {TopicKind::kBridges}, world.TakeChanges(), At(1s));
  EXPECT_EQ(update.removed, std::vector<std::string>{"c1-bridge-1"});
}

}  // namespace
}  // namespace callfleet::supervisor
