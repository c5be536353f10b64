// Legs of a call: what is seen of them, and what history keeps.
#include <gtest/gtest.h>

#include "services/supervisor/domain/call_row.h"
#include "services/supervisor/domain/call_view.h"
#include "tests/unit/supervisor/facts.h"

namespace callfleet::supervisor {
namespace {

using std::chrono::seconds;
using test::At;

// Legs l1, l2, …, each answered a second after the one before.
CallFact WithLegs(int count) {
  CallFact call{.id = CallId("c1"), .version = 1};
  for (int i = 1; i <= count; ++i) {
    call.legs.push_back({.id = LegId("l" + std::to_string(i)), .state = LegState::kEnded});
    call.legs.back().answered = At(seconds(i));
  }
  return call;
}

std::vector<std::string> LegIds(const std::vector<LegView>& legs) {
  std::vector<std::string> ids;
  for (const auto& leg : legs) ids.push_back(leg.leg.str());
  return ids;
}

TEST(LegsTest, EachShowsWhatWasMeasuredOnIt) {
  CallFact call = WithLegs(2);
  call.legs[0].quality = LegQuality{.packets_received = 90, .packets_lost = 10, .mos = 4.1};
  call.legs[1].one_way = OneWayAudio::kNothingReceived;
  CallHistory history;
  Absorb(call, At(seconds(9)), &history);
  const auto legs = ViewCall(history, At(seconds(9))).legs;
  ASSERT_EQ(legs.size(), 2U);
  EXPECT_EQ(legs[0].quality, call.legs[0].quality);
  EXPECT_EQ(legs[0].one_way, OneWayAudio::kNone);
  EXPECT_FALSE(legs[1].quality.has_value());
  EXPECT_STREQ(Name(legs[1].one_way), "nothing_received");
}

TEST(LegsTest, LossIsAShareOfWhatTheFarEndSent) {
  EXPECT_EQ(LossRatio({.packets_received = 90, .packets_lost = 10}), 0.1);
  EXPECT_EQ(LossRatio({.packets_received = 90}), 0.0);
  EXPECT_FALSE(LossRatio({.packets_sent = 90}).has_value());
}

TEST(LegsTest, OfManyTheFirstAndTheNewestAreShown) {
  EXPECT_EQ(ViewLegs(WithLegs(64)).size(), 64U);
  const auto shown = LegIds(ViewLegs(WithLegs(70)));
  ASSERT_EQ(shown.size(), 64U);
  EXPECT_EQ(shown[0], "l1");
  EXPECT_EQ(shown[1], "l8");
  EXPECT_EQ(shown.back(), "l70");
}

TEST(LegsTest, HistoryKeepsThoseThatWereAnswered) {
  CallFact call = WithLegs(3);
  call.legs[1].answered.reset();
  const auto rows = LegRows(call);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].answered, At(seconds(1)));
  EXPECT_EQ(rows[1].call, "c1");
  EXPECT_EQ(rows[1].leg, ViewLeg(call.legs[2]));
  const auto many = LegRows(WithLegs(70));
  ASSERT_EQ(many.size(), 64U);
  EXPECT_EQ(many[0].leg.leg, LegId("l7"));
}

TEST(LegsTest, HistoryKeepsAnAgentsPhoneThatCalledAsACustomer) {
  CallFact call = WithLegs(1);
  call.legs[0].role = LegRole::kAgent;
  call.legs[0].is_caller = true;
  EXPECT_EQ(LegRows(call).at(0).leg.role, LegRole::kCustomer);
  call.legs[0].is_caller = false;
  EXPECT_EQ(LegRows(call).at(0).leg.role, LegRole::kAgent);
}

}  // namespace
}  // namespace callfleet::supervisor
