#include <gtest/gtest.h>

#include "services/agent_registry/domain/matchmaker.h"
#include "tests/unit/agent_registry/matchmaker_fixture.h"

namespace callfleet::agent_registry {
namespace {

// --- The races of contracts

TEST_F(MatchmakerTest, ACancelThatCrossesAGrantReleasesItAndIsAnsweredByExactlyOneClosed) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  pool.Settle();  // The grant is on its way to the owner, who has not read it.
  pool.Say(owner, CancelDemand{Campaign("c"), "d1"});
  pool.Settle();
  const auto closed = pool.Heard<ClosedReply>(owner);
  ASSERT_EQ(closed.size(), 1u);
  EXPECT_EQ(closed[0].key, pool.Heard<GrantReply>(owner)[0].offers[0].key);
  EXPECT_EQ(pool.agent("anna").load(), 0u);
  EXPECT_EQ(pool.matchmaker.reservations(), 0u);
}

TEST_F(MatchmakerTest, ACancelWhileTheAgentIsAskedReleasesTheSlotWithoutAGrant) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");  // The ask waits in the queue.
  pool.Say(owner, CancelDemand{Campaign("c"), "d1"});
  pool.Settle();
  EXPECT_EQ(pool.Heard<ClosedReply>(owner).size(), 1u);
  EXPECT_TRUE(pool.Heard<GrantReply>(owner).empty());
  EXPECT_EQ(pool.agent("anna").load(), 0u);
  EXPECT_EQ(pool.matchmaker.demands(), 0u);
}

// The phone may ring, and its edge cannot tell us: the hang-up is still on its way to it.
TEST_F(MatchmakerTest, AnOfferThatIsWithdrawnWhileTheEdgeIsOutOfSightFreesNoPhone) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  pool.Apply("anna", pool.agent("anna").OnSight({EdgeId("e"), false}, pool.now));
  pool.Want(owner, "d2");
  pool.Say(owner, OfferReport{KeyOf(grant), OfferEnd::kWithdrawn});
  EXPECT_FALSE(pool.Grant(owner));
  pool.Apply("anna", pool.agent("anna").OnSight({EdgeId("e"), true}, pool.now));
  EXPECT_TRUE(pool.Grant(owner));
}

TEST_F(MatchmakerTest, AnOwnerThatDiesBetweenGrantAndAcceptLeaksNoSlot) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  pool.Settle();
  pool.beating.clear();
  pool.matchmaker.OnStreamDown(owner, pool.now);
  pool.Advance(9s);
  EXPECT_EQ(pool.agent("anna").load(), 1u);  // It may come back and declare it.
  pool.Advance(2s);
  EXPECT_EQ(pool.agent("anna").load(), 0u);
  EXPECT_EQ(pool.matchmaker.reservations(), 0u);
}

TEST_F(MatchmakerTest, AHalfOpenStreamIsSuspectAfterOneMissedHeartbeatAndLetGoAfterTheLease) {
  pool.beating.clear();  // The connection looks open and carries nothing.
  pool.Want(owner, "d1");
  pool.Advance(2s);
  pool.Add({"anna"});
  EXPECT_FALSE(pool.Grant(owner));
  EXPECT_EQ(pool.matchmaker.suspects(), 1u);
  pool.Beat(owner);
  EXPECT_EQ(pool.Grant(owner)->demand, "d1");  // It kept its place.
  pool.Advance(11s);
  EXPECT_EQ(pool.agent("anna").load(), 0u);
  EXPECT_EQ(pool.Heard<EndStream>(owner).size(), 1u);
}

TEST_F(MatchmakerTest, ANewerSessionClosesTheOlderAndDecidesWhatIsHeld) {
  pool.Add({.name = "anna", .max = 2, .kind = AgentKind::kAi});
  pool.Want(owner, "d1");
  const auto kept = pool.Grant(owner);
  pool.Take(owner, *kept);
  pool.Want(owner, "d2");
  pool.Settle();  // Granted, never read by the old owner.
  const StreamId newer = pool.Open({Campaign("c")}, 2);
  EXPECT_EQ(pool.Heard<FencedReply>(owner).size(), 1u);
  pool.Say(newer, HeldClaim{KeyOf(kept), "", Campaign("c"), AgentId("anna"), "d1", ""});
  pool.Say(newer, DeclareEnd{{Campaign("c")}});
  pool.held[newer].insert(KeyOf(kept));
  pool.beating = {newer};
  pool.Advance(11s);
  EXPECT_EQ(pool.agent("anna").load(), 1u);
  EXPECT_EQ(pool.Heard<ReadyReply>(newer).size(), 1u);
  EXPECT_TRUE(pool.Heard<RevokedReply>(newer).empty());
}

