// History on a real PostgreSQL: whatever dies and when, each event counts exactly once.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <future>
#include <random>
#include <thread>

#include "common/pg/migrate.h"
#include "services/supervisor/adapters/migrations.h"
#include "services/supervisor/adapters/pg_history_log.h"
#include "services/supervisor/adapters/pg_reports.h"
#include "tests/integration/history/recorded_feed.h"
#include "tests/support/private_postgres.h"

namespace callfleet::supervisor::test {
namespace {

class FixedClock final : public Clock {
 public:
  Instant Now() const override { return {MonoTime(Micros(1)), At(7'200)}; }
};

class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(pg::Migrate(session, Migrations()));
    pool = std::make_unique<pg::Pool>(pg::PoolOptions{.session = session, .threads = 1});
    reports = std::make_unique<PgReports>(pool.get(), &clock);
  }
  void TearDown() override {
    Kill();
    outbox->Close();
  }

  void Start() {
    auto log = std::make_unique<PgHistoryLog>(
        HistoryLogOptions{.session = session, .retention = retention}, &clock);
    const logging::Logger logger("test");
    logger.SetLevel(logging::Level::kError);
    consumer =
        std::make_unique<EventConsumer>("dialer", std::make_unique<RecordedFeed>(outbox),
                                        std::move(log), &clock, logger, [](const HistoryBatch&) {});
  }
  // Nothing of it survives but what was committed.
  void Kill() { consumer.reset(); }

  Report Ask(PerformanceQuery query) {
    if (query.start == WallTime{}) query.start = At(0);
    if (query.end == WallTime{}) query.end = At(7'000);
    std::promise<Result<Report>> promise;
    reports->Performance(query,
                         [&](Result<Report> report) { promise.set_value(std::move(report)); });
    auto report = promise.get_future().get();
    EXPECT_TRUE(report) << report.error().reason << " " << report.error().message;
    return report ? *report : Report{};
  }
  Figures All() { return Ask({}).rows.at(0).figures; }
  CallRow Find(const std::string& call) {
    std::promise<Result<std::optional<CallRow>>> promise;
    reports->FindCall(call, [&](auto found) { promise.set_value(std::move(found)); });
    const auto found = promise.get_future().get();
    EXPECT_TRUE(found && *found) << call;
    return found && *found ? **found : CallRow{};
  }
  bool Eventually(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  bool AllKept() {
    return Eventually([&] { return outbox->acknowledged() == std::to_string(outbox->size()); });
  }
  // Every third is talked to, every sixth of the rest is left alone.
  void AddAttempts(int from, int to) {
    for (int i = from; i < to; ++i) {
      const double up = i % 2 == 0 ? 5 : -1;
      outbox->Add(Attempt(i, i, up, i % 4 == 0 ? 6 : -1, i % 4 == 0 ? 66 : 30));
    }
  }

  FixedClock clock;
  std::chrono::hours retention{24 * 400};
  pg::SessionOptions session = callfleet::test::PrivatePostgres::Shared().FreshSchema();
  std::shared_ptr<Outbox> outbox = std::make_shared<Outbox>();
  std::unique_ptr<pg::Pool> pool;
  std::unique_ptr<PgReports> reports;
  std::unique_ptr<EventConsumer> consumer;
};

TEST_F(HistoryTest, AReportHoldsWhatTheEventsTold) {
  AddAttempts(0, 100);
  Start();
  ASSERT_TRUE(AllKept());
  const Figures f = All();
  EXPECT_EQ(f.total, 100U);
  EXPECT_EQ(f.by_person, 50U);
  EXPECT_EQ(f.answered, 25U);
  EXPECT_EQ(f.abandoned, 25U);
  EXPECT_EQ(f.leads_final, 100U);
  EXPECT_EQ(f.wait, std::chrono::seconds(25));
  const auto by_campaign = Ask({.breakdown = Breakdown::kCampaign});
  ASSERT_EQ(by_campaign.rows.size(), 3U);
  EXPECT_EQ(by_campaign.rows[0].figures.total, 34U);
}

TEST_F(HistoryTest, AConsumerKilledAnywhereCountsEachEventOnce) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr int kEvents = 3'000;
  for (int done = 0; done < kEvents;) {
    const int more = std::min<int>(kEvents - done, 1 + static_cast<int>(random() % 400));
    AddAttempts(done, done + more);
    done += more;
    outbox->BreakAfter(random() % 2 == 0 ? -1 : 1 + static_cast<int>(random() % 90));
    Start();
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    Kill();
  }
  outbox->BreakAfter(-1);
  Start();
  ASSERT_TRUE(AllKept());
  const Figures f = All();
  EXPECT_EQ(f.total, 3'000U);
  EXPECT_EQ(f.answered, 750U);
  EXPECT_EQ(f.by_person, 1'500U);
  EXPECT_EQ(f.leads_final, 3'000U);
}

TEST_F(HistoryTest, ReportsBeforeAndAfterACrashAreEqual) {
  AddAttempts(0, 500);
  for (int i = 0; i < 20; ++i) outbox->Add(Presence(i, "agent-1", i * 60, i * 60 + 30));
  Start();
  ASSERT_TRUE(AllKept());
  const PerformanceQuery query{.breakdown = Breakdown::kAgent, .bucket = std::chrono::minutes(5)};
  const auto before = Ask(query).rows;
  Kill();
  Start();
  AddAttempts(0, 500);  // Told twice: an owner that came back.
  ASSERT_TRUE(AllKept());
  EXPECT_EQ(Ask(query).rows, before);
}

TEST_F(HistoryTest, TwoConsumersDoNotCountTwice) {
  Start();
  auto first = std::move(consumer);
  Start();
  AddAttempts(0, 1'000);
  ASSERT_TRUE(AllKept());
  ASSERT_TRUE(Eventually([&] { return All().total == 1'000U; }));
  first.reset();
  EXPECT_EQ(All().total, 1'000U);
}

TEST_F(HistoryTest, LostEventsAreAHoleAndReadingGoesOnFromTheOldest) {
  AddAttempts(0, 10);
  Start();
  ASSERT_TRUE(AllKept());
  Kill();
  AddAttempts(10, 30);
  outbox->Drop(20);
  Start();
  ASSERT_TRUE(AllKept());
  const auto report = Ask({});
  EXPECT_EQ(report.rows[0].figures.total, 20U);
  ASSERT_EQ(report.holes.size(), 1U);
  EXPECT_EQ(report.holes[0].source, "dialer");
  EXPECT_LT(report.holes[0].start, report.holes[0].end);
}

TEST_F(HistoryTest, WhatCameOfWorkIsCountedOnce) {
  outbox->Add(WorkDone("r-1", "completed", 10));
  outbox->Add(WorkDone("r-2", "completed", 20));
  outbox->Add(WorkDone("r-3", "interrupted", 30));
  outbox->Add(WorkDone("r-3", "interrupted", 30));
  Start();
  ASSERT_TRUE(AllKept());
  const std::map<std::string, std::uint64_t> wanted{{"completed", 2}, {"interrupted", 1}};
  EXPECT_EQ(All().outcomes, wanted);
}

// A reservation whose registry died before it could tell more: its successor ends it.
TEST_F(HistoryTest, ASpanThatNobodyKnowsOfAnyMoreEndsWhenThatIsTold) {
  namespace pb = callfleet::agent_registry::v1;
  const auto free = pb::SLOT_STATE_UNSPECIFIED;
  outbox->Add(Slot("r-1", free, 0, pb::SLOT_STATE_CONNECTED, 100));
  Start();
  ASSERT_TRUE(AllKept());
  outbox->Add(Slot("r-1", free, 0, free, 130));
  outbox->Add(Slot("r-2", free, 0, pb::SLOT_STATE_CONNECTED, 200));
  outbox->Add(Slot("r-2", free, 0, free, 205));
  outbox->Add(Slot("r-3", pb::SLOT_STATE_CONNECTED, 210, free, 220));
  outbox->Add(Slot("r-3", free, 0, free, 230));
  ASSERT_TRUE(AllKept());
  EXPECT_EQ(All().talk, std::chrono::seconds(30 + 5 + 10));
}

// The successor of a registry tells what it found as beginning anew.
TEST_F(HistoryTest, ATalkGoesOnOverTheDeathOfItsRegistry) {
  namespace pb = callfleet::agent_registry::v1;
  const auto free = pb::SLOT_STATE_UNSPECIFIED;
  outbox->Add(Slot("r-1", free, 0, pb::SLOT_STATE_CONNECTED, 100));
  Start();
  ASSERT_TRUE(AllKept());
  outbox->Add(Slot("r-1", free, 0, pb::SLOT_STATE_ORPHANED, 150));
  outbox->Add(Slot("r-1", pb::SLOT_STATE_ORPHANED, 150, free, 160));
  ASSERT_TRUE(AllKept());
  EXPECT_EQ(All().talk, std::chrono::seconds(60));
}

TEST_F(HistoryTest, ACallIsFoundByItsId) {
  AddAttempts(0, 10);
  Start();
  ASSERT_TRUE(AllKept());
  const CallRow found = Find("call-4");
  EXPECT_EQ(found.outcome, "completed");
  EXPECT_EQ(found.talk, std::chrono::seconds(60));
}

// It overflowed from the one to the other.
TEST_F(HistoryTest, ACallThatTwoQueuesRefuseCountsAtBoth) {
  outbox->Add(Refusal("call-1", "a", 0, 1));
  outbox->Add(Refusal("call-1", "b", 0, 2));
  Start();
  ASSERT_TRUE(AllKept());
  outbox->Add(Refusal("call-1", "b", 0, 3));  // Told again, after a restart.
  ASSERT_TRUE(AllKept());
  const auto report = Ask({.breakdown = Breakdown::kQueue});
  ASSERT_EQ(report.rows.size(), 2U);
  EXPECT_EQ(report.rows[0].subject, "queue:a");
  EXPECT_EQ(report.rows[0].figures.refused, 1U);
  EXPECT_EQ(report.rows[1].subject, "queue:b");
  EXPECT_EQ(report.rows[1].figures.refused, 1U);
}

TEST_F(HistoryTest, OfACallThatOverflowedTheTalkIsFound) {
  namespace pb = callfleet::queue::v1;
  outbox->Add(Refusal("call-1", "a", 0, 1));
  outbox->Add(TicketOver("call-1", "b", pb::TICKET_END_OVERFLOWED, 0, -1, 60));
  outbox->Add(TicketOver("call-1", "c", pb::TICKET_END_ANSWERED, 0, 70, 130));
  outbox->Add(TicketOver("call-1", "d", pb::TICKET_END_ABANDONED, 60, -1, 90));
  Start();
  ASSERT_TRUE(AllKept());
  const CallRow found = Find("call-1");
  EXPECT_EQ(found.queue, "c");
  EXPECT_EQ(found.outcome, "completed");
  EXPECT_EQ(found.talk, std::chrono::seconds(60));
}

TEST_F(HistoryTest, OfACallThatNobodyAnsweredTheLastQueueIsFound) {
  namespace pb = callfleet::queue::v1;
  outbox->Add(TicketOver("call-1", "a", pb::TICKET_END_OVERFLOWED, 0, -1, 60));
  outbox->Add(TicketOver("call-1", "b", pb::TICKET_END_ABANDONED, 0, -1, 90));
  Start();
  ASSERT_TRUE(AllKept());
  const CallRow found = Find("call-1");
  EXPECT_EQ(found.queue, "b");
  EXPECT_EQ(found.outcome, "abandoned");
}

TEST_F(HistoryTest, ARecordingIsKeptOnceWithAllThatItsEdgeToldOfIt) {
  AddAttempts(0, 10);
  for (int i = 0; i < 10; ++i) outbox->Add(Recording(i, i, i == 3 ? "DISK_FULL" : ""));
  outbox->Add(Recording(3, 3, "EDGE_RESTARTED"));  // Told again, as its notes did not fit.
  Start();
  ASSERT_TRUE(AllKept());
  outbox->Add(Recording(4, 4));
  ASSERT_TRUE(AllKept());
  const auto ask = [&](const RecordingQuery& query) {
    std::promise<Result<RecordingPage>> promise;
    reports->Recordings(query, [&](auto page) { promise.set_value(std::move(page)); });
    auto page = promise.get_future().get();
    EXPECT_TRUE(page);
    return page ? *std::move(page) : RecordingPage{};
  };
  const auto first = ask({.size = 6});
  ASSERT_EQ(first.recordings.size(), 6U);
  EXPECT_EQ(first.recordings[0].id, "recording-9");
  const auto second = ask({.size = 6, .after = first.next});
  ASSERT_EQ(second.recordings.size(), 4U);
  EXPECT_EQ(second.next, "");
  const auto failed = ask({.failed = true});
  ASSERT_EQ(failed.recordings.size(), 1U);
  const RecordingRow& row = failed.recordings[0];
  EXPECT_EQ(row.reason, "DISK_FULL");
  EXPECT_EQ(row.call, "call-3");
  EXPECT_EQ(row.file, "recording-3.wav");
  EXPECT_EQ(row.unit, "queue:7");
  EXPECT_EQ(row.right, (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(row.end - row.start, std::chrono::seconds(60));
  EXPECT_EQ(row.length, std::chrono::seconds(60));
  EXPECT_EQ(row.paused, std::chrono::seconds(5));
  EXPECT_EQ(row.sample_percent, 12.5);
  EXPECT_EQ(ask({.call = "call-3"}).recordings, failed.recordings);
  EXPECT_EQ(ask({.agent = "agent-3"}).recordings.size(), 2U);
  EXPECT_EQ(ask({.start = At(8), .end = At(9)}).recordings.size(), 1U);
  EXPECT_EQ(Find("call-3").recordings, std::vector<std::string>{"recording-3"});
}

TEST_F(HistoryTest, MonthsPastTheRetentionAreDroppedAndNotMadeAgain) {
  AddAttempts(0, 10);
  outbox->Add(Attempt(99, -80.0 * 86'400, 1, 1, 2));
  Start();
  ASSERT_TRUE(AllKept());
  EXPECT_EQ(Ask({.start = At(-100.0 * 86'400)}).rows[0].figures.total, 11U);
  Kill();
  retention = std::chrono::hours(24 * 40);
  outbox->Add(Attempt(100, -81.0 * 86'400, 1, 1, 2));
  Start();
  ASSERT_TRUE(AllKept());
  ASSERT_TRUE(
      Eventually([&] { return Ask({.start = At(-100.0 * 86'400)}).rows[0].figures.total == 10U; }));
}

TEST_F(HistoryTest, WhatAnEventCosts) {
  constexpr int kEvents = 20'000;
  AddAttempts(0, kEvents);
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  Start();
  ASSERT_TRUE(AllKept());
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  const auto micros = [](const rusage& usage) {
    return 1e6 * static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  };
  const auto counts = consumer->counts();
  RecordProperty("cpu_us_per_event", std::to_string((micros(after) - micros(before)) / kEvents));
  std::printf("%.1f us CPU an event, %.0f events a transaction\n",
              (micros(after) - micros(before)) / kEvents,
              static_cast<double>(counts.events) / static_cast<double>(counts.batches));
}

}  // namespace
}  // namespace callfleet::supervisor::test
