// The expected wait, and how far it is off in a queue whose waits are known.
#include "services/queue/domain/wait_estimator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <iostream>
#include <queue>
#include <random>

namespace callfleet::queue {
namespace {

using namespace std::chrono_literals;
using Ms = std::chrono::milliseconds;

TEST(WaitEstimator, NothingIsSaidBeforeAnythingWasMeasured) {
  WaitEstimator estimator;
  EXPECT_FALSE(estimator.Range(1, {.ready = 3, .available = 0, .ours = 3}));
}

TEST(WaitEstimator, NothingIsSaidWithoutAgents) {
  WaitEstimator estimator;
  estimator.OnServed(60s);
  EXPECT_FALSE(estimator.Range(1, {}));
}

TEST(WaitEstimator, OwnAgentsServeThePlacesOneAfterTheOther) {
  WaitEstimator estimator;
  estimator.OnServed(120s);
  EXPECT_EQ(estimator.Mean(4, {.ready = 8, .available = 0, .ours = 8}), Ms(60s));
}

TEST(WaitEstimator, AFreeAgentMeansNoWait) {
  WaitEstimator estimator;
  estimator.OnServed(120s);
  EXPECT_EQ(estimator.Mean(1, {.ready = 8, .available = 1, .ours = 7}), Ms(0));
}

TEST(WaitEstimator, SharedAgentsAreJudgedByTheLastWait) {
  WaitEstimator estimator;
  estimator.OnServed(120s);
  estimator.OnAnswered(45s);
  EXPECT_EQ(estimator.Mean(4, {.ready = 8, .available = 0, .ours = 2}), Ms(45s));
}

TEST(WaitEstimator, TheRangeIsNarrowerForALongQueue) {
  WaitEstimator estimator;
  estimator.OnServed(100s);
  const StaffNow staff{.ready = 1, .available = 0, .ours = 1};
  const auto head = *estimator.Range(1, staff);
  const auto far = *estimator.Range(100, staff);
  EXPECT_EQ(head.low, Ms(0));
  EXPECT_EQ(head.high, Ms(200s));
  EXPECT_EQ(far.low, Ms(9'000s));
  EXPECT_EQ(far.high, Ms(11'000s));
}

// M/M/10 at 95 % load: each caller is told the mean at arrival and the true wait is known later.
TEST(WaitEstimator, ItsErrorInAQueueOfItsOwnAgentsIsSmallAndHasNoBias) {
  std::mt19937_64 random(7);
  constexpr int kAgents = 10;
  std::exponential_distribution<double> gap(kAgents * 0.95 / 180.0);
  std::exponential_distribution<double> talk(1 / 180.0);
  WaitEstimator estimator;
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (int i = 0; i < kAgents; ++i) free_at.push(0);
  double at = 0;
  double bias = 0;
  double squares = 0;
  double waits = 0;
  int measured = 0;
  std::deque<double> starts;
  for (int i = 0; i < 200'000; ++i) {
    at += gap(random);
    while (!starts.empty() && starts.front() <= at) starts.pop_front();
    const int place = static_cast<int>(starts.size()) + 1;
    const double start = std::max(at, free_at.top());
    const auto told = estimator.Mean(place, {.ready = kAgents, .available = 0, .ours = kAgents});
    if (told && start > at) {
      const double off = static_cast<double>(told->count()) / 1000 - (start - at);
      bias += off;
      squares += off * off;
      waits += start - at;
      ++measured;
    }
    free_at.pop();
    const double length = talk(random);
    free_at.push(start + length);
    if (start > at) starts.push_back(start);
    estimator.OnServed(Ms(static_cast<std::int64_t>(length * 1000)));
  }
  const double mean_wait = waits / measured;
  std::cout << "waited " << measured << " callers, mean wait " << mean_wait << " s, bias "
            << bias / measured << " s, root mean square error " << std::sqrt(squares / measured)
            << " s\n";
  EXPECT_LT(std::abs(bias / measured), 0.05 * mean_wait);
  EXPECT_LT(std::sqrt(squares / measured), 0.5 * mean_wait);
}

}  // namespace
}  // namespace callfleet::queue
