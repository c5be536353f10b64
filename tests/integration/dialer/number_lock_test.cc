// The gate's reservation of a number, on a real database.
#include <gtest/gtest.h>

#include <future>

#include "common/pg/migrate.h"
#include "common/pg/unit_tokens.h"
#include "services/dialer/adapters/migrations.h"
#include "services/dialer/adapters/pg_campaign_store.h"
#include "services/dialer/rpc/proto_events.h"
#include "tests/support/private_postgres.h"

namespace callfleet::dialer {
namespace {
using namespace std::chrono_literals;

class NumberLock : public ::testing::Test {
 protected:
  NumberLock() {
    EXPECT_TRUE(pg::Migrate(session_, Migrations(), 5s));
    first_ = Take("first");
    second_ = Take("second");
  }
  UnitToken Take(const std::string& campaign) {
    const Unit unit{UnitKind::kCampaign, campaign};
    const auto taken = pool_.RunAndWait<UnitToken>(
        5s, [unit](pg::Transaction& transaction) { return pg::TakeUnit(transaction, unit); });
    EXPECT_TRUE(taken) << (taken ? "" : taken.error().message);
    return taken.value_or(UnitToken{});
  }
  bool InCall(const UnitToken& campaign, const std::string& attempt, const std::string& number) {
    std::promise<std::optional<NumberFacts>> answer;
    store_.AskGate(campaign, {.attempt = AttemptId(attempt), .number = number, .cap = {}},
                   SystemClock().Now().wall, [&](auto facts) { answer.set_value(facts); });
    const auto facts = answer.get_future().get();
    EXPECT_TRUE(facts);
    return facts && facts->in_call;
  }

  pg::SessionOptions session_{.conninfo = test::PrivatePostgres::Shared().conninfo(),
                              .schema = "dialer"};
  pg::Pool pool_{{.session = session_}};
  pg::Committer committer_{{.session = session_}, nullptr};
  UuidSource ids_;
  ProtoEvents codec_;
  PgCampaignStore store_{&pool_, &committer_, &ids_, &codec_};
  UnitToken first_;
  UnitToken second_;
};

TEST_F(NumberLock, OneCampaignAtATimeHasTheNumber) {
  EXPECT_FALSE(InCall(first_, "first-1", "+14155550100"));
  EXPECT_TRUE(InCall(second_, "second-1", "+14155550100"));
}

// A lead that was put back is asked for anew before the release of its number is committed.
TEST_F(NumberLock, ANewerAttemptOfTheSameCampaignTakesItOver) {
  EXPECT_FALSE(InCall(first_, "first-1", "+14155550101"));
  EXPECT_FALSE(InCall(first_, "first-2", "+14155550101"));
}

}  // namespace
}  // namespace callfleet::dialer