// It is cut off, does not know it, and has read its last grant.
TEST_F(MatchmakerTest, AnAgentThatAReplacedOwnerMayRingIsFreeOnceThatOnesLeaseHasEnded) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  pool.Take(owner, *pool.Grant(owner));
  pool.Advance(1s);
  pool.beating.clear();
  pool.Advance(2s);
  const StreamId newer = pool.Join({Campaign("c")}, 2);
  pool.Want(newer, "d2");
  pool.Advance(7s);
  EXPECT_FALSE(pool.Grant(newer));
  pool.Advance(1500ms);
  EXPECT_EQ(pool.Grant(newer)->demand, "d2");
}

TEST_F(MatchmakerTest, ALegThatAReplacedOwnerHasRungCountsUntilItEnds) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  pool.beating.clear();
  const StreamId newer = pool.Join({Campaign("c")}, 2);
  pool.Want(newer, "d2");
  pool.Settle();
  pool.Leg("anna", KeyOf(grant), LegPhase::kRinging);  // The edge tells of it a moment later.
  pool.Advance(12s);
  EXPECT_EQ(pool.peak["anna"], 1u);
  EXPECT_FALSE(pool.Grant(newer));
  pool.Leg("anna", KeyOf(grant), LegPhase::kEnded);
  EXPECT_EQ(pool.Grant(newer)->demand, "d2");
}

// Its owner may act on what it holds once a beat is acknowledged.
TEST_F(MatchmakerTest, ABeatIsAcknowledgedOnceTheAgentsHaveSaidWhatStands) {
  pool.Add({"anna"});
  pool.Settle();
  const StreamId newer = pool.Open({Campaign("c")}, 2);
  pool.Say(newer, HeldClaim{ReservationKey{77}, "", Campaign("c"), AgentId("anna"), "d1", ""});
  pool.Say(newer, DeclareEnd{{Campaign("c")}});
  pool.Say(newer, Heartbeat{1, 0, {}});
  EXPECT_TRUE(pool.Heard<HeartbeatAck>(newer).empty());
  pool.Settle();
  EXPECT_EQ(pool.Heard<RevokedReply>(newer).size(), 1u);
  pool.Say(newer, Heartbeat{2, 0, {}});
  EXPECT_EQ(pool.Heard<HeartbeatAck>(newer).size(), 1u);
}

TEST_F(MatchmakerTest, ALowerTokenIsFenced) {
  pool.Join({Campaign("c")}, 7);
  const StreamId stale = pool.Open({Campaign("c")}, 6);
  ASSERT_EQ(pool.Heard<FencedReply>(stale).size(), 1u);
  EXPECT_EQ(pool.Heard<FencedReply>(stale)[0].units[0].token, 7u);
  pool.Want(stale, "d1");
  EXPECT_EQ(pool.Heard<ClosedReply>(stale).size(), 1u);
}

TEST_F(MatchmakerTest, SeenAndNotHeldMeansReturned) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto first = pool.Grant(owner);  // Read, and dropped.
  pool.Beat(owner);
  const auto again = pool.Grant(owner);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->demand, "d1");
  EXPECT_NE(KeyOf(again), KeyOf(first));  // Ids are never given twice.
  EXPECT_EQ(pool.agent("anna").load(), 1u);
}

TEST_F(MatchmakerTest, AGrantNotYetReadSurvivesAHeartbeat) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  pool.Settle();
  pool.Beat(owner);  // Highest grant seen: 0.
  EXPECT_EQ(pool.agent("anna").load(), 1u);
  EXPECT_EQ(pool.Grant(owner)->grant, 1u);
}

TEST_F(MatchmakerTest, AStoppedProcessReadsItsStreamsBeforeItExpiresAnything) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  pool.Freeze(60s);  // SIGSTOP. The heartbeats of that time are still in the streams.
  pool.Advance(500ms);
  EXPECT_EQ(pool.agent("anna").load(), 1u);
  EXPECT_TRUE(pool.Heard<RevokedReply>(owner).empty());
}

