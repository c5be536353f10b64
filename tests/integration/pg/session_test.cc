#include <thread>

#include "common/pg/conninfo.h"
#include "tests/integration/pg/pg_fixture.h"

namespace callfleet::pg {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SessionTest : public PgTest {
 protected:
  Status Insert(const std::string& id, std::int64_t n, milliseconds limit = seconds(5)) {
    return session.Transact(
        [&](Transaction& transaction) -> Status {
          transaction.Exec(kInsertThing, {id, n});
          return {};
        },
        In(limit));
  }
};

TEST_F(SessionTest, ValuesComeBackAsTheyWentIn) {
  constexpr Statement kEcho{
      "echo",
      "SELECT $1::text AS t, $2::bigint AS i, $3::float8 AS d, $4::boolean AS b, "
      "$5::timestamptz AS w, $6::bytea AS y, $7::text[] AS a, $8::text AS none"};
  const WallTime time{std::chrono::microseconds(1'763'686'861'000'042)};
  const std::string bytes("\x00\xFF\x01'\\", 5);
  const std::vector<std::string> items{"a,b", "say \"x\"", "", "back\\slash"};
  const auto status = session.Transact(
      [&](Transaction& transaction) -> Status {
        const auto rows = transaction.Exec(kEcho, {"it's \xC3\xA9", std::int64_t{-5}, 0.1, true,
                                                   time, Bytes{bytes}, items, std::nullopt});
        const auto row = rows[0];
        EXPECT_EQ(row.Text("t"), "it's \xC3\xA9");
        EXPECT_EQ(row.Int("i"), -5);
        EXPECT_EQ(row.Double("d"), 0.1);
        EXPECT_TRUE(row.Bool("b"));
        EXPECT_EQ(row.Time("w"), time);
        EXPECT_EQ(row.Bytes("y"), bytes);
        EXPECT_EQ(row.Texts("a"), items);
        EXPECT_EQ(row.OptionalText("none"), std::nullopt);
        return {};
      },
      In(seconds(5)));
  EXPECT_TRUE(status) << status.error().message;
}

TEST_F(SessionTest, RowsThatFollowEachOtherGoAsOneAndTheLastOfAKeyStands) {
  constexpr Statement kKeep{"keep_things",
                            "INSERT INTO things SELECT * FROM unnest($1::text[], $2::bigint[]) "
                            "ON CONFLICT (id) DO UPDATE SET n = excluded.n",
                            true};
  constexpr Statement kDouble{"double_things", "UPDATE things SET n = n * 2"};
  constexpr Statement kAll{"all_things", "SELECT id, n FROM things ORDER BY id"};
  const std::vector<Write> writes{{&kKeep, {"a", 1}}, {&kKeep, {"b, \"c\"", std::nullopt}},
                                  {&kKeep, {"a", 2}}, {&kDouble, {}},
                                  {&kKeep, {"d", 3}}, {&kKeep, {"e", 4}}};
  std::vector<const Write*> all;
  for (const auto& write : writes) all.push_back(&write);
  const auto status = session.Transact(
      [&](Transaction& transaction) -> Status {
        const auto rows = transaction.ExecAllThen(all, {&kAll, {}});
        std::string told;
        for (const auto row : rows)
          told += row.Text("id") + "=" + row.OptionalText("n").value_or("-") + " ";
        EXPECT_EQ(told, "a=4 b, \"c\"=- d=3 e=4 ");
        return {};
      },
      In(seconds(5)));
  EXPECT_TRUE(status) << status.error().message;
}

TEST_F(SessionTest, AnErrorOfTheWorkRollsBack) {
  const auto status = session.Transact(
      [](Transaction& transaction) -> Status {
        transaction.Exec(kInsertThing, {"a", 1});
        return FailedPrecondition("NO", "no");
      },
      In(seconds(5)));
  EXPECT_EQ(status.error().reason, "NO");
  EXPECT_EQ(Things(), 0);
}

// PostgreSQL answers COMMIT after a failed statement with a rollback, and without an error.
TEST_F(SessionTest, WhoOverlooksAFailedStatementIsNotToldThatItWasKept) {
  ASSERT_TRUE(Insert("a", 1));
  const auto status = session.Transact(
      [&](Transaction& transaction) -> Status {
        transaction.Exec(kInsertThing, {"b", std::int64_t{2}});
        transaction.NoteId("1");
        try {
          transaction.Exec(kInsertThing, {"a", std::int64_t{3}});
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the fault under test.
        }
        return {};
      },
      In(seconds(5)));
  EXPECT_FALSE(status);
  EXPECT_TRUE(Insert("b", 4)) << "neither kept nor left open";
}

TEST_F(SessionTest, ConstraintsAreTypedErrors) {
  ASSERT_TRUE(Insert("a", 1));
  EXPECT_EQ(Insert("a", 1).error().reason, "UNIQUE_VIOLATION");
  EXPECT_EQ(Insert("b", -1).error().reason, "CONSTRAINT_VIOLATION");
  EXPECT_EQ(Insert("\xFF", 1).error().reason, "BAD_VALUE");
}

TEST_F(SessionTest, AKilledConnectionIsReplacedAndTheWorkRunsAgain) {
  ASSERT_TRUE(Insert("a", 1));
  Session other(options);
  (void)other.Transact(
      [](Transaction& transaction) -> Status {
        transaction.Exec(kKillOthers);
        return {};
      },
      In(seconds(5)));
  EXPECT_TRUE(Insert("b", 2));
  EXPECT_EQ(Things(), 2);
}

TEST_F(SessionTest, ADatabaseThatIsAwayIsWaitedForUntilTheDeadline) {
  ASSERT_TRUE(Insert("a", 1));
  postgres.Stop();
  EXPECT_EQ(Insert("b", 2, milliseconds(200)).error().reason, "DATABASE_AWAY");
  EXPECT_FALSE(session.connected());
  std::thread back([this] { postgres.Start(); });
  EXPECT_TRUE(Insert("c", 3, seconds(20)));
  back.join();
  EXPECT_EQ(Things(), 2);
}

// The connection dies between the work and the answer to its COMMIT: it was either committed or it
// runs again, never both and never neither.
TEST_F(SessionTest, ALostCommitHappensExactlyOnce) {
  Session killer(options);
  int runs = 0;
  const auto status = session.Transact(
      [&](Transaction& transaction) -> Status {
        transaction.Exec(kInsertThing, {"once", 1});
        if (++runs == 1) {
          (void)killer.Transact(
              [](Transaction& other) -> Status {
                other.Exec(kKillOthers);
                return {};
              },
              In(seconds(5)));
        }
        return {};
      },
      In(seconds(10)));
  EXPECT_TRUE(status) << status.error().message;
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(Things(), 1);
}

// The server ends the connection while it commits: the client cannot know what became of it.
TEST_F(SessionTest, ACommitInDoubtIsLookedUpAndDoneAgain) {
  const auto prepared = session.Transact(
      [](Transaction& transaction) -> Status {
        transaction.Script(R"(
          CREATE SEQUENCE commits;
          CREATE FUNCTION die_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
            RETURN NULL; END $$;
          CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON things
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die_once();)");
        return {};
      },
      In(seconds(5)));
  ASSERT_TRUE(prepared) << prepared.error().message;
  const auto status = Insert("once", 1, seconds(10));
  EXPECT_TRUE(status) << status.error().message;
  EXPECT_EQ(Things(), 1);
}

TEST_F(SessionTest, AMigrationIsAppliedOnceAndNeverChanged) {
  auto fresh = postgres.FreshSchema();
  EXPECT_TRUE(Migrate(fresh, kTestMigrations));
  EXPECT_TRUE(Migrate(fresh, kTestMigrations));
  const Migration changed[] = {{1, "things", "SELECT 1"}};
  EXPECT_EQ(Migrate(fresh, changed).error().reason, "MIGRATION_CHANGED");
  EXPECT_EQ(Migrate(fresh, {}).error().reason, "MIGRATION_UNKNOWN");
}

TEST_F(SessionTest, ProcessesThatStartTogetherMigrateOnce) {
  auto fresh = postgres.FreshSchema();
  std::vector<std::thread> starts;
  for (int i = 0; i < 4; ++i) {
    starts.emplace_back([&fresh] { EXPECT_TRUE(Migrate(fresh, kTestMigrations)); });
  }
  for (auto& start : starts) start.join();
}

TEST_F(SessionTest, TakingAUnitFencesTheOwnerBefore) {
  const Unit unit{UnitKind::kCampaign, "17"};
  const auto first = Take(unit);
  const auto second = Take(unit);
  EXPECT_GT(second.token, first.token);
  const auto check = [this](const UnitToken& token) {
    return session.Transact([&](Transaction& t) { return CheckToken(t, token); }, In(seconds(5)));
  };
  EXPECT_EQ(check(first).error().reason, "FENCED");
  EXPECT_TRUE(check(second));
}

TEST(ConninfoTest, WhatLibpqCannotReadIsAFaultAtOnceAndIsNotRepeated) {
  EXPECT_EQ(CheckConninfo("host=/run/pg dbname=callfleet user=dialer"), "");
  EXPECT_EQ(CheckConninfo("postgresql://dialer@db:5432/callfleet?connect_timeout=3"), "");
  for (const char* bad : {"host", "hosst=x", "postgresql://[::1", "dbname='x"}) {
    const auto fault = CheckConninfo(bad);
    EXPECT_NE(fault, "") << bad;
    EXPECT_EQ(fault.find(bad), std::string::npos);
  }
}

}  // namespace
}  // namespace callfleet::pg
