#include "services/agent_registry/domain/matchmaker.h"

#include <gtest/gtest.h>

#include "tests/unit/agent_registry/matchmaker_fixture.h"

namespace callfleet::agent_registry {
namespace {

TEST_F(MatchmakerTest, ADemandGetsTheFreeAgent) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  EXPECT_EQ(NameOf(pool.Grant(owner)), "anna");
}

TEST_F(MatchmakerTest, AFreedAgentGetsTheDemandThatWaitedLongest) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto first = pool.Grant(owner);
  pool.Take(owner, *first);
  pool.Want(owner, "late", {.since = pool.now.wall});
  pool.Want(owner, "early", {.since = pool.now.wall - 5s});
  EXPECT_FALSE(pool.Grant(owner));
  pool.Finish(owner, KeyOf(first));
  EXPECT_EQ(pool.Grant(owner)->demand, "early");
}

TEST_F(MatchmakerTest, TenLeadsOnCapacitiesThreeAndFiveAllGetAgents) {
  pool.Add({.name = "three", .max = 3, .kind = AgentKind::kAi});
  pool.Add({.name = "five", .max = 5, .kind = AgentKind::kAi});
  std::set<std::string> served;
  std::vector<ReservationKey> live;
  auto serve = [&] {
    for (const auto& grant : pool.Heard<GrantReply>(owner)) {
      if (!served.insert(grant.demand).second) continue;
      pool.Take(owner, grant);
      live.push_back(grant.offers[0].key);
    }
  };
  for (int i = 0; i < 10; ++i) {
    pool.Want(owner, "lead" + std::to_string(i));
    pool.Settle();
    serve();
  }
  EXPECT_EQ(served.size(), 8u);  // The ninth and tenth wait their turn, and lose nothing.
  for (int i = 0; i < 2; ++i) {
    pool.Finish(owner, live[static_cast<std::size_t>(i)]);
    serve();
  }
  EXPECT_EQ(served.size(), 10u);
  EXPECT_LE(pool.peak["three"], 3u);
  EXPECT_LE(pool.peak["five"], 5u);
}

TEST_F(MatchmakerTest, AnAgentInTwoCampaignsIsNeverBookedAboveItsMaximum) {
  pool.Add({.name = "shared",
            .units = {Campaign("c"), Campaign("x")},
            .max = 2,
            .kind = AgentKind::kAi});
  const StreamId other = pool.Join({Campaign("x")});
  for (int i = 0; i < 5; ++i) {
    pool.Want(owner, "c" + std::to_string(i));
    pool.Want(other, "x" + std::to_string(i), {.unit = Campaign("x")});
  }
  pool.Settle();
  EXPECT_EQ(pool.agent("shared").load(), 2u);
  EXPECT_EQ(pool.Heard<GrantReply>(owner).size() + pool.Heard<GrantReply>(other).size(), 2u);
}

TEST_F(MatchmakerTest, ADeactivatedAgentIsNeverOfferedAgainAndItsLiveCallGoesOn) {
  pool.Add({.name = "anna", .max = 2, .kind = AgentKind::kAi});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  auto inactive = std::make_shared<AgentProfile>(pool.agent("anna").profile());
  inactive->active = false;
  // The ask is already under way when the deactivation arrives first: the agent itself refuses.
  pool.Want(owner, "d2");
  pool.Apply("anna", pool.agent("anna").OnProfile(inactive, pool.now));
  EXPECT_FALSE(pool.Grant(owner));
  EXPECT_EQ(pool.agent("anna").load(), 1u);
  pool.Finish(owner, KeyOf(grant));
  EXPECT_FALSE(pool.Grant(owner));
}

TEST_F(MatchmakerTest, TheAgentIsNotFreedWhenTheRequestReturnsButWhenTheWorkEnds) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  pool.Want(owner, "d2");
  pool.Leg("anna", KeyOf(grant), LegPhase::kAnswered);
  pool.Advance(30s);
  EXPECT_FALSE(pool.Grant(owner));
  pool.Finish(owner, KeyOf(grant));
  pool.Leg("anna", KeyOf(grant), LegPhase::kEnded);
  EXPECT_EQ(pool.Grant(owner)->demand, "d2");
}

