#pragma once
#include <gtest/gtest.h>

#include <chrono>

#include "common/pg/migrate.h"
#include "common/pg/unit_tokens.h"
#include "tests/support/private_postgres.h"

namespace callfleet::pg {

inline constexpr Migration kTestMigrations[] = {
    {1, "things", "CREATE TABLE things (id text PRIMARY KEY, n bigint CHECK (n >= 0))"}};
inline constexpr Statement kInsertThing{"insert_thing", "INSERT INTO things VALUES ($1, $2)"};
inline constexpr Statement kCountThings{"count_things", "SELECT count(*) FROM things"};
inline constexpr Statement kKillOthers{
    "kill_others",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"};

// A schema of its own for each test, with the base tables and `things`.
class PgTest : public ::testing::Test {
 protected:
  PgTest() {
    const Migration migrations[] = {{1, "base", kBaseTables},
                                    {2, "things", kTestMigrations[0].sql},
                                    {3, "outbox", kOutboxTables}};
    const auto status = Migrate(options, migrations);
    EXPECT_TRUE(status) << status.error().message;
  }
  static Deadline In(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
  }
  std::int64_t Things() {
    std::int64_t count = -1;
    const auto status = session.Transact(
        [&](Transaction& transaction) -> Status {
          count = transaction.Exec(kCountThings)[0].Int(0);
          return {};
        },
        In(std::chrono::seconds(20)));
    EXPECT_TRUE(status) << status.error().message;
    return count;
  }
  UnitToken Take(const Unit& unit) {
    UnitToken token;
    const auto status = session.Transact(
        [&](Transaction& transaction) -> Status {
          token = *TakeUnit(transaction, unit);
          return {};
        },
        In(std::chrono::seconds(5)));
    EXPECT_TRUE(status);
    return token;
  }
  void KillOtherConnections() {
    (void)session.Transact(
        [](Transaction& transaction) -> Status {
          transaction.Exec(kKillOthers);
          return {};
        },
        In(std::chrono::seconds(5)));
  }

  test::PrivatePostgres& postgres = test::PrivatePostgres::Shared();
  SessionOptions options = postgres.FreshSchema();
  Session session{options};
};

}  // namespace callfleet::pg
