#include "common/pg/committer.h"

#include <cstdio>
#include <ctime>
#include <future>
#include <thread>

#include "tests/integration/pg/pg_fixture.h"

namespace callfleet::pg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class CommitterTest : public PgTest {
 protected:
  static OutboxEvent Event(const std::string& stream, const std::string& id) {
    return {.stream = stream,
            .event_id = id,
            .source = "test",
            .type = "thing.added",
            .time = WallTime(seconds(1'700'000'000)),
            .subject = id,
            .payload = std::string("\0p", 2)};
  }
  static Batch Add(const std::shared_ptr<Lane>& lane, const std::string& id, std::int64_t n = 1,
                   const std::string& stream = "campaign:17") {
    return {.lane = lane, .writes = {{&kInsertThing, {id, n}}}, .events = {Event(stream, id)}};
  }
  struct Row {
    std::int64_t pos = 0;
    std::int64_t seq = 0;
    std::string id;
    std::string payload;
    Token unit_token = 0;
  };
  std::vector<Row> Read(const std::string& stream, std::int64_t after) {
    constexpr Statement kRows{"test_outbox",
                              "SELECT pos, seq, event_id, payload, unit_token FROM outbox "
                              "WHERE stream = $1 AND seq > $2 ORDER BY pos"};
    std::vector<Row> rows;
    const auto status = session.Transact(
        [&](Transaction& transaction) -> Status {
          for (const auto row : transaction.Exec(kRows, {stream, after})) {
            rows.push_back({row.Int("pos"), row.Int("seq"), row.Text("event_id"),
                            row.Bytes("payload"), static_cast<Token>(row.Int("unit_token"))});
          }
          return {};
        },
        In(seconds(20)));
    EXPECT_TRUE(status) << status.error().message;
    return rows;
  }
  // Submits and waits for the answer.
  static Status Write(Committer* committer, Batch batch) {
    std::promise<Status> done;
    const auto taken =
        committer->Submit(std::move(batch), [&](Status status) { done.set_value(status); });
    return taken ? done.get_future().get() : taken;
  }

  std::shared_ptr<Lane> lane = std::make_shared<Lane>(Take({UnitKind::kCampaign, "17"}));
};

TEST_F(CommitterTest, WhatNobodyWaitsForGoesWithTheNextThatSomebodyDoesInOrder) {
  const auto lane = std::make_shared<Lane>(Take({UnitKind::kCampaign, "17"}));
  Committer committer({.session = options, .gather = std::chrono::minutes(10)}, nullptr);
  std::vector<std::string> order;
  for (const char* id : {"a", "b"}) {
    Batch batch = Add(lane, id);
    batch.patient = true;
    ASSERT_TRUE(committer.Submit(std::move(batch),
                                 [&order, id](const Status&) { order.emplace_back(id); }));
  }
  EXPECT_TRUE(Write(&committer, Add(lane, "c")));
  EXPECT_EQ(order, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(committer.commits(), 1U);
  EXPECT_EQ(Things(), 3);
}

TEST_F(CommitterTest, WhatNobodyWaitsForIsKeptAfterAWhileOrAtOnceWhenSomebodyDoes) {
  const auto lane = std::make_shared<Lane>(Take({UnitKind::kCampaign, "17"}));
  Batch batch = Add(lane, "a");
  batch.patient = true;
  {
    Committer committer({.session = options, .gather = milliseconds(20)}, nullptr);
    EXPECT_TRUE(Write(&committer, batch));
  }
  Committer slow({.session = options, .gather = std::chrono::minutes(10)}, nullptr);
  batch = Add(lane, "b");
  batch.patient = true;
  std::promise<Status> done;
  ASSERT_TRUE(slow.Submit(std::move(batch), [&](Status status) { done.set_value(status); }));
  slow.Hurry();
  EXPECT_TRUE(done.get_future().get());
  EXPECT_EQ(Things(), 2);
}

TEST_F(CommitterTest, StateAndEventsAreWrittenTogetherAndInOrder) {
  std::atomic<int> done{0};
  std::vector<std::string> woken;
  Committer committer({.session = options},
                      [&](const std::vector<std::string>& streams) { woken = streams; });
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(committer.Submit(Add(lane, std::to_string(i)), [&done, i](const Status& status) {
      EXPECT_TRUE(status);
      EXPECT_EQ(done++, i);
    }));
  }
  committer.Stop(seconds(20));
  EXPECT_EQ(done, 1000);
  EXPECT_LT(committer.commits(), 1000U);
  EXPECT_EQ(woken, std::vector<std::string>{"campaign:17"});
  const auto rows = Read("campaign:17", 0);
  ASSERT_EQ(rows.size(), 1000U);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(rows[static_cast<std::size_t>(i)].seq, i + 1);
    EXPECT_EQ(rows[static_cast<std::size_t>(i)].pos, i + 1);
    EXPECT_EQ(rows[static_cast<std::size_t>(i)].id, std::to_string(i));
  }
  EXPECT_EQ(rows.front().payload, std::string("\0p", 2));
  EXPECT_EQ(rows.front().unit_token, lane->unit().token);
}

TEST_F(CommitterTest, OneFaultyBatchFailsAloneWithItsLane) {
  Committer committer({.session = options}, nullptr);
  const auto other = std::make_shared<Lane>(lane->unit());
  std::mutex mutex;
  std::vector<std::string> reasons;
  const auto note = [&](const Status& status) {
    const std::lock_guard lock(mutex);
    reasons.push_back(status ? "ok" : status.error().reason);
  };
  ASSERT_TRUE(committer.Submit(Add(lane, "a"), note));
  ASSERT_TRUE(committer.Submit(Add(lane, "bad", -1), note));
  const auto later = committer.Submit(Add(lane, "after bad"), note);
  ASSERT_TRUE(committer.Submit(Add(other, "b"), note));
  committer.Stop(seconds(10));
  EXPECT_TRUE(lane->failed());
  EXPECT_FALSE(other->failed());
  EXPECT_EQ(Things(), 2);
  EXPECT_EQ(Read("campaign:17", 0).size(), 2U);
  if (later) {
    EXPECT_EQ(reasons, (std::vector<std::string>{"ok", "CONSTRAINT_VIOLATION",
                                                 "EARLIER_WRITE_FAILED", "ok"}));
  }
}

TEST_F(CommitterTest, TheOwnerBeforeIsFencedAndOthersAreNot) {
  Committer committer({.session = options}, nullptr);
  const auto other = std::make_shared<Lane>(Take({UnitKind::kQueue, "1"}));
  const auto newer = std::make_shared<Lane>(Take({UnitKind::kCampaign, "17"}));
  EXPECT_EQ(Write(&committer, Add(lane, "old")).error().reason, "FENCED");
  EXPECT_TRUE(Write(&committer, Add(newer, "new")));
  EXPECT_TRUE(Write(&committer, Add(other, "other", 1, "queue:1")));
  EXPECT_EQ(Write(&committer, Add(lane, "old again")).error().reason, "EARLIER_WRITE_FAILED");
  EXPECT_EQ(Read("campaign:17", 0).size(), 1U);
}

TEST_F(CommitterTest, WhoIsFencedIsToldSoAlsoWhereItsWriteWouldFailOtherwise) {
  Committer committer({.session = options}, nullptr);
  EXPECT_TRUE(Write(&committer, Add(lane, "mine")));
  Take({UnitKind::kCampaign, "17"});
  EXPECT_EQ(Write(&committer, Add(lane, "mine")).error().reason, "FENCED");
  EXPECT_EQ(Things(), 1);
}

TEST_F(CommitterTest, AFenceThatIsRaisedDuringTheWriteIsWaitedForAndCounts) {
  Committer committer({.session = options}, nullptr);
  EXPECT_TRUE(Write(&committer, Add(lane, "mine")));
  std::promise<Status> done;
  const auto taken = session.Transact(
      [&](Transaction& transaction) -> Status {
        (void)TakeUnit(transaction, lane->unit().unit);
        Status submitted = committer.Submit(
            Add(lane, "late"), [&](Status status) { done.set_value(std::move(status)); });
        std::this_thread::sleep_for(milliseconds(50));  // It waits for our row.
        return submitted;
      },
      In(seconds(5)));
  ASSERT_TRUE(taken);
  EXPECT_EQ(done.get_future().get().error().reason, "FENCED");
  EXPECT_EQ(Things(), 1);
}

TEST_F(CommitterTest, AFencedOwnerTellsItOnceInAStreamOfItsOwn) {
  Committer committer(
      {.session = options, .fenced_event = [](const UnitToken&) { return Event("", ""); }},
      nullptr);
  EXPECT_TRUE(Write(&committer, Add(lane, "mine")));
  const auto newer = std::make_shared<Lane>(Take({UnitKind::kCampaign, "17"}));
  EXPECT_EQ(Write(&committer, Add(lane, "old")).error().reason, "FENCED");
  const auto again = std::make_shared<Lane>(lane->unit());
  EXPECT_EQ(Write(&committer, {.lane = again, .writes = {}, .events = {}}).error().reason,
            "FENCED");
  EXPECT_TRUE(Write(&committer, Add(newer, "new")));
  const auto told = Read("campaign:17@1", 0);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].seq, 1);
  EXPECT_EQ(told[0].id, "fenced-test-campaign:17@1");
  EXPECT_EQ(told[0].pos, 2);
  EXPECT_EQ(Read("campaign:17", 0).size(), 2U);
}

