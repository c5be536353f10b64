#include <future>
#include <thread>

#include "common/pg/committer.h"
#include "common/pg/outbox_keeper.h"
#include "common/pg/outbox_log.h"
#include "tests/integration/pg/pg_fixture.h"
#include "tests/support/virtual_timers.h"

namespace callfleet::pg {
namespace {

using events::LoggedEvent;
using std::chrono::milliseconds;
using std::chrono::seconds;

class OutboxTest : public PgTest {
 protected:
  // Commits `count` events of a stream, each in a transaction of its own.
  static void Tell(Committer* committer, const std::shared_ptr<Lane>& lane,
                   const std::string& stream, int count) {
    for (int i = 0; i < count; ++i) {
      std::promise<Status> done;
      OutboxEvent event;
      event.stream = stream;
      event.event_id = stream + "/" + std::to_string(i);
      event.time = WallTime(seconds(1'700'000'000 + i));
      Batch batch{.lane = lane, .writes = {}, .events = {event}};
      ASSERT_TRUE(committer->Submit(std::move(batch), [&](Status s) { done.set_value(s); }));
      ASSERT_TRUE(done.get_future().get());
    }
  }
  Result<std::vector<LoggedEvent>> Read(const std::string& after, int limit = 10'000) {
    std::promise<Result<std::vector<LoggedEvent>>> got;
    log.Read(after, limit, [&](auto events) { got.set_value(std::move(events)); });
    return got.get_future().get();
  }
  Status Acknowledge(const std::string& consumer, const std::string& token) {
    std::promise<Status> done;
    log.Acknowledge(consumer, token, [&](Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  Status Register(const std::string& consumer, const std::string& after = "") {
    std::promise<Status> done;
    log.Register(consumer, after, [&](Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  OutboxState Look(OutboxKeeping keeping) {
    OutboxKeeper keeper({.pool = &pool,
                         .timers = &timers,
                         .service = "test",
                         .payload =
                             [](const events::HistoryGap& gap) {
                               return gap.reason + " " + std::to_string(gap.events);
                             },
                         .on_written = nullptr},
                        keeping);
    std::promise<Status> done;
    keeper.Look([&](Status status) { done.set_value(std::move(status)); });
    const Status status = done.get_future().get();
    EXPECT_TRUE(status) << status.error().message;
    return keeper.state();
  }
  static constexpr OutboxKeeping kSoon{.min_age = milliseconds(0)};

  test::VirtualTimers timers;
  Pool pool{{.session = options}};
  OutboxLog log{&pool};
  std::shared_ptr<Lane> lane = std::make_shared<Lane>(Take({UnitKind::kCampaign, "17"}));
};

TEST_F(OutboxTest, ReadersGoOnFromATokenThroughAllStreamsAndPartitions) {
  Committer committer({.session = options, .partition_rows = 4}, nullptr);
  Tell(&committer, lane, "a", 5);
  Tell(&committer, lane, "b", 6);
  std::vector<std::string> seen;
  std::string token;
  while (true) {
    const auto page = Read(token, 3);
    ASSERT_TRUE(page);
    if (page->empty()) break;
    for (const auto& event : *page) seen.push_back(event.stream + std::to_string(event.seq));
    token = page->back().token;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"a1", "a2", "a3", "a4", "a5", "b1", "b2", "b3", "b4",
                                            "b5", "b6"}));
}

TEST_F(OutboxTest, TwoCommittersLeaveNoGapBetweenThem) {
  const auto other = std::make_shared<Lane>(Take({UnitKind::kQueue, "1"}));
  Committer first({.session = options, .partition_rows = 7}, nullptr);
  Committer second({.session = options, .partition_rows = 7}, nullptr);
  std::thread one([&] { Tell(&first, lane, "a", 60); });
  std::thread two([&] { Tell(&second, other, "b", 60); });
  // A reader beside them never meets a hole: what it has seen is always the whole beginning.
  std::size_t seen = 0;
  std::string token;
  while (seen < 120) {
    const auto page = Read(token, 50);
    ASSERT_TRUE(page);
    seen += page->size();
    if (!page->empty()) token = page->back().token;
    EXPECT_EQ(ParseOutboxToken(token)->pos, static_cast<std::int64_t>(seen));
  }
  one.join();
  two.join();
}

TEST_F(OutboxTest, AReaderThatMeetsAGapWaits) {
  Committer committer({.session = options}, nullptr);
  Tell(&committer, lane, "a", 4);
  (void)session.Transact(
      [](Transaction& t) -> Status {
        t.Script("DELETE FROM outbox WHERE pos = 3");
        return {};
      },
      In(seconds(5)));
  EXPECT_EQ(Read("")->size(), 2U);
  EXPECT_TRUE(Read(Read("")->back().token)->empty());
}

TEST_F(OutboxTest, TokensOfNobodyAndOfAnotherDatabaseAreRefused) {
  Committer committer({.session = options}, nullptr);
  Tell(&committer, lane, "a", 2);
  const auto token = Read("")->back().token;
  for (const char* wrong : {"x", "-1", "abc-", "abc--4", "abc-1x"}) {
    EXPECT_EQ(Read(wrong).error().code, ErrorCode::kInvalidArgument) << wrong;
  }
  EXPECT_EQ(Read("deadbeef-1").error().reason, "EVENTS_GONE");
  const auto beyond = ToText({ParseOutboxToken(token)->epoch, 99});
  EXPECT_EQ(Read(beyond).error().code, ErrorCode::kOutOfRange);
  EXPECT_EQ(Acknowledge("x", beyond).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Acknowledge("", token).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(OutboxTest, APartitionGoesWhenAllConsumersHaveKeptIt) {
  Committer committer({.session = options, .partition_rows = 3}, nullptr);
  Tell(&committer, lane, "a", 8);
  const auto all = Read("");
  ASSERT_TRUE(Register("one"));
  ASSERT_TRUE(Register("two"));
  ASSERT_TRUE(Acknowledge("one", (*all)[6].token));
  EXPECT_EQ(Look(kSoon).parts, 3);
  ASSERT_TRUE(Acknowledge("two", (*all)[2].token));
  const auto state = Look(kSoon);
  EXPECT_EQ(state.parts, 2);
  EXPECT_EQ(state.rows, 5);
  EXPECT_EQ(state.gaps, 0U);
  EXPECT_EQ(state.consumers[1].behind, 5);
  const auto gone = Read((*all)[1].token);
  EXPECT_EQ(gone.error().reason, "EVENTS_GONE");
  EXPECT_EQ(Read(gone.error().metadata.at("oldest"))->size(), 5U);
  EXPECT_EQ(Read("")->size(), 5U);
}

TEST_F(OutboxTest, NothingGoesYoungOrBeforeAConsumerIsKnown) {
  Committer committer({.session = options, .partition_rows = 3}, nullptr);
  Tell(&committer, lane, "a", 8);
  EXPECT_EQ(Look(kSoon).parts, 3);
  ASSERT_TRUE(Acknowledge("one", Read("")->back().token));
  EXPECT_EQ(Look({.min_age = seconds(60)}).parts, 3);
  EXPECT_EQ(Look(kSoon).parts, 1);
}

TEST_F(OutboxTest, AHardLimitDropsAndTellsWhoHasMissedWhat) {
  Committer committer({.session = options, .partition_rows = 3}, nullptr);
  Tell(&committer, lane, "a", 8);
  const auto all = Read("");
  ASSERT_TRUE(Acknowledge("fast", (*all)[7].token));
  ASSERT_TRUE(Acknowledge("slow", (*all)[1].token));
  const auto state = Look({.max_rows = 5});
  EXPECT_EQ(state.dropped_parts, 1U);
  EXPECT_EQ(state.gaps, 1U);
  const auto left = Read("");
  ASSERT_EQ(left->size(), 6U);
  const LoggedEvent& gap = left->back();
  EXPECT_EQ(gap.type, "callfleet.common.v1.HistoryGap");
  EXPECT_EQ(gap.subject, "consumer:slow");
  EXPECT_EQ(gap.payload, "rows 1");
  EXPECT_EQ(Look({.max_age = milliseconds(0)}).gaps, 1U);  // The second partition, all of it.
  Tell(&committer, lane, "b", 3);                          // Its numbers go on.
}

TEST_F(OutboxTest, AConsumerThatGoesBackIsWaitedForAgain) {
  Committer committer({.session = options, .partition_rows = 3}, nullptr);
  Tell(&committer, lane, "a", 8);
  const auto all = Read("");
  ASSERT_TRUE(Acknowledge("one", all->back().token));
  ASSERT_TRUE(Register("one", (*all)[3].token));
  EXPECT_EQ(Look(kSoon).rows, 5);
}

TEST_F(OutboxTest, RowsFromBeforeThePartitionsAreKeptInOrder) {
  auto fresh = postgres.FreshSchema();
  const Migration base{1, "base", kBaseTables};
  ASSERT_TRUE(Migrate(fresh, std::span(&base, 1)));
  Session before(fresh);
  (void)before.Transact(
      [](Transaction& t) -> Status {
        t.Script(
            "INSERT INTO outbox SELECT 'a', n, 'id' || n, 's', 't', now(), 'x', 1, '' FROM "
            "generate_series(1, 5) n; INSERT INTO outbox_streams VALUES ('a', 5)");
        return {};
      },
      In(seconds(5)));
  const Migration both[] = {base, {2, "outbox", kOutboxTables}};
  ASSERT_TRUE(Migrate(fresh, both));
  Pool other({.session = fresh});
  OutboxLog kept(&other);
  std::promise<std::vector<LoggedEvent>> got;
  kept.Read("", 100, [&](auto events) { got.set_value(*events); });
  const auto events = got.get_future().get();
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(events[4].seq, 5);
}

}  // namespace
}  // namespace callfleet::pg