TEST_F(MatchmakerTest, ARegistryRestartWithGrantsInFlightLeaksNoSlotAndGrantsNoneTwice) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  PoolHarness next({}, {{{Campaign("c"), 1}, true}}, 2);
  next.Add({"anna"});
  next.Start();
  EXPECT_FALSE(next.matchmaker.granting());  // The unit has not declared yet.
  const StreamId again = next.Open({Campaign("c")});
  next.Say(again, HeldClaim{KeyOf(grant), "", Campaign("c"), AgentId("anna"), "d1", ""});
  next.Want(again, "d2");
  next.Say(again, DeclareEnd{{Campaign("c")}});
  next.Settle();
  EXPECT_TRUE(next.matchmaker.granting());
  EXPECT_EQ(next.agent("anna").load(), 1u);
  EXPECT_TRUE(next.Heard<GrantReply>(again).empty());  // Not granted twice.
  next.Finish(again, KeyOf(grant));
  const auto second = next.Grant(again);
  ASSERT_TRUE(second);
  EXPECT_NE(KeyOf(second), KeyOf(grant));
}

TEST_F(MatchmakerTest, AfterARestartNothingIsGrantedBeforeAllHaveDeclaredOrOneLeaseHasPassed) {
  PoolHarness next({}, {{{Campaign("gone"), 1}, true}}, 2);
  next.Add({"anna"});
  next.Start();
  const StreamId s = next.Join({Campaign("c")});
  next.Want(s, "d1");
  next.Advance(9s);
  EXPECT_FALSE(next.Grant(s));
  next.Advance(1500ms);
  EXPECT_EQ(next.Grant(s)->demand, "d1");
}

TEST_F(MatchmakerTest, ALateDeclarationWithoutALiveLegIsRevokedAndOneWithALegIsTaken) {
  pool.Add({"anna"});
  pool.Add({"bert"});
  const ReservationKey dead = MakeReservationKey(9, 1);
  const ReservationKey alive = MakeReservationKey(9, 2);
  pool.Leg("bert", alive, LegPhase::kAnswered);  // An orphan until its owner comes.
  const StreamId s = pool.Open({Campaign("c")}, 3);
  pool.Say(s, HeldClaim{dead, "", Campaign("c"), AgentId("anna"), "d1", ""});
  pool.Say(s, HeldClaim{alive, "", Campaign("c"), AgentId("bert"), "d2", ""});
  pool.Say(s, DeclareEnd{{Campaign("c")}});
  pool.Settle();
  const auto revoked = pool.Heard<RevokedReply>(s);
  ASSERT_EQ(revoked.size(), 1u);
  EXPECT_EQ(revoked[0].key, dead);
  EXPECT_EQ(pool.agent("bert").slots().at(0).state, SlotState::kConnected);
}

TEST_F(MatchmakerTest, ALapsedLeaseWithALiveLegLeavesAnOrphanThatCountsUntilTheLegEnds) {
  pool.Add({"anna"});
  pool.Want(owner, "d1");
  const auto grant = pool.Grant(owner);
  pool.Take(owner, *grant);
  pool.Leg("anna", KeyOf(grant), LegPhase::kAnswered);
  pool.beating.clear();
  pool.Advance(11s);
  EXPECT_EQ(pool.agent("anna").slots().at(0).state, SlotState::kOrphaned);
  pool.Leg("anna", KeyOf(grant), LegPhase::kEnded);
  EXPECT_EQ(pool.agent("anna").load(), 0u);
}

TEST_F(MatchmakerTest, SeizeIgnoresOrderAndWithOverrideNotReadyButNeverCapacityOrLoggedOut) {
  pool.Add({"anna"});
  pool.Apply("anna", pool.agent("anna").OnPresenceWish(Presence::kNotReady, "lunch", pool.now));
  pool.Say(owner, SeizeRequest{"s1", Campaign("c"), AgentId("anna"), false, ""});
  pool.Say(owner, SeizeRequest{"s2", Campaign("c"), AgentId("anna"), true, ""});
  pool.Say(owner, SeizeRequest{"s3", Campaign("c"), AgentId("anna"), true, ""});
  pool.Say(owner, SeizeRequest{"s4", Campaign("c"), AgentId("nobody"), true, ""});
  pool.Settle();
  std::map<std::string, SeizeReply> got;
  for (const auto& r : pool.Heard<SeizeReply>(owner)) got[r.seize_id] = r;
  EXPECT_EQ(got.at("s1").refusal, Refusal::kNotReady);
  EXPECT_TRUE(got.at("s2").offer);
  EXPECT_EQ(got.at("s3").refusal, Refusal::kFull);
  EXPECT_TRUE(got.at("s4").agent_unknown);
}

}  // namespace
}  // namespace callfleet::agent_registry
