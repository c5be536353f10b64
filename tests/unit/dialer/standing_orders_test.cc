#include "services/dialer/adapters/standing_orders.h"

#include <gtest/gtest.h>

namespace callfleet::dialer {
namespace {

const AttemptId kCall("call");
const LegId kLeg("call-a1");

TEST(StandingOrders, APlacingWaitsForTheHangUpOfItsLegOrOfItsCall) {
  StandingOrders orders;
  for (const std::string what : {kCall.str(), kLeg.str()}) {
    orders.HangUpBegins(what);
    EXPECT_TRUE(orders.MustWait(kCall, kLeg));
    orders.HangUpAnswered(what);
    EXPECT_FALSE(orders.MustWait(kCall, kLeg));
  }
}

TEST(StandingOrders, TheNextLegOfACallDoesNotWaitForTheHangUpOfAnother) {
  StandingOrders orders;
  orders.HangUpBegins(kLeg.str());
  EXPECT_FALSE(orders.MustWait(kCall, LegId("call-a2")));
}

TEST(StandingOrders, OfTwoHangUpsBothMustBeAnswered) {
  StandingOrders orders;
  orders.HangUpBegins(kLeg.str());
  orders.HangUpBegins(kLeg.str());
  orders.HangUpAnswered(kLeg.str());
  EXPECT_TRUE(orders.MustWait(kCall, kLeg));
}

// The campaign may come back to this process with a higher token.
TEST(StandingOrders, OnlyTheForgottenOwnerIsForgotten) {
  StandingOrders orders;
  const Unit unit{UnitKind::kCampaign, "c"};
  EXPECT_FALSE(orders.Forgotten({unit, 3}));
  orders.Forget({unit, 3});
  EXPECT_TRUE(orders.Forgotten({unit, 3}));
  EXPECT_FALSE(orders.Forgotten({unit, 4}));
  EXPECT_FALSE(orders.Forgotten({{UnitKind::kCampaign, "d"}, 1}));
}

}  // namespace
}  // namespace callfleet::dialer