TEST_F(CommitterTest, ASecondWriterOfAStreamIsStopped) {
  Committer first({.session = options}, nullptr);
  Committer second({.session = options}, nullptr);
  ASSERT_TRUE(Write(&first, Add(lane, "1")));
  ASSERT_TRUE(Write(&second, Add(lane, "2")));
  EXPECT_EQ(Write(&first, Add(std::make_shared<Lane>(lane->unit()), "3")).error().reason, "FENCED");
  EXPECT_EQ(Read("campaign:17", 0).size(), 2U);
}

TEST_F(CommitterTest, NumbersGoOnAfterARestart) {
  {
    Committer before({.session = options}, nullptr);
    EXPECT_TRUE(Write(&before, Add(lane, "1")));
  }
  Committer committer({.session = options}, nullptr);
  EXPECT_TRUE(Write(&committer, Add(lane, "2")));
  const auto rows = Read("campaign:17", 1);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().seq, 2);
}

TEST_F(CommitterTest, NothingIsLostOrDoubledWhileTheDatabaseIsAway) {
  Committer committer({.session = options}, nullptr);
  std::atomic<int> done{0};
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(committer.Submit(Add(lane, std::to_string(i)),
                                 [&](const Status& status) { done += status ? 1 : 0; }));
    if (i % 500 == 250 && i < 1600) KillOtherConnections();
    if (i == 1600) postgres.Stop();
    if (i == 2900) postgres.Start();
  }
  committer.Stop(seconds(30));
  EXPECT_EQ(done, 3000);
  EXPECT_EQ(Things(), 3000);
  const auto rows = Read("campaign:17", 0);
  EXPECT_EQ(rows.size(), 3000U);
}

