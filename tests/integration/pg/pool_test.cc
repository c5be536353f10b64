#include "common/pg/pool.h"

#include <barrier>
#include <future>

#include "tests/integration/pg/pg_fixture.h"

namespace callfleet::pg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PoolTest : public PgTest {
 protected:
  static Result<std::int64_t> One(Transaction& transaction) {
    return transaction.Exec(kCountThings)[0].Int(0);
  }
};

TEST_F(PoolTest, AnIdleConnectionDoesNotHideThatTheDatabaseIsGone) {
  Pool pool({.session = options, .threads = 2});
  EXPECT_FALSE(pool.connected());
  std::barrier both(3);  // Each thread has a job.
  for (int n = 0; n < 2; ++n) {
    pool.Submit(
        seconds(5),
        [&both](Transaction& transaction) -> Status {
          transaction.Exec(kCountThings);
          both.arrive_and_wait();
          return {};
        },
        [](Status) {});
  }
  both.arrive_and_wait();
  EXPECT_TRUE(pool.connected());
  postgres.Stop();
  EXPECT_EQ(pool.RunAndWait<std::int64_t>(std::chrono::milliseconds(200), One).error().reason,
            "DATABASE_AWAY");
  EXPECT_FALSE(pool.connected());
  postgres.Start();
  EXPECT_TRUE(pool.RunAndWait<std::int64_t>(seconds(20), One));
  EXPECT_TRUE(pool.connected());
}

TEST_F(PoolTest, AJobsResultComesBack) {
  Pool pool({.session = options});
  EXPECT_EQ(pool.RunAndWait<std::int64_t>(seconds(5), One), 0);
  EXPECT_TRUE(pool.connected());
}

TEST_F(PoolTest, AFullQueueRefusesAtOnce) {
  Pool pool({.session = options, .threads = 1, .queue = 1});
  std::promise<void> started;
  std::promise<void> release;
  auto blocked = [&](Transaction&) -> Status {
    started.set_value();
    release.get_future().wait();
    return {};
  };
  std::promise<Status> refused;
  pool.Submit(seconds(5), blocked, [](Status) {});
  started.get_future().wait();
  pool.Submit(
      seconds(5), [](Transaction&) { return Status(); }, [](Status) {});
  pool.Submit(
      seconds(5), [](Transaction&) { return Status(); },
      [&](Status status) { refused.set_value(status); });
  EXPECT_EQ(refused.get_future().get().error().reason, "POOL_FULL");
  release.set_value();
}

TEST_F(PoolTest, AJobPastItsLimitIsUnavailable) {
  Pool pool({.session = {.conninfo = "host=/nonexistent user=x dbname=x"}});
  const auto result = pool.RunAndWait<std::int64_t>(milliseconds(100), One);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
}

TEST_F(PoolTest, StopEndsEachJobExactlyOnce) {
  Pool pool({.session = {.conninfo = "host=/nonexistent user=x dbname=x"}, .threads = 2});
  std::atomic<int> done{0};
  for (int i = 0; i < 20; ++i) {
    pool.Submit(
        seconds(60), [](Transaction&) { return Status(); },
        [&](const Status& status) { done += status ? 100 : 1; });
  }
  pool.Stop(milliseconds(20));
  EXPECT_EQ(done, 20);
  pool.Submit(
      seconds(1), [](Transaction&) { return Status(); }, [&](const Status&) { ++done; });
  EXPECT_EQ(done, 21);
}

}  // namespace
}  // namespace callfleet::pg
