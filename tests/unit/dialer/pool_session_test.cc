#include "services/dialer/domain/pool_session.h"

#include <gtest/gtest.h>

namespace callfleet::dialer {
namespace {

using namespace std::chrono_literals;

const CampaignId kCampaign("c1");
const ReservationId kReservation("r1");

class Session : public ::testing::Test {
 protected:
  PoolStep Happens(PoolInput input) {
    PoolStep step = session.Apply(input, now);
    for (auto& message : step.messages) said.push_back(message);
    for (auto& event : step.events) told.push_back(event.event);
    return step;
  }
  template <class T>
  int Said() const {
    return static_cast<int>(std::count_if(
        said.begin(), said.end(), [](const auto& one) { return std::holds_alternative<T>(one); }));
  }
  template <class T>
  int Told() const {
    return static_cast<int>(std::count_if(
        told.begin(), told.end(), [](const auto& one) { return std::holds_alternative<T>(one); }));
  }
  void Ready() {
    Happens(JoinPool{kCampaign, 1, {}});
    Happens(LinkUp{});
    Happens(PoolReady{{kCampaign}});
  }
  // Returns the handle that the campaign gets.
  std::uint64_t Grant() {
    Happens(WishOf{kCampaign, SendDemand{.demand = AttemptId("d1"), .revision = 1}});
    const auto step = Happens(PoolGrant{.campaign = kCampaign,
                                        .grant = 1,
                                        .demand = AttemptId("d1"),
                                        .revision = 1,
                                        .offer = {.reservation = kReservation}});
    return std::get<Granted>(step.events[0].event).grant;
  }
  void Take(std::uint64_t grant) {
    Happens(WishOf{kCampaign, TakeGrant{.grant = grant,
                                        .reservation = kReservation,
                                        .agent = AgentId("a1"),
                                        .demand = AttemptId("d1"),
                                        .leg = LegId("l1")}});
  }
  void Tick(std::chrono::milliseconds after = 1s) {
    now.mono += after;
    Happens(PoolTick{});
  }

