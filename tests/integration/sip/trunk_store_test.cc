// Trunks where all edges have them: what each edge is told, and what the other made of it.
#include <gtest/gtest.h>

#include <future>

#include "common/pg/migrate.h"
#include "services/sip_edge/adapters/memory_trunk_store.h"
#include "services/sip_edge/adapters/pg_trunk_store.h"
#include "services/sip_edge/adapters/schema.h"
#include "tests/support/private_postgres.h"

namespace callfleet::sip_edge {
namespace {

TrunkSettings Carrier(const std::string& id, const std::string& secret = "") {
  TrunkSettings trunk{.id = TrunkId(id)};
  trunk.routes = {{.host = "192.0.2.1"}};
  trunk.auth_secret = secret;
  return trunk;
}

Result<TrunkSettings> Create(TrunkStore& store, const TrunkSettings& trunk,
                             const std::string& request) {
  std::promise<Result<TrunkSettings>> done;
  store.Create(trunk, request,
               [&](Result<TrunkSettings> kept) { done.set_value(std::move(kept)); });
  return done.get_future().get();
}

Result<TrunkSettings> Replace(TrunkStore& store, const TrunkSettings& trunk) {
  std::promise<Result<TrunkSettings>> done;
  store.Replace(trunk, [&](Result<TrunkSettings> kept) { done.set_value(std::move(kept)); });
  return done.get_future().get();
}

Status Remove(TrunkStore& store, const std::string& id) {
  std::promise<Status> done;
  store.Remove(TrunkId(id), [&](Status removed) { done.set_value(std::move(removed)); });
  return done.get_future().get();
}

void KeepsItsPromises(TrunkStore& store) {
  ASSERT_TRUE(Create(store, Carrier("a", "secret"), "r1"));
  // The same request again, though it would be another trunk.
  const auto again = Create(store, Carrier("other"), "r1");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, TrunkId("a"));
  EXPECT_EQ(again->auth_secret, "secret");
  EXPECT_EQ(Create(store, Carrier("a"), "r2").error().reason, "TRUNK_EXISTS");
  auto renamed = Carrier("a");
  renamed.name = "new";
  const auto replaced = Replace(store, renamed);
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->name, "new");
  EXPECT_EQ(replaced->auth_secret, "secret");  // None given: the old one.
  EXPECT_EQ(Replace(store, Carrier("b")).error().reason, "TRUNK_UNKNOWN");
  EXPECT_TRUE(Remove(store, "a"));
  EXPECT_EQ(Remove(store, "a").error().reason, "TRUNK_UNKNOWN");
  for (std::size_t n = 0; n < kMaxTrunks; ++n) {
    const auto id = "t" + std::to_string(n);
    ASSERT_TRUE(Create(store, Carrier(id), id));
  }
  EXPECT_EQ(Create(store, Carrier("more"), "more").error().reason, "TRUNK_LIMIT_REACHED");
  EXPECT_EQ(Create(store, Carrier("t7"), "else").error().reason, "TRUNK_EXISTS");
  EXPECT_TRUE(Create(store, Carrier("t7"), "t7"));
}

class TrunkStores : public ::testing::Test {
 protected:
  void SetUp() override {
    const pg::SessionOptions database{
        .conninfo = callfleet::test::PrivatePostgres::Shared().conninfo(),
        .schema = "trunk_stores"};
    ASSERT_TRUE(pg::Migrate(database, Migrations(), std::chrono::seconds(5)));
    for (auto* pool : {&here_pool_, &there_pool_}) {
      *pool = std::make_unique<pg::Pool>(pg::PoolOptions{.session = database, .threads = 1});
    }
    here_ = std::make_unique<PgTrunkStore>(*here_pool_);
    there_ = std::make_unique<PgTrunkStore>(*there_pool_);
    const auto left = here_->Load();
    ASSERT_TRUE(left);
    for (const auto& trunk : *left) ASSERT_TRUE(Remove(*here_, trunk.id.str()));
    ASSERT_TRUE(there_->Load());
  }
  // What the other edge hears now; none: nothing changed.
  std::optional<std::vector<TrunkSettings>> There() {
    std::optional<std::vector<TrunkSettings>> heard;
    there_->Refresh([&](Result<std::vector<TrunkSettings>> all) { heard = *std::move(all); });
    (void)Remove(*there_, "none");  // Behind it, on the same thread.
    return heard;
  }
  std::unique_ptr<pg::Pool> here_pool_;
  std::unique_ptr<pg::Pool> there_pool_;
  std::unique_ptr<PgTrunkStore> here_;
  std::unique_ptr<PgTrunkStore> there_;
};

TEST_F(TrunkStores, TheDatabaseKeepsItsPromises) { KeepsItsPromises(*here_); }

TEST(MemoryTrunkStoreTest, AndSoDoesMemory) {
  MemoryTrunkStore store;
  KeepsItsPromises(store);
}

TEST_F(TrunkStores, AnotherEdgeHearsEachChangeOnce) {
  EXPECT_FALSE(There());
  ASSERT_TRUE(Create(*here_, Carrier("a", "secret"), "r1"));
  auto heard = There();
  ASSERT_TRUE(heard);
  ASSERT_EQ(heard->size(), 1U);
  EXPECT_EQ(heard->front(), Carrier("a", "secret"));
  EXPECT_FALSE(There());
  auto closed = Carrier("a");
  closed.disabled = true;
  ASSERT_TRUE(Replace(*here_, closed));
  heard = There();
  ASSERT_TRUE(heard);
  EXPECT_TRUE(heard->front().disabled);
  ASSERT_TRUE(Remove(*here_, "a"));
  heard = There();
  ASSERT_TRUE(heard);
  EXPECT_TRUE(heard->empty());
}

TEST_F(TrunkStores, ARequestThatComesAgainAtAnotherEdgeFindsWhatItMade) {
  ASSERT_TRUE(Create(*here_, Carrier("a"), "r1"));
  const auto there = Create(*there_, Carrier("made-up"), "r1");
  ASSERT_TRUE(there);
  EXPECT_EQ(there->id, TrunkId("a"));
  EXPECT_EQ(Create(*there_, Carrier("a"), "r2").error().reason, "TRUNK_EXISTS");
}

}  // namespace
}  // namespace callfleet::sip_edge
