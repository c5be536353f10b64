#include <gtest/gtest.h>

#include "services/sip_edge/domain/trunk_book.h"

namespace callfleet::sip_edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

MonoTime At(milliseconds since) { return MonoTime(seconds(1000)) + since; }

TrunkSettings Settings(const char* id = "t") {
  TrunkSettings s{.id = TrunkId(id)};
  s.routes = {{.host = "192.0.2.1"}};
  return s;
}

TEST(Breaker, TwentyFaultsOfTwentyOpenItAndOneProbePassesEachFiveSeconds) {
  Breaker breaker;
  for (int i = 0; i < 19; ++i) breaker.Record(true, At(milliseconds(i)));
  EXPECT_FALSE(breaker.open());
  breaker.Record(true, At(milliseconds(20)));
  EXPECT_TRUE(breaker.open());
  EXPECT_FALSE(breaker.Admit(At(seconds(4))));
  EXPECT_TRUE(breaker.Admit(At(seconds(6))));
  EXPECT_FALSE(breaker.Admit(At(seconds(7))));
  breaker.Record(false, At(seconds(8)));
  EXPECT_FALSE(breaker.open());
}

TEST(Breaker, HalfOfTheAttemptsMustFail) {
  Breaker breaker;
  for (int i = 0; i < 30; ++i) breaker.Record(false, At(milliseconds(i)));
  for (int i = 0; i < 29; ++i) breaker.Record(true, At(milliseconds(100 + i)));
  EXPECT_FALSE(breaker.open());
  breaker.Record(true, At(milliseconds(200)));
  EXPECT_TRUE(breaker.open());
}

TEST(Breaker, FaultsOlderThanAMinuteAreForgotten) {
  Breaker breaker;
  for (int i = 0; i < 19; ++i) breaker.Record(true, At(milliseconds(i)));
  breaker.Record(true, At(seconds(61)));
  EXPECT_FALSE(breaker.open());
}

TEST(TrunkBook, ChannelsAreGivenBackWhenTheCallEnds) {
  TrunkBook book;
  auto settings = Settings();
  settings.max_channels = 1;
  book.Put(settings);
  ASSERT_TRUE(book.Admit(settings.id, At(milliseconds(0))));
  const auto refused = book.Admit(settings.id, At(milliseconds(1)));
  EXPECT_EQ(refused.error().reason, "TRUNK_LIMIT");
  EXPECT_TRUE(refused.error().retry_after);
  book.Release(settings.id, AttemptOutcome{.answered = true}, At(milliseconds(2)));
  EXPECT_TRUE(book.Admit(settings.id, At(milliseconds(3))));
}

TEST(TrunkBook, CallsASecondSlideWithTheClock) {
  TrunkBook book;
  auto settings = Settings();
  settings.max_calls_per_second = 2;
  book.Put(settings);
  EXPECT_TRUE(book.Admit(settings.id, At(milliseconds(0))));
  EXPECT_TRUE(book.Admit(settings.id, At(milliseconds(600))));
  EXPECT_FALSE(book.Admit(settings.id, At(milliseconds(900))));
  EXPECT_TRUE(book.Admit(settings.id, At(milliseconds(1001))));
  EXPECT_FALSE(book.Admit(settings.id, At(milliseconds(1500))));
}

// Else a dialer that heard "none" with the last call waits for ever.
TEST(TrunkBook, WhatIsFreeByCallsASecondIsToldAgainWhenTheSecondIsOver) {
  TrunkBook book;
  TrunkSettings settings = Settings();
  settings.max_calls_per_second = 1;
  book.Put(settings);
  book.TakeChanged();
  ASSERT_TRUE(book.Admit(TrunkId("t"), At(milliseconds(0))));
  book.Release(TrunkId("t"), AttemptOutcome{}, At(milliseconds(100)));
  EXPECT_EQ(book.TakeChanged().size(), 1u);
  EXPECT_EQ(book.View(TrunkId("t"), {At(milliseconds(200)), {}})->free_channels, 0u);
  EXPECT_EQ(book.TakeChanged().size(), 1u);
  EXPECT_EQ(book.View(TrunkId("t"), {At(milliseconds(1200)), {}})->free_channels, 1u);
}

TEST(TrunkBook, TwoLostOptionsMakeItDownAndAnyResponseUp) {
  TrunkBook book;
  book.Put(Settings());
  EXPECT_FALSE(book.OnOptionsResult(TrunkId("t"), false));
  EXPECT_TRUE(book.OnOptionsResult(TrunkId("t"), false));
  EXPECT_EQ(book.Admit(TrunkId("t"), At(milliseconds(0))).error().reason, "TRUNK_DOWN");
  EXPECT_TRUE(book.OnOptionsResult(TrunkId("t"), true));
  EXPECT_TRUE(book.Admit(TrunkId("t"), At(milliseconds(0))));
}

