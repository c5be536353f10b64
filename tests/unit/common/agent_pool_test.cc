// Our side of the session with a pool.
#include <gtest/gtest.h>

#include <algorithm>

#include "common/agent_pool/session.h"
#include "common/agent_pool_link/convert.h"

namespace callfleet::agent_pool {
namespace {

using namespace std::chrono_literals;

const Unit kUnit{UnitKind::kCampaign, "c1"};
const Unit kOther{UnitKind::kQueue, "q1"};
const ReservationId kReservation("r1");

class SessionTest : public ::testing::Test {
 protected:
  Step Happens(const Input& input) {
    Step step = session.Apply(input, now);
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
    Happens(UnitJoins{kUnit, 1, {}});
    Happens(LinkUp{});
    Happens(PoolReady{{kUnit}});
  }
  // Returns the handle that the campaign gets.
  std::uint64_t Grant() {
    Happens(WishOf{kUnit, SendDemand{.demand = DemandId("d1"), .revision = 1}});
    const auto step = Happens(PoolGrant{.unit = kUnit,
                                        .grant = 1,
                                        .demand = DemandId("d1"),
                                        .revision = 1,
                                        .offers = {{.reservation = kReservation}}});
    return std::get<Granted>(step.events[0].event).grant;
  }
  void Take(std::uint64_t grant) {
    Happens(WishOf{kUnit, TakeGrant{.grant = grant,
                                    .demand = DemandId("d1"),
                                    .held = {{.reservation = kReservation,
                                              .agent = AgentId("a1"),
                                              .demand = DemandId("d1"),
                                              .leg = LegId("l1")}}}});
  }
  void Tick(std::chrono::milliseconds after = 1s) {
    now.mono += after;
    Happens(PoolTick{});
  }

