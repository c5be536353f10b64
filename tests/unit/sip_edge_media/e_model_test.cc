#include "services/sip_edge/domain/media/e_model.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge::media {
namespace {

// G.107 Annex B: R 93.2 is 4.41, 80 is 4.03, 70 is 3.60, 60 is 3.10, 50 is 2.58.
TEST(EModel, RatingsMapToTheMosOfTheRecommendation) {
  EXPECT_NEAR(MosOf(93.2), 4.41, 0.005);
  EXPECT_NEAR(MosOf(80), 4.03, 0.01);
  EXPECT_NEAR(MosOf(70), 3.60, 0.01);
  EXPECT_NEAR(MosOf(60), 3.10, 0.01);
  EXPECT_NEAR(MosOf(50), 2.58, 0.01);
  EXPECT_EQ(MosOf(0), 1);
  EXPECT_EQ(MosOf(-5), 1);
  EXPECT_EQ(MosOf(100), 4.5);
}

TEST(EModel, APerfectPathHasTheDefaultRating) {
  EXPECT_DOUBLE_EQ(RatingOf({.loss_ratio = 0, .one_way_delay_ms = 0}), 93.2);
  EXPECT_DOUBLE_EQ(RatingOf({.loss_ratio = 0, .one_way_delay_ms = 100}), 93.2);
}

// Ie,eff = 95 * 2 / (2 + 25.1) = 7.01.
TEST(EModel, TwoPercentOfLossCostsSevenPoints) {
  EXPECT_NEAR(RatingOf({.loss_ratio = 0.02, .one_way_delay_ms = 0}), 93.2 - 7.01, 0.01);
}

TEST(EModel, LossDelayAndJitterOnlyEverMakeItWorse) {
  double last = 5;
  for (const double loss : {0.0, 0.01, 0.05, 0.2, 0.5, 1.0}) {
    const double mos = EstimateMos(loss, 0, -1);
    EXPECT_LT(mos, last);
    last = mos;
  }
  EXPECT_LT(EstimateMos(0, 0, 600), EstimateMos(0, 0, 100));
  EXPECT_LT(EstimateMos(0, 150, 100), EstimateMos(0, 5, 100));
}

TEST(EModel, AbsurdInputStaysInRange) {
  for (const double loss : {-1.0, 0.0, 0.5, 7.0}) {
    for (const double rtt : {-1.0, 0.0, 1e9}) {
      const double mos = EstimateMos(loss, 1e6, rtt);
      EXPECT_GE(mos, 1);
      EXPECT_LE(mos, 4.5);
    }
  }
}

}  // namespace
}  // namespace callfleet::sip_edge::media
