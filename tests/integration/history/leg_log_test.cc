// Legs of ended calls on a real PostgreSQL, from the facts of the live view.
#include "services/supervisor/adapters/leg_log.h"

#include <gtest/gtest.h>

#include <future>

#include "common/pg/migrate.h"
#include "services/supervisor/adapters/migrations.h"
#include "services/supervisor/adapters/pg_reports.h"
#include "tests/integration/history/recorded_feed.h"
#include "tests/support/private_postgres.h"

namespace callfleet::supervisor::test {
namespace {

class LaterClock final : public Clock {
 public:
  Instant Now() const override { return {MonoTime(Micros(1)), At(7'200)}; }
};

class CountingSink final : public FactSink {
 public:
  void Push(SourcedFact /*fact*/) override { ++pushed; }
  int pushed = 0;
};

class LegLogTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(pg::Migrate(session, Migrations())); }

  std::unique_ptr<LegLog> Start() {
    logging::Logger logger("test");
    logger.SetLevel(logging::Level::kError);
    return std::make_unique<LegLog>(
        &view, HistoryLogOptions{.session = session, .retention = std::chrono::hours(24 * 40)},
        &clock, logger);
  }
  static void Tell(LegLog* log, CallFact call) {
    log->Push({{SourceKind::kCalls, "edge:1"}, At(0), std::move(call)});
  }
  // A customer was answered after so many seconds; an agent was rung and not answered.
  static CallFact Ended(const std::string& id, double answered) {
    CallFact call{.id = CallId(id), .version = 2, .state = EdgeCallState::kEnded};
    LegFact customer{.id = LegId(id + "-customer"), .state = LegState::kEnded, .remote = "+1415"};
    customer.codec = "PCMA";
    customer.answered_by = "person";
    customer.answered = At(answered);
    customer.one_way = OneWayAudio::kNothingReceived;
    customer.quality = LegQuality{.packets_received = 1'000,
                                  .packets_sent = 1'010,
                                  .packets_lost = 3,
                                  .jitter = Micros(1'750),
                                  .round_trip = Micros(41'000),
                                  .first_rtp = Micros(20'000),
                                  .mos = 4.21};
    call.legs = {customer, {.id = LegId(id + "-agent"), .role = LegRole::kAgent}};
    return call;
  }
  // As FindCall tells them; the call itself is put there first.
  std::vector<LegView> Kept(const std::string& call) {
    PgHistoryLog history({.session = session}, &clock);
    const auto cursor = history.Cursor("dialer");
    EXPECT_TRUE(cursor);
    CallRow row{.id = call, .began = At(0), .counted_at = At(0), .call = call};
    EXPECT_TRUE(history.Save({.source = "dialer",
                              .before = *cursor,
                              .after = *cursor + "1",
                              .events = {{.id = call, .time = At(0), .what = row}}}));
    pg::Pool pool({.session = session, .threads = 1});
    PgReports reports(&pool, &clock);
    std::promise<Result<std::optional<CallRow>>> promise;
    reports.FindCall(call, [&](auto found) { promise.set_value(std::move(found)); });
    const auto found = promise.get_future().get();
    EXPECT_TRUE(found && *found) << call;
    return found && *found ? (*found)->legs : std::vector<LegView>{};
  }

  LaterClock clock;
  CountingSink view;
  pg::SessionOptions session = callfleet::test::PrivatePostgres::Shared().FreshSchema();
};

TEST_F(LegLogTest, AnAnsweredLegIsKeptAsItWasTold) {
  const CallFact call = Ended("c1", 10);
  const auto log = Start();
  Tell(log.get(), call);
  log->Close();
  EXPECT_EQ(log->counts().kept, 1U);
  EXPECT_EQ(Kept("c1"), std::vector<LegView>{ViewLeg(call.legs[0])});
}

TEST_F(LegLogTest, ALegWithoutFiguresIsKeptWithoutThem) {
  CallFact call = Ended("c1", 10);
  call.legs[0].quality.reset();
  const auto log = Start();
  Tell(log.get(), call);
  log->Close();
  EXPECT_EQ(Kept("c1"), std::vector<LegView>{ViewLeg(call.legs[0])});
}

TEST_F(LegLogTest, ACallThatIsToldAgainIsKeptOnce) {
  for (int i = 0; i < 2; ++i) {
    const auto log = Start();
    Tell(log.get(), Ended("c1", 10));
    Tell(log.get(), Ended("c1", 10));
    log->Close();
  }
  EXPECT_EQ(Kept("c1").size(), 1U);
}

// As a snapshot may tell it that is taken between the end and the figures.
TEST_F(LegLogTest, FiguresThatComeAfterTheEndAreKept) {
  const CallFact whole = Ended("c1", 10);
  CallFact early = whole;
  early.legs[0].quality.reset();
  for (const auto& told : {std::vector{early}, std::vector{whole}, std::vector{early}}) {
    const auto log = Start();
    for (const auto& call : told) Tell(log.get(), call);
    log->Close();
  }
  EXPECT_EQ(Kept("c1"), std::vector<LegView>{ViewLeg(whole.legs[0])});
}

TEST_F(LegLogTest, FiguresThatComeInTheSameBatchAreKept) {
  const CallFact whole = Ended("c1", 10);
  CallFact early = whole;
  early.legs[0].quality.reset();
  const auto log = Start();
  for (const auto& call : {early, whole, early}) Tell(log.get(), call);
  log->Close();
  EXPECT_EQ(Kept("c1"), std::vector<LegView>{ViewLeg(whole.legs[0])});
}

TEST_F(LegLogTest, ACallThatLivesIsPassedOnOnly) {
  CallFact call = Ended("c1", 10);
  call.state = EdgeCallState::kBridged;
  const auto log = Start();
  Tell(log.get(), call);
  log->Push({{SourceKind::kCalls, "edge:1"}, At(0), SnapshotEnd{}});
  log->Close();
  EXPECT_EQ(view.pushed, 2);
  EXPECT_EQ(log->counts().kept, 0U);
}

TEST_F(LegLogTest, ManyAreWrittenTogetherAndWithoutBeingAskedTo) {
  const auto log = Start();
  for (int i = 0; i < 2'500; ++i) Tell(log.get(), Ended("c" + std::to_string(i), i));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (log->counts().kept < 2'500 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(log->counts().kept, 2'500U);
  EXPECT_EQ(Kept("c2499").size(), 1U);
}

TEST_F(LegLogTest, WhatADatabaseThatIsAwayCannotTakeIsCounted) {
  session.conninfo = "host=/nowhere dbname=none";
  const auto log = Start();
  for (int i = 0; i < 3; ++i) Tell(log.get(), Ended("c" + std::to_string(i), i));
  log->Close();
  Tell(log.get(), Ended("late", 5));
  EXPECT_EQ(log->counts().kept, 0U);
  EXPECT_EQ(log->counts().lost, 4U);
  EXPECT_EQ(view.pushed, 4);
}

}  // namespace
}  // namespace callfleet::supervisor::test
