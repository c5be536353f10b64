#include "services/supervisor/domain/world.h"

#include <gtest/gtest.h>

#include "services/supervisor/domain/readiness.h"
#include "tests/unit/supervisor/facts.h"

namespace callfleet::supervisor {
namespace {

using namespace std::chrono_literals;  // NOLINT: literals only.
using test::Agent;
using test::At;
using test::CallStory;
using test::InStep;
using test::kEdge;
using test::kRegistry;
using test::kStart;
using test::Tell;

CallStory Call(const std::string& id, WallTime at = At(0s)) {
  CallStory story(id, CallDirection::kInbound, at);
  story.Leg(id + "-cust", LegRole::kCustomer, at);
  return story;
}

TEST(WorldTest, AnEndedCallIsFoundUntilItsRetentionEnds) {
  auto world = InStep({.ended_retention = 60s});
  auto story = Call("c1");
  Tell(&world, story.Record(), At(0s));
  Tell(&world, story.Ended(At(5s)).Record(), At(5s));
  EXPECT_TRUE(world.live_calls().empty());
  ASSERT_NE(world.FindCall(CallId("c1")), nullptr);
  world.Expire(At(64s));
  EXPECT_NE(world.FindCall(CallId("c1")), nullptr);
  world.Expire(At(66s));
  EXPECT_EQ(world.FindCall(CallId("c1")), nullptr);
}

TEST(WorldTest, BeyondTheLimitTheOldestEndedCallGoes) {
  auto world = InStep({.max_ended_calls = 2});
  for (const std::string id : {"c1", "c2", "c3"}) {
    auto story = Call(id);
    Tell(&world, story.Ended(At(1s)).Record(), At(1s));
  }
  EXPECT_EQ(world.FindCall(CallId("c1")), nullptr);
  EXPECT_NE(world.FindCall(CallId("c3")), nullptr);
}

TEST(WorldTest, ALateFactDoesNotBringAnEndedCallBack) {
  auto world = InStep();
  auto story = Call("c1");
  const auto early = story.Record();
  Tell(&world, story.Ended(At(1s)).Record(), At(1s));
  Tell(&world, early, At(2s));
  EXPECT_TRUE(world.live_calls().empty());
}

TEST(WorldTest, ASnapshotEndsTheCallsThatItDoesNotName) {
  auto world = InStep();
  auto kept = Call("kept");
  auto lost = Call("lost");
  Tell(&world, kept.Record(), At(0s));
  Tell(&world, lost.Record(), At(0s));
  world.Apply({kEdge, At(9s), SourceLost{}});
  world.Apply({kEdge, At(10s), SnapshotBegin{}});
  EXPECT_EQ(world.live_calls().size(), 2U);  // Until the snapshot is whole nothing is thrown away.
  Tell(&world, kept.Record(), At(10s));
  world.Apply({kEdge, At(10s), SnapshotEnd{}});
  EXPECT_EQ(world.live_calls().size(), 1U);
  EXPECT_EQ(world.FindCall(CallId("lost"))->fact.end_reason, "unseen");
}

TEST(WorldTest, ASnapshotWithAnUnchangedRecordKeepsTheCall) {
  auto world = InStep();
  auto story = Call("c1");
  const auto record = story.Record();
  Tell(&world, record, At(0s));
  world.Apply({kEdge, At(1s), SnapshotBegin{}});
  Tell(&world, record, At(1s));
  world.Apply({kEdge, At(1s), SnapshotEnd{}});
  EXPECT_EQ(world.live_calls().size(), 1U);
}

// The configuration names edges that are started only when there is more to do.
TEST(WorldTest, AnEdgeThatWasNeverSeenIsNotMissedBesideOneThatIs) {
  const Source other{SourceKind::kCalls, "edge:2"};
  World world({}, {kEdge, other}, kStart);
  EXPECT_EQ(world.OutOfStep().size(), 2U);
  world.Apply({kEdge, At(1s), SnapshotBegin{}});
  world.Apply({kEdge, At(1s), SnapshotEnd{}});
  EXPECT_TRUE(world.OutOfStep().empty());
  world.Apply({other, At(2s), SnapshotBegin{}});
  world.Apply({other, At(2s), SnapshotEnd{}});
  world.Apply({other, At(3s), SourceLost{}});
  EXPECT_EQ(world.OutOfStep().size(), 1U);
}

class TwoEdgesWorld : public ::testing::Test {
 protected:
  void TellEdge(const Source& source, WallTime at, std::vector<Fact> facts) {
    world.Apply({source, at, SnapshotBegin{}});
    for (auto& fact : facts) world.Apply({source, at, std::move(fact)});
    world.Apply({source, at, SnapshotEnd{}});
  }
  static TrunkFact Trunk(const std::string& state, unsigned active) {
    return {.id = TrunkId("t"), .state = state, .active_channels = active, .free_channels = 10};
  }
  const Source other{SourceKind::kCalls, "edge:2"};
  const Source trunks{SourceKind::kTrunks, "edge:1"};
  const Source other_trunks{SourceKind::kTrunks, "edge:2"};
  World world{{}, {kEdge, other, trunks, other_trunks}, kStart};
};

// Fewer edges than before: the rest is the whole.
TEST_F(TwoEdgesWorld, AnEdgeThatStaysAwayIsForgottenBesideOneThatIsThere) {
  TellEdge(kEdge, At(0s), {Call("here").Record()});
  TellEdge(other, At(0s), {Call("there").Record()});
  TellEdge(trunks, At(0s), {Trunk("up", 1)});
  TellEdge(other_trunks, At(0s), {Trunk("down", 2)});
  EXPECT_EQ(world.trunks().at(TrunkId("t")).active_channels, 3U);
  EXPECT_EQ(world.trunks().at(TrunkId("t")).state, "up");
  world.Apply({other, At(1s), SourceLost{}});
  world.Apply({other_trunks, At(1s), SourceLost{}});
  world.Expire(At(30s));
  EXPECT_EQ(world.OutOfStep().size(), 2U);
  EXPECT_EQ(world.live_calls().size(), 2U);
  world.Expire(At(31s));
  EXPECT_TRUE(world.OutOfStep().empty());
  EXPECT_TRUE(world.live_calls().contains(CallId("here")));
  EXPECT_FALSE(world.live_calls().contains(CallId("there")));
  EXPECT_EQ(world.trunks().at(TrunkId("t")).active_channels, 1U);
  // It was cut off only: its call lives.
  TellEdge(other, At(60s), {Call("there").Record()});
  EXPECT_TRUE(world.live_calls().contains(CallId("there")));
}

TEST_F(TwoEdgesWorld, WithoutAnyEdgeNothingIsForgotten) {
  TellEdge(kEdge, At(0s), {Call("here").Record()});
  TellEdge(other, At(0s), {});
  world.Apply({kEdge, At(1s), SourceLost{}});
  world.Apply({other, At(1s), SourceLost{}});
  world.Expire(At(600s));
  EXPECT_EQ(world.live_calls().size(), 1U);
  EXPECT_FALSE(world.OutOfStep().empty());
}

TEST_F(TwoEdgesWorld, ATrunkGoesWithTheLastEdgeThatHasIt) {
  TellEdge(trunks, At(0s), {Trunk("up", 1)});
  TellEdge(other_trunks, At(0s), {Trunk("up", 2)});
  world.Apply({trunks, At(1s), TrunkGone{TrunkId("t")}});
  EXPECT_EQ(world.trunks().at(TrunkId("t")).active_channels, 2U);
  world.Apply({other_trunks, At(2s), TrunkGone{TrunkId("t")}});
  EXPECT_TRUE(world.trunks().empty());
}

TEST(WorldTest, TheTrueEndReplacesAGuessedOne) {
  auto world = InStep();
  auto story = Call("c1");
  Tell(&world, story.Record(), At(0s));
  world.Apply({kEdge, At(1s), SnapshotBegin{}});
  world.Apply({kEdge, At(1s), SnapshotEnd{}});
  Tell(&world, story.Ended(At(1s), "busy").Record(), At(2s));
  EXPECT_EQ(world.FindCall(CallId("c1"))->fact.end_reason, "busy");
}

TEST(WorldTest, CallsOfAnAgentAreThoseWithALiveLeg) {
  auto world = InStep();
  Tell(&world, Agent("a1"));
  auto story = Call("c1");
  Tell(&world, story.Leg("ag", LegRole::kAgent, At(0s), "a1").Record(), At(0s));
  EXPECT_TRUE(world.CallsOf(AgentId("a1")).contains(CallId("c1")));
  Tell(&world, story.LegEnded("ag", At(1s), "no_answer").Record(), At(1s));
  EXPECT_TRUE(world.CallsOf(AgentId("a1")).empty());
}

TEST(WorldTest, AnAgentIsFoundByIdAndByNameAlsoAfterARename) {
  auto world = InStep();
  Tell(&world, Agent("a1"));
  auto renamed = Agent("a1", 2);
  renamed.name = "Ann";
  Tell(&world, renamed);
  EXPECT_NE(world.FindAgent("a1"), nullptr);
  EXPECT_NE(world.FindAgent("Ann"), nullptr);
  EXPECT_EQ(world.FindAgent("name-a1"), nullptr);
}

TEST(WorldTest, ALateFactDoesNotBringADeletedAgentBack) {
  auto world = InStep();
  Tell(&world, Agent("a1", 5));
  world.Apply({kRegistry, kStart, AgentGone{AgentId("a1")}});
  Tell(&world, Agent("a1", 6));
  EXPECT_EQ(world.FindAgent("a1"), nullptr);
}

TEST(WorldTest, AnOlderVersionIsIgnoredButASnapshotIsBelieved) {
  auto world = InStep();
  Tell(&world, Agent("a1", 9));
  auto old = Agent("a1", 3);
  old.active = false;
  Tell(&world, old);
  EXPECT_TRUE(world.FindAgent("a1")->active);
  world.Apply({kRegistry, kStart, SnapshotBegin{}});
  Tell(&world, old);
  world.Apply({kRegistry, kStart, SnapshotEnd{}});
  EXPECT_FALSE(world.FindAgent("a1")->active);
}

TEST(WorldTest, TheScoreIsNullUntilTwentyOffers) {
  auto world = InStep();
  auto agent = Agent("a1");
  agent.offers_answered = 18;
  agent.offers_missed = 1;
  EXPECT_FALSE(world.View(agent, kStart).score.has_value());
  EXPECT_EQ(world.View(agent, kStart).samples, 19U);
  agent.offers_missed = 2;
  EXPECT_DOUBLE_EQ(*world.View(agent, kStart).score, 0.9);
}

TEST(WorldTest, CurrentCallsOfAnAgentShowNumberAndDuration) {
  auto world = InStep();
  auto story = Call("c1", At(0s));
  Tell(&world, story.Record(), At(0s));
  auto agent = Agent("a1");
  agent.slots.push_back({.state = SlotState::kConnected, .call = CallId("c1"), .since = At(3s)});
  agent.slots.push_back({.state = SlotState::kWrapUp, .since = At(3s)});
  const auto view = world.View(agent, At(10s));
  ASSERT_EQ(view.calls.size(), 1U);
  EXPECT_EQ(view.calls[0].number, "+14155550001");
  EXPECT_EQ(view.calls[0].duration, 10s);
  EXPECT_EQ(ActiveCalls(agent), 1U);
}

TEST(WorldTest, NothingIsShownAsTrueBeforeItsSourcesAreInStep) {
  World world({}, {kEdge, kRegistry}, kStart);
  EXPECT_FALSE(RequireInStep(world, Needs(TopicKind::kStats)));
  world.Apply({kEdge, kStart, SnapshotBegin{}});
  world.Apply({kEdge, kStart, SnapshotEnd{}});
  EXPECT_TRUE(RequireInStep(world, Needs(TopicKind::kCalls)));
  EXPECT_FALSE(RequireInStep(world, Needs(TopicKind::kStats)));
  world.Apply({kEdge, kStart, SourceLost{}});
  const auto refused = RequireInStep(world, Needs(TopicKind::kCalls));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "VIEW_NOT_READY");
  EXPECT_EQ(refused.error().metadata.at("source"), "calls@edge:1");
}

TEST(WorldTest, OneEdgeOfSeveralIsNotVital) {
  const Source other{SourceKind::kCalls, "edge:2"};
  EXPECT_TRUE(Vital(std::vector{kEdge}, 2).empty());
  EXPECT_EQ(Vital(std::vector{kEdge, other}, 2).size(), 2U);
  EXPECT_EQ(Vital(std::vector{kEdge, kRegistry}, 2), std::vector{kRegistry});
}

// Two edges that have told who they are.
World WithTwoEdges() {
  const Source second{SourceKind::kCalls, "edge:2"};
  World world({}, {kEdge, second, kRegistry}, kStart);
  world.Apply({kEdge, At(0s), SnapshotBegin{.edge = EdgeId("edge-1")}});
  world.Apply({second, At(0s), SnapshotBegin{.edge = EdgeId("edge-2")}});
  return world;
}

TEST(WorldTest, ACallThatAnAgentMakesIsOneOfItsCallsAndIsRoutedOnlyOnceItIsServed) {
  auto world = InStep();
  Tell(&world, Agent("a1"));
  CallStory story("c1", CallDirection::kInbound, At(0s));
  story.Leg("ann", LegRole::kAgent, At(0s), "a1").IsCaller("ann", true).Answered("ann", At(0s));
  Tell(&world, story.Record(), At(0s));
  EXPECT_TRUE(world.CallsOf(AgentId("a1")).contains(CallId("c1")));
  EXPECT_EQ(world.routing().direct + world.routing().queued, 0U);
  Tell(&world, story.Leg("ben", LegRole::kAgent, At(20s), "a2").Record(), At(20s));
  EXPECT_EQ(world.routing().queued, 1U);
  EXPECT_EQ(world.routing().routing_time, 20s);
}

TEST(WorldTest, AnAgentsNextCallIsLikelyWhereItsPhoneIsRegistered) {
  auto world = WithTwoEdges();
  EXPECT_FALSE(world.LikelyEdgeOf(AgentId("a1")).has_value());
  auto agent = Agent("a1");
  agent.edge = EdgeId("edge-2");
  Tell(&world, agent);
  EXPECT_EQ(world.LikelyEdgeOf(AgentId("a1")), "edge:2");
  agent.edge = EdgeId("edge-9");  // Of which we have not heard.
  agent.version = 2;
  Tell(&world, agent);
  EXPECT_FALSE(world.LikelyEdgeOf(AgentId("a1")).has_value());
}

TEST(WorldTest, AnAgentsNextCallIsLikelyWhereTheLastOneWasIfNothingElseIsKnown) {
  auto world = WithTwoEdges();
  Tell(&world, Agent("a1"));
  int second = 1;
  for (const char* edge : {"edge:1", "edge:2"}) {
    auto story = Call(edge);
    story.Leg("leg", LegRole::kAgent, At(0s), "a1").Ended(At(1s));
    world.Apply({{SourceKind::kCalls, edge}, At(std::chrono::seconds(second++)), story.Record()});
  }
  EXPECT_EQ(world.LikelyEdgeOf(AgentId("a1")), "edge:2");
  EXPECT_FALSE(world.LikelyEdgeOf(AgentId("a2")).has_value());
}

}  // namespace
}  // namespace callfleet::supervisor