TEST_F(CommitterTest, AFullWriterPushesBackAndALimitFailsForGood) {
  CommitterOptions away{.session = {.conninfo = "host=/nonexistent user=x dbname=x"},
                        .queue = 3,
                        .limit = milliseconds(100),
                        .on_relieved = nullptr};
  {
    Committer committer(away, nullptr);
    EXPECT_EQ(Write(&committer, Add(lane, "late")).error().reason, "DATABASE_AWAY");
  }
  // A limit beyond the test's own time: nothing leaves the queue while it is filled.
  away.limit = std::chrono::minutes(10);
  Committer committer(away, nullptr);
  std::string refusal;
  for (int i = 0; i < 10 && refusal.empty(); ++i) {
    const auto fresh = std::make_shared<Lane>(lane->unit());
    const auto taken = committer.Submit(Add(fresh, "x"), [](const Status&) {});
    if (!taken) refusal = taken.error().reason;
  }
  EXPECT_EQ(refusal, "WRITER_FULL");
  committer.Stop(milliseconds(0));
}

TEST_F(CommitterTest, WhatHasHappenedIsTakenByAFullWriterAndItsSourceIsToldWhenToGoOn) {
  std::atomic<int> relieved{0};
  std::atomic<int> done{0};
  postgres.Stop();
  Committer committer({.session = options, .queue = 100, .on_relieved = [&] { ++relieved; }},
                      nullptr);
  EXPECT_FALSE(committer.pressed());
  const auto submit = [&](int i) {
    Batch batch = Add(lane, std::to_string(i));
    batch.must = true;
    return committer.Submit(std::move(batch), [&](const Status& s) { done += s ? 1 : 0; });
  };
  ASSERT_TRUE(submit(0));
  // The writer is held up by its first batch: a group taken later would be a relief of its own.
  while (committer.waiting() > 0) std::this_thread::yield();
  for (int i = 1; i < 300; ++i) ASSERT_TRUE(submit(i));
  EXPECT_TRUE(committer.pressed());
  EXPECT_EQ(committer.Submit(Add(lane, "x"), nullptr).error().reason, "WRITER_FULL");
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_GE(committer.behind(), milliseconds(50));
  postgres.Start();
  while (done < 300) std::this_thread::yield();
  EXPECT_FALSE(committer.pressed());
  EXPECT_EQ(relieved, 1);
  EXPECT_EQ(Things(), 300);
}

