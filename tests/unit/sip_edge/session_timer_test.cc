#include "services/sip_edge/domain/session_timer.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge {
namespace {

TEST(SessionTimer, IntervalBelowTheMinimumIsRefusedOnlyIfThePeerUnderstands) {
  EXPECT_TRUE(GrantSession({.interval_s = 60, .peer_supports_timer = true}, {}).too_small);
  EXPECT_FALSE(GrantSession({.interval_s = 60}, {}).too_small);
}

TEST(SessionTimer, WithoutThePeersSupportWeRefresh) {
  const auto grant = GrantSession({}, {});
  EXPECT_EQ(grant.refresher, Refresher::kUas);
  EXPECT_TRUE(grant.terms->we_refresh);
  EXPECT_EQ(grant.terms->interval_s, 1800u);
}

TEST(SessionTimer, ShorterWishOfThePeerIsGranted) {
  const auto grant = GrantSession({.interval_s = 600, .peer_supports_timer = true}, {});
  EXPECT_EQ(grant.terms->interval_s, 600u);
  EXPECT_TRUE(grant.require_timer);
}

TEST(SessionTimer, WhoHoldsHasAShortSessionThatWeRefreshUnlessItAsksForThat) {
  const auto ours = GrantSession({.interval_s = 1800, .peer_supports_timer = true}, {}, true);
  EXPECT_EQ(ours.terms->interval_s, 90u);
  EXPECT_TRUE(ours.terms->we_refresh);
  EXPECT_FALSE(ours.require_timer);
  const auto theirs = GrantSession(
      {.interval_s = 1800, .refresher = Refresher::kUac, .peer_supports_timer = true}, {}, true);
  EXPECT_EQ(theirs.terms->interval_s, 90u);
  EXPECT_FALSE(theirs.terms->we_refresh);
  EXPECT_TRUE(theirs.require_timer);
  EXPECT_EQ(GrantSession({}, {}, true).terms->interval_s, 90u);
  EXPECT_EQ(GrantSession({.interval_s = 1800, .min_se_s = 600}, {}, true).terms->interval_s, 600u);
}

TEST(SessionTimer, NoSessionExpiresInTheAnswerMeansNoTimer) {
  EXPECT_FALSE(TermsFromAnswer(SessionExpires{}));
  EXPECT_FALSE(
      TermsFromAnswer(SessionExpires{.interval_s = 90, .refresher = Refresher::kUas})->we_refresh);
}

TEST(SessionTimer, RefreshesAtHalfAndEndsShortlyBeforeTheEnd) {
  const SessionTerms terms{90, true};
  EXPECT_EQ(terms.RefreshAfter(), 45u);
  EXPECT_EQ(terms.ExpireAfter(), 60u);
}

TEST(SessionTimer, FourTwentyTwoIsRetriedWithTheLongerIntervalOnly) {
  EXPECT_EQ(RetryInterval(1800, 3600), 3600u);
  EXPECT_FALSE(RetryInterval(1800, 1800));
  EXPECT_FALSE(RetryInterval(1800, 90'000));
}

}  // namespace
}  // namespace callfleet::sip_edge