  Session session;
  Instant now{.mono = MonoTime(1h), .wall = WallTime(1h)};
  std::vector<Message> said;
  std::vector<Event> told;
};

TEST_F(SessionTest, EverythingIsDeclaredAnewAfterAReconnect) {
  Ready();
  Take(Grant());
  Happens(WishOf{kUnit, SendDemand{.demand = DemandId("d2"), .revision = 1}});
  Happens(LinkDown{});
  said.clear();
  Happens(LinkUp{});
  EXPECT_EQ(Said<SayHello>(), 1);
  EXPECT_EQ(Said<SayHeld>(), 1);
  EXPECT_EQ(Said<SayDemand>(), 1);
  EXPECT_TRUE(std::holds_alternative<SayDeclareEnd>(said.back()));
}

TEST_F(SessionTest, TheHeartbeatCarriesAllThatIsHeldAndTheHighestGrantSeen) {
  Ready();
  Take(Grant());
  Tick();
  const auto& beat = std::get<SayHeartbeat>(said.back());
  EXPECT_EQ(beat.highest_grant_seen, 1u);
  ASSERT_EQ(beat.held.size(), 1u);
  EXPECT_EQ(beat.held[0].held.reservation, kReservation);
}

// Else the registry would take the grant back while the campaign is still answering it.
TEST_F(SessionTest, AGrantWhoseAnswerIsStillToComeIsNotSaidToBeSeen) {
  Ready();
  const auto grant = Grant();
  Tick();
  EXPECT_EQ(std::get<SayHeartbeat>(said.back()).highest_grant_seen, 0u);
  Take(grant);
  Tick();
  EXPECT_EQ(std::get<SayHeartbeat>(said.back()).highest_grant_seen, 1u);
}

TEST_F(SessionTest, AGrantOfAnOlderStreamIsVoid) {
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
TEST_F(SessionTest, ADemandWhoseGrantIsVoidIsCancelledOnTheNewStream) {
  Ready();
  const auto grant = Grant();
  Happens(LinkDown{});
  Happens(LinkUp{});
  EXPECT_EQ(Said<SayDemand>(), 2);
  Take(grant);
  EXPECT_EQ(Said<SayCancel>(), 1);
}

TEST_F(SessionTest, AGrantForADemandThatNobodyHasIsReturnedAndTheDemandCancelled) {
  Ready();
  said.clear();
  Happens(PoolGrant{.unit = kUnit,
                    .grant = 1,
                    .demand = DemandId("d9"),
                    .revision = 1,
                    .offers = {{.reservation = kReservation}}});
  EXPECT_EQ(Said<SayReturned>(), 1);
  EXPECT_EQ(Said<SayCancel>(), 1);
  EXPECT_EQ(Told<Granted>(), 0);
}

TEST_F(SessionTest, NothingIsDoneOnAReservationEightSecondsAfterTheLastAcknowledgedBeat) {
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

TEST_F(SessionTest, WhatIsHeldMayBeActedOnForEightSecondsFromTheSendingOfAnAcknowledgedBeat) {
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
TEST_F(SessionTest, WhatIsDeclaredAgainIsActedOnOnceABeatThatNamesItIsAcknowledged) {
  Ready();
  Take(Grant());
  Happens(LinkDown{});
  Happens(LinkUp{});
  said.clear();
  Happens(PoolReady{{kUnit}});
  EXPECT_EQ(session.act_until(), MonoTime{});
  ASSERT_EQ(Said<SayHeartbeat>(), 1);
  EXPECT_EQ(std::get<SayHeartbeat>(said.back()).held.size(), 1U);
  Happens(PoolAck{std::get<SayHeartbeat>(said.back()).number});
  EXPECT_EQ(session.act_until(), now.mono + 8s);
}

// What is granted before Ready is given back: nobody rings for it meanwhile.
TEST_F(SessionTest, ALapsedLeaseIsNoLeaseForWhatIsGrantedLater) {
  Ready();
  Take(Grant());
  for (int n = 0; n < 8; ++n) Tick();
  ASSERT_EQ(Told<ReservationLost>(), 1);
  EXPECT_EQ(session.act_until(), MonoTime{});
}

// A Ready that was read late proves no more than that it was asked for.
TEST_F(SessionTest, AStandstillBeforeReadyIsNotCountedAsALease) {
  Happens(UnitJoins{kUnit, 1, {}});
  Happens(LinkUp{});
  const auto declared = now.mono;
  now.mono += 11s;
  Happens(PoolReady{{kUnit}});
  EXPECT_EQ(session.act_until(), declared + 8s);
}

TEST_F(SessionTest, AUnitThatJoinsWithNothingHoldsUpNobody) {
  Ready();
  Take(Grant());
  said.clear();
  Happens(UnitJoins{kOther, 1, {}});
  Happens(PoolReady{{kOther}});
  EXPECT_EQ(session.act_until(), now.mono + 8s);
  EXPECT_EQ(Said<SayHeartbeat>(), 0);
}

// As a successor adopts it: nobody else has told that the registry still holds it.
TEST_F(SessionTest, WhatAUnitJoinsWithIsActedOnOnceABeatThatNamesItIsAcknowledged) {
  Ready();
  Happens(UnitJoins{kOther, 1, {{.reservation = ReservationId("r7")}}});
  Happens(PoolReady{{kOther}});
  EXPECT_EQ(session.act_until(), MonoTime{});
  Happens(PoolAck{std::get<SayHeartbeat>(said.back()).number});
  EXPECT_EQ(session.act_until(), now.mono + 8s);
}

TEST_F(SessionTest, AfterALongSleepOfOursTheStreamIsReadBeforeAnythingIsGivenUp) {
  Ready();
  Take(Grant());
  Tick();
  Tick(30s);
  EXPECT_EQ(Told<ReservationLost>(), 0);
  Happens(PoolAck{2});
  Tick();
  EXPECT_EQ(Told<ReservationLost>(), 0);
}

TEST_F(SessionTest, ADemandThatIsCancelledIsNotDeclaredAgain) {
  Ready();
  Happens(WishOf{kUnit, SendDemand{.demand = DemandId("d1"), .revision = 1}});
  Happens(WishOf{kUnit, CancelDemand{DemandId("d1")}});
  EXPECT_EQ(Said<SayCancel>(), 1);
  Happens(PoolClosed{kUnit, DemandId("d1")});
  EXPECT_EQ(Told<DemandClosed>(), 0);
}

TEST_F(SessionTest, ADemandThatIsNotTakenIsToldWithTheReasonAndNotDeclaredAgain) {
  Ready();
  Happens(WishOf{kUnit, SendDemand{.demand = DemandId("d1"), .revision = 1}});
  Happens(PoolClosed{.unit = kUnit, .demand = DemandId("d1"), .refused = "too_many"});
  ASSERT_EQ(Told<DemandClosed>(), 1);
  EXPECT_EQ(std::get<DemandClosed>(told.back()).refused, "too_many");
  Happens(LinkDown{});
  Happens(LinkUp{});
  EXPECT_EQ(Said<SayDemand>(), 1);
}

TEST_F(SessionTest, CompletedWorkIsSaidOnceAndNoLongerHeld) {
  Ready();
  Take(Grant());
  Happens(WishOf{kUnit, CompleteWork{.reservation = kReservation}});
  Happens(WishOf{kUnit, CompleteWork{.reservation = kReservation}});
  EXPECT_EQ(Said<CompleteWork>(), 1);
  EXPECT_EQ(session.held(), 0u);
}

TEST_F(SessionTest, AllPhonesOfAGrantAreHeldUntilEachHasEnded) {
  Ready();
  Happens(WishOf{kUnit, SendDemand{.demand = DemandId("d1"), .revision = 1}});
  const ReservationId second("r2");
  Happens(PoolGrant{.unit = kUnit,
                    .grant = 1,
                    .demand = DemandId("d1"),
                    .revision = 1,
                    .offers = {{.reservation = kReservation}, {.reservation = second}}});
  const auto& granted = std::get<Granted>(told.back());
  Happens(
      WishOf{kUnit, TakeGrant{.grant = granted.grant,
                              .demand = DemandId("d1"),
                              .held = {{.reservation = kReservation}, {.reservation = second}}}});
  EXPECT_EQ(session.held(), 2U);
  Happens(WishOf{kUnit, ReportOffer{kReservation, OfferEnd::kAnswered}});
  Happens(WishOf{kUnit, ReportOffer{second, OfferEnd::kWithdrawn}});
  EXPECT_EQ(session.held(), 1U);
  Happens(WishOf{kUnit, CompleteWork{.reservation = kReservation, .outcome = "answered"}});
  EXPECT_EQ(session.held(), 0U);
}

TEST_F(SessionTest, AGrantOfNobodyIsReturned) {
  Ready();
  Happens(WishOf{kUnit, SendDemand{.demand = DemandId("d1"), .revision = 1}});
  Happens(
      PoolGrant{.unit = kUnit, .grant = 1, .demand = DemandId("d1"), .revision = 1, .offers = {}});
  EXPECT_EQ(Said<SayReturned>(), 1);
  EXPECT_EQ(Told<Granted>(), 0);
}

TEST_F(SessionTest, ASeizedAgentIsHeldFromItsAnswerOnAndLaterWithItsLeg) {
  Ready();
  Happens(WishOf{kUnit, SeizeAgent{.seize = "s", .agent = AgentId("a"), .call = CallId("x")}});
  Happens(PoolSeized{"s", AgentOffer{.reservation = kReservation, .agent = AgentId("a")}, {}});
  EXPECT_EQ(Told<Seized>(), 1);
  EXPECT_EQ(session.held(), 1U);
  const HeldReservation held{.reservation = kReservation, .leg = LegId("l")};
  Happens(WishOf{kUnit, TakeGrant{.held = {held}}});
  Tick();
  EXPECT_EQ(std::get<SayHeartbeat>(said.back()).held[0].held.leg, LegId("l"));
}

TEST_F(SessionTest, ASeizedAgentThatWasRevokedIsNotHeldAgainWithItsLeg) {
  Ready();
  Happens(WishOf{kUnit, SeizeAgent{.seize = "s", .agent = AgentId("a")}});
  Happens(PoolSeized{"s", AgentOffer{.reservation = kReservation}, {}});
  Happens(PoolRevoked{kReservation});
  Happens(WishOf{kUnit, TakeGrant{.held = {{.reservation = kReservation}}}});
  EXPECT_EQ(session.held(), 0U);
}

TEST_F(SessionTest, ASeizureIsAnsweredAlsoWhenTheLinkBreaksOrIsDown) {
  Ready();
  Happens(WishOf{kUnit, SeizeAgent{.seize = "s", .agent = AgentId("a")}});
  Happens(LinkDown{});
  ASSERT_EQ(Told<Seized>(), 1);
  EXPECT_EQ(std::get<Seized>(told.back()).refused, kRegistryAway);
  Happens(WishOf{kUnit, SeizeAgent{.seize = "s2", .agent = AgentId("a")}});
  ASSERT_EQ(Told<Seized>(), 2);
  EXPECT_EQ(std::get<Seized>(told.back()).asked.seize, "s2");
}

TEST_F(SessionTest, AFencedUnitIsToldAndGetsNothingMore) {
  Ready();
  Take(Grant());
  Happens(PoolFenced{{kUnit}});
  EXPECT_EQ(Told<Fenced>(), 1);
  EXPECT_EQ(session.held(), 0u);
  said.clear();
  Happens(WishOf{kUnit, SendDemand{.demand = DemandId("d9"), .revision = 1}});
  EXPECT_TRUE(said.empty());
}

TEST(RegistryLink, AnOfferTellsTheWrapUpOfItsAgent) {
  agent_registry::v1::SessionResponse response;
  auto* offer = response.mutable_grant()->add_offers();
  const auto told = [&] { return std::get<PoolGrant>(*ToInput(response)).offers.at(0).wrap_up; };
  EXPECT_FALSE(told());
  offer->mutable_wrap_up()->set_seconds(20);
  EXPECT_EQ(told(), std::optional<std::chrono::milliseconds>(20s));
}

TEST(RegistryLink, ADemandThatWasTakenAndHasEndedIsNoRefusal) {
  agent_registry::v1::SessionResponse response;
  const auto refused = [&](const char* reason) {
    response.mutable_closed()->set_reason(reason);
    return std::get<PoolClosed>(*ToInput(response)).refused;
  };
  for (const char* reason : {"cancelled", "expired", "not_declared", "no_such_demand"}) {
    EXPECT_EQ(refused(reason), "") << reason;
  }
  for (const char* reason : {"invalid: demand.skills", "too_many", "no_such_unit", "of tomorrow"}) {
    EXPECT_EQ(refused(reason), reason);
  }
}

}  // namespace
}  // namespace callfleet::agent_pool