TEST_F(MatchmakerTest, AFinishedAgentGetsNothingNewWhileTheHangUpIsOnItsWay) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  pool.Want(owner, "d2");
  pool.Leg("anna", KeyOf(grant), LegPhase::kAnswered);
  pool.Finish(owner, KeyOf(grant));
  EXPECT_FALSE(pool.Grant(owner));
  EXPECT_EQ(pool.agent("anna").load(), 1u);
  pool.Leg("anna", KeyOf(grant), LegPhase::kEnded);
  EXPECT_TRUE(pool.Grant(owner));
}

TEST_F(MatchmakerTest, AReturnedGrantLeavesIdleOrderAndPlaceAsTheyWere) {
  pool.Add({"anna"});
  pool.Add({"bert"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  EXPECT_EQ(NameOf(grant), "anna");
  pool.Say(owner, CancelDemand{Campaign("c"), "d1"});
  pool.Settle();
  pool.Want(owner, "d2");
  EXPECT_EQ(NameOf(pool.Grant(owner)), "anna");
}

TEST_F(MatchmakerTest, AMissedOfferMakesNotReadyAndTheDemandGoesToTheNext) {
  pool.Add({"anna"});
  pool.Add({"bert"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  pool.held[owner].clear();
  pool.Say(owner, OfferReport{KeyOf(grant), OfferEnd::kNoAnswer});
  pool.Want(owner, "d1", {.revision = 2});
  EXPECT_EQ(NameOf(pool.Grant(owner)), "bert");
  EXPECT_EQ(pool.agent("anna").presence(), Presence::kNotReady);
  EXPECT_EQ(pool.agent("anna").reason(), "no_answer");
}

// --- The order of demands

TEST_F(MatchmakerTest, ClassesGoFirstThenSinceLessTheBonus) {
  pool.Want(owner, "lead",
            {.demand_class = DemandClass::kAgentFirst, .since = pool.now.wall - 100s});
  pool.Want(owner, "caller", {.since = pool.now.wall});
  pool.Want(owner, "vip", {.bonus = 10s, .since = pool.now.wall});
  pool.Want(owner, "patient", {.since = pool.now.wall - 11s});
  std::vector<std::string> order;
  pool.Add({"anna"});
  for (int i = 0; i < 4; ++i) {
    const auto grant = pool.Grant(owner);
    ASSERT_TRUE(grant);
    order.push_back(grant->demand);
    pool.Take(owner, *grant);
    pool.Finish(owner, KeyOf(grant));
  }
  // The bonus jumps 10 s of waiting and no more: nobody starves.
  EXPECT_EQ(order, (std::vector<std::string>{"patient", "vip", "caller", "lead"}));
}

TEST(MatchmakerShare, TheClassThatGoesLastGetsItsShareOfTheChoices) {
  MatchRules rules;
  rules.book.last_class_share_percent = 25;
  PoolHarness pool(rules);
  pool.Start();
  const StreamId owner = pool.Join({Campaign("c")});
  for (int i = 0; i < 9; ++i) {
    pool.Want(owner, "caller" + std::to_string(i), {.since = pool.now.wall});
    pool.Want(owner, "lead" + std::to_string(i), {.demand_class = DemandClass::kAgentFirst});
  }
  pool.Add({"anna"});
  std::string order;
  for (int i = 0; i < 8; ++i) {
    const auto grant = pool.Grant(owner);
    ASSERT_TRUE(grant);
    order += grant->demand[0];
    pool.Take(owner, *grant);
    pool.Finish(owner, grant->offers.at(0).key);
  }
  EXPECT_EQ(order, "ccclcccl");
}

TEST_F(MatchmakerTest, AnsweredOutboundGoesByTheEarliestDeadlineAndNotToAPhoneThatRings) {
  pool.Add({"rings"});
  pool.Want(owner, "late", {.demand_class = DemandClass::kAnsweredOutbound, .time_left = 1800ms});
  pool.Want(owner, "soon", {.demand_class = DemandClass::kAnsweredOutbound, .time_left = 900ms});
  EXPECT_FALSE(pool.Grant(owner));
  pool.Add({.name = "auto", .line = LineMode::kAuto});
  EXPECT_EQ(pool.Grant(owner)->demand, "soon");
}

TEST_F(MatchmakerTest, ADemandIsNotGrantedAfterItsTime) {
  pool.Want(owner, "d1", {.time_left = 2s});
  pool.Advance(2100ms);
  pool.Add({"anna"});
  EXPECT_FALSE(pool.Grant(owner));
  ASSERT_EQ(pool.Heard<ClosedReply>(owner).size(), 1u);
  EXPECT_STREQ(pool.Heard<ClosedReply>(owner)[0].reason, "expired");
}

TEST_F(MatchmakerTest, AHumanGetsNoAnsweredCallBesideAnother) {
  pool.Add({.name = "anna", .max = 2, .line = LineMode::kAuto});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  pool.Leg("anna", KeyOf(grant), LegPhase::kRinging);
  pool.Want(owner, "live", {.demand_class = DemandClass::kAnsweredOutbound, .time_left = 30s});
  EXPECT_FALSE(pool.Grant(owner));
  pool.Want(owner, "caller");
  EXPECT_EQ(pool.Grant(owner)->demand, "caller");  // Other work may share the person.
}

TEST_F(MatchmakerTest, TheStickyAgentIsWaitedForAndThenAnyoneWillDo) {
  pool.Add({"anna"});
  pool.Add({"bert"});
  pool.Want(owner, "d0", {.sticky = AgentId("anna")});
  const auto busy = pool.Grant(owner);
  ASSERT_EQ(NameOf(busy), "anna");
  pool.Take(owner, *busy);
  pool.Want(owner, "d1", {.sticky = AgentId("anna"), .sticky_patience = 5s});
  EXPECT_FALSE(pool.Grant(owner));
  pool.Advance(5100ms);
  EXPECT_EQ(NameOf(pool.Grant(owner)), "bert");
}

TEST_F(MatchmakerTest, RingAllOffersManyAndTheFirstAnswerKeepsOne) {
  pool.Add({"anna"});
  pool.Add({"bert"});
  pool.Add({.name = "carl", .max = 3, .kind = AgentKind::kAi});
  pool.Want(owner, "d1", {.strategy = Strategy::kRingAll});
  const auto grant = pool.Grant(owner);
  ASSERT_EQ(grant->offers.size(), 3u);
  pool.Say(owner, Taken{grant->grant, {grant->offers[1].key}});
  pool.Settle();
  EXPECT_EQ(pool.agent("anna").load() + pool.agent("bert").load() + pool.agent("carl").load(), 1u);
}

TEST_F(MatchmakerTest, AnExcludedAgentIsPassedOver) {
  pool.Add({"anna"});
  pool.Want(owner, "d1", {.excluded = {AgentId("anna")}});
  EXPECT_FALSE(pool.Grant(owner));
  pool.Add({"bert"});
  EXPECT_EQ(NameOf(pool.Grant(owner)), "bert");
}

TEST_F(MatchmakerTest, AnOlderRevisionChangesNothingAndANewerOneKeepsThePlace) {
  pool.Want(owner, "d1", {.revision = 5, .since = pool.now.wall - 9s});
  pool.Want(owner, "d1", {.revision = 4, .demand_class = DemandClass::kAgentFirst});
  pool.Want(owner, "d2", {.since = pool.now.wall - 8s});
  pool.Add({"anna"});
  const auto grant = pool.Grant(owner);
  EXPECT_EQ(grant->demand, "d1");
  EXPECT_EQ(grant->revision, 5u);
}

TEST_F(MatchmakerTest, TheOwnerHearsWhoCouldServeItsAudience) {
  pool.Add({.name = "anna", .line = LineMode::kAuto});
  pool.Advance(300ms);
  const auto told = pool.Heard<AudienceReply>(owner);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().count, (Headcount{1, 1, 1, 1}));
}

}  // namespace
}  // namespace callfleet::agent_registry