TEST(TrunkBook, IsMadeEqualToWhatIsKept) {
  TrunkBook book;
  book.Put(Settings("same"));
  book.Put(Settings("changed"));
  book.Put(Settings("gone"));
  book.OnOptionsResult(TrunkId("same"), false);
  book.OnOptionsResult(TrunkId("same"), false);
  (void)book.TakeChanged();
  auto changed = Settings("changed");
  changed.name = "new";
  EXPECT_EQ(book.Sync({Settings("same"), changed, Settings("fresh")}),
            std::vector<TrunkId>{TrunkId("gone")});
  EXPECT_EQ(book.Find(TrunkId("gone")), nullptr);
  EXPECT_EQ(book.Find(TrunkId("changed"))->name, "new");
  EXPECT_EQ(book.TakeChanged(), (std::vector<TrunkId>{TrunkId("changed"), TrunkId("fresh")}));
  // What is the same goes on as it was.
  EXPECT_EQ(book.Admit(TrunkId("same"), At(milliseconds(0))).error().reason, "TRUNK_DOWN");
}

TEST(TrunkBook, ATrunkThatIsMadeAgainHasItsLiveCalls) {
  TrunkBook book;
  auto settings = Settings();
  settings.max_channels = 1;
  book.Put(settings);
  ASSERT_TRUE(book.Admit(TrunkId("t"), At(milliseconds(0))));
  EXPECT_EQ(book.Sync({}).size(), 1U);
  book.Put(settings);
  EXPECT_EQ(book.Admit(TrunkId("t"), At(milliseconds(1))).error().reason, "TRUNK_LIMIT");
}

TEST(TrunkBook, RemovedTrunkKeepsItsLiveCallsOnly) {
  TrunkBook book;
  book.Put(Settings());
  ASSERT_TRUE(book.Admit(TrunkId("t"), At(milliseconds(0))));
  book.Remove(TrunkId("t"));
  EXPECT_EQ(book.Find(TrunkId("t")), nullptr);
  book.Release(TrunkId("t"), AttemptOutcome{}, At(milliseconds(1)));
  EXPECT_TRUE(book.Ids().empty());
}

TEST(TrunkRegistration, IsRefreshedAtHalfOfWhatWasGranted) {
  TrunkRegistration registration;
  EXPECT_EQ(registration.OnGranted(300), std::chrono::seconds(150));
  EXPECT_EQ(registration.state, RegistrationState::kRegistered);
  EXPECT_GE(registration.OnGranted(0), std::chrono::seconds(1));
}

TEST(TrunkRegistration, FailuresAreTriedAgainEverSlowerUntilOneIsGranted) {
  TrunkRegistration registration;
  EXPECT_EQ(registration.OnRefused(503, 0), std::chrono::seconds(5));
  EXPECT_EQ(registration.OnRefused(408, 0), std::chrono::seconds(10));
  for (int i = 0; i < 20; ++i) registration.OnRefused(503, 0);
  EXPECT_EQ(registration.OnRefused(503, 0), std::chrono::seconds(320));
  registration.OnGranted(60);
  EXPECT_EQ(registration.OnRefused(403, 0), std::chrono::seconds(5));
  EXPECT_EQ(registration.state, RegistrationState::kFailed);
  EXPECT_EQ(registration.sip_code, 403);
}

TEST(TrunkRegistration, TooBriefIsNoFailureButAsksForMoreAtOnceAndNotForEver) {
  TrunkRegistration registration;
  EXPECT_EQ(registration.OnRefused(423, 900), std::chrono::seconds(0));
  EXPECT_EQ(registration.expires_s, 900u);
  EXPECT_EQ(registration.state, RegistrationState::kTrying);
  EXPECT_GT(registration.OnRefused(423, 900), std::chrono::seconds(0));  // It contradicts itself.
  EXPECT_GT(registration.OnRefused(423, 9'000'000), std::chrono::seconds(0));
}

TEST(Trunk, FaultsAreTheTrunksOwnNotTheCallees) {
  EXPECT_TRUE(IsTrunkFault({.sip_code = 403}, true));
  EXPECT_TRUE(IsTrunkFault({.sip_code = 503}, true));
  EXPECT_TRUE(IsTrunkFault({.sip_code = 408}, false));
  EXPECT_FALSE(IsTrunkFault({.sip_code = 408}, true));
  EXPECT_FALSE(IsTrunkFault({.sip_code = 486}, true));
  EXPECT_FALSE(IsTrunkFault({.sip_code = 500, .q850 = 17}, true));
  EXPECT_TRUE(IsTrunkFault({.sip_code = 480, .q850 = 34}, true));
}

TEST(Trunk, NextRouteIsTriedOnSilenceAnd503Only) {
  EXPECT_TRUE(MayTryNextRoute(408, false, false));
  EXPECT_TRUE(MayTryNextRoute(503, false, true));
  EXPECT_FALSE(MayTryNextRoute(503, true, true));
  EXPECT_FALSE(MayTryNextRoute(486, false, true));
  EXPECT_FALSE(MayTryNextRoute(404, false, true));
}

TEST(Trunk, RoutesGoByPriorityAndWithinItByWeight) {
  int first = 0;
  for (std::uint32_t seed = 0; seed < 4000; ++seed) {
    const auto order = OrderRoutes({{.host = "backup", .priority = 10},
                                    {.host = "a", .priority = 1, .weight = 3},
                                    {.host = "b", .priority = 1, .weight = 1}},
                                   seed * 2654435761u);
    ASSERT_EQ(order[2].host, "backup");
    first += order[0].host == "a" ? 1 : 0;
  }
  EXPECT_NEAR(first, 3000, 200);
}

}  // namespace
}  // namespace callfleet::sip_edge