TEST_F(CommitterTest, ADatabaseWithoutRoomOrThatTakesNoWritesIsWaitedFor) {
  const auto set = [&](const char* on) {
    const auto done = session.Transact(
        [&](Transaction& transaction) -> Status {
          transaction.Script("ALTER ROLE CURRENT_USER SET default_transaction_read_only TO " +
                             std::string(on));
          return {};
        },
        In(seconds(5)));
    EXPECT_TRUE(done) << done.error().message;
  };
  set("on");
  Committer committer({.session = options}, nullptr);
  std::promise<Status> written;
  ASSERT_TRUE(committer.Submit(Add(lane, "1"), [&](Status s) { written.set_value(std::move(s)); }));
  auto future = written.get_future();
  EXPECT_EQ(future.wait_for(milliseconds(300)), std::future_status::timeout);
  set("off");
  EXPECT_TRUE(future.get());
}

// Prints what durability costs; asserts only that rows share round trips.
TEST_F(CommitterTest, ManyRowsShareATransaction) {
  constexpr int kBatches = 20'000;
  std::atomic<int> done{0};
  Committer committer({.session = options, .queue = kBatches}, nullptr);
  const auto wall = std::chrono::steady_clock::now();
  const auto cpu = std::clock();
  for (int i = 0; i < kBatches; ++i) {
    ASSERT_TRUE(committer.Submit(Add(lane, std::to_string(i)), [&](const Status&) { ++done; }));
  }
  while (done < kBatches) std::this_thread::sleep_for(milliseconds(1));
  const auto rows = static_cast<double>(committer.rows());
  const double micros =
      std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - wall).count();
  std::printf("rows per transaction %.0f, own CPU per row %.1f us, wall per row %.1f us\n",
              rows / static_cast<double>(committer.commits()),
              static_cast<double>(std::clock() - cpu) * 1e6 / CLOCKS_PER_SEC / rows, micros / rows);
  EXPECT_LT(committer.commits(), 1'000U);
}

}  // namespace
}  // namespace callfleet::pg