  PoolSession session;
  Instant now{.mono = MonoTime(1h), .wall = WallTime(1h)};
  std::vector<PoolMessage> said;
  std::vector<Event> told;
};

TEST_F(Session, EverythingIsDeclaredAnewAfterAReconnect) {
  Ready();
  Take(Grant());
  Happens(WishOf{kCampaign, SendDemand{.demand = AttemptId("d2"), .revision = 1}});
  Happens(LinkDown{});
  said.clear();
  Happens(LinkUp{});
  EXPECT_EQ(Said<SayHello>(), 1);
  EXPECT_EQ(Said<SayHeld>(), 1);
  EXPECT_EQ(Said<SayDemand>(), 1);
  EXPECT_TRUE(std::holds_alternative<SayDeclareEnd>(said.back()));
}

TEST_F(Session, TheHeartbeatCarriesAllThatIsHeldAndTheHighestGrantSeen) {
  Ready();
  Take(Grant());
  Tick();
  const auto& beat = std::get<SayHeartbeat>(said.back());
  EXPECT_EQ(beat.highest_grant_seen, 1u);
  ASSERT_EQ(beat.held.size(), 1u);
  EXPECT_EQ(beat.held[0].held.reservation, kReservation);
}

// Else the registry would take the grant back while the campaign is still answering it.
TEST_F(Session, AGrantWhoseAnswerIsStillToComeIsNotSaidToBeSeen) {
  Ready();
  const auto grant = Grant();
  Tick();
  EXPECT_EQ(std::get<SayHeartbeat>(said.back()).highest_grant_seen, 0u);
  Take(grant);
  Tick();
  EXPECT_EQ(std::get<SayHeartbeat>(said.back()).highest_grant_seen, 1u);
}

TEST_F(Session, AGrantOfAnOlderStreamIsVoid) {
  Ready();
  const auto grant = Grant();
  Happens(LinkDown{});
  Happens(LinkUp{});
  said.clear();
  Take(grant);
  EXPECT_EQ(Said<SayTaken>(), 0);
  EXPECT_EQ(Told<ReservationLost>(), 1);
  EXPECT_EQ(session.held(), 0u);
}

// Else the registry meets it over and over, and each agent is reserved for nobody.
TEST_F(Session, ADemandWhoseGrantIsVoidIsCancelledOnTheNewStream) {
  Ready();
  const auto grant = Grant();
  Happens(LinkDown{});
  Happens(LinkUp{});
  EXPECT_EQ(Said<SayDemand>(), 2);
  Take(grant);
  EXPECT_EQ(Said<SayCancel>(), 1);
}

TEST_F(Session, AGrantForADemandThatNobodyHasIsReturnedAndTheDemandCancelled) {
  Ready();
  said.clear();
  Happens(PoolGrant{.campaign = kCampaign,
                    .grant = 1,
                    .demand = AttemptId("d9"),
                    .revision = 1,
                    .offer = {.reservation = kReservation}});
  EXPECT_EQ(Said<SayReturned>(), 1);
  EXPECT_EQ(Said<SayCancel>(), 1);
  EXPECT_EQ(Told<Granted>(), 0);
}

TEST_F(Session, NothingIsDoneOnAReservationEightSecondsAfterTheLastAcknowledgedBeat) {
  Ready();
  Take(Grant());
  Tick();
  Happens(PoolAck{1});
  for (int n = 0; n < 7; ++n) Tick();
  EXPECT_EQ(Told<ReservationLost>(), 0);
  Tick();  // Eight seconds; the next tick would be one too late.
  EXPECT_EQ(Told<ReservationLost>(), 1);
  Tick();
  EXPECT_EQ(Told<ReservationLost>(), 1);
}

TEST_F(Session, WhatIsHeldMayBeActedOnForEightSecondsFromTheSendingOfAnAcknowledgedBeat) {
  EXPECT_EQ(session.act_until(), MonoTime{});
  Ready();
  EXPECT_EQ(session.act_until(), now.mono + 8s);
  Tick();
  const auto sent = now.mono;
  now.mono += 500ms;
  Happens(PoolAck{1});
  EXPECT_EQ(session.act_until(), sent + 8s);
}

// The registry may have let go of it meanwhile; it says so before it acknowledges a beat.
TEST_F(Session, WhatIsDeclaredAgainIsActedOnOnceABeatThatNamesItIsAcknowledged) {
  Ready();
  Take(Grant());
  Happens(LinkDown{});
  Happens(LinkUp{});
  said.clear();
  Happens(PoolReady{{kCampaign}});
  EXPECT_EQ(session.act_until(), MonoTime{});
  ASSERT_EQ(Said<SayHeartbeat>(), 1);
  EXPECT_EQ(std::get<SayHeartbeat>(said.back()).held.size(), 1U);
  Happens(PoolAck{std::get<SayHeartbeat>(said.back()).number});
  EXPECT_EQ(session.act_until(), now.mono + 8s);
}

TEST_F(Session, AfterALongSleepOfOursTheStreamIsReadBeforeAnythingIsGivenUp) {
  Ready();
  Take(Grant());
  Tick();
  Tick(30s);
  EXPECT_EQ(Told<ReservationLost>(), 0);
  Happens(PoolAck{2});
  Tick();
  EXPECT_EQ(Told<ReservationLost>(), 0);
}

TEST_F(Session, ADemandThatIsCancelledIsNotDeclaredAgain) {
  Ready();
  Happens(WishOf{kCampaign, SendDemand{.demand = AttemptId("d1"), .revision = 1}});
  Happens(WishOf{kCampaign, CancelDemand{AttemptId("d1")}});
  EXPECT_EQ(Said<SayCancel>(), 1);
  Happens(PoolClosed{kCampaign, AttemptId("d1")});
  EXPECT_EQ(Told<DemandClosed>(), 0);
}

TEST_F(Session, CompletedWorkIsSaidOnceAndNoLongerHeld) {
  Ready();
  Take(Grant());
  Happens(WishOf{kCampaign, CompleteWork{.reservation = kReservation}});
  Happens(WishOf{kCampaign, CompleteWork{.reservation = kReservation}});
  EXPECT_EQ(Said<CompleteWork>(), 1);
  EXPECT_EQ(session.held(), 0u);
}

TEST_F(Session, AFencedCampaignGetsNothingMore) {
  Ready();
  Take(Grant());
  Happens(PoolFenced{{kCampaign}});
  EXPECT_EQ(session.held(), 0u);
  said.clear();
  Happens(WishOf{kCampaign, SendDemand{.demand = AttemptId("d9"), .revision = 1}});
  EXPECT_TRUE(said.empty());
}

}  // namespace
}  // namespace callfleet::dialer
