#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/metrics/registry.h"

namespace callfleet::metrics {
namespace {

using ::testing::HasSubstr;

TEST(MetricsTest, SeriesAreShownByTheirLabels) {
  Registry registry;
  const auto attempts =
      registry.NewCounters({.name = "attempts_total", .help = "Attempts.", .labels = {"outcome"}});
  attempts.With({"busy"}).Increment();
  attempts.With({"busy"}).Increment(2);
  attempts.With({"answered"}).Increment();
  EXPECT_THAT(registry.Text(), HasSubstr("attempts_total{outcome=\"busy\"} 3"));
  EXPECT_THAT(registry.Text(), HasSubstr("attempts_total{outcome=\"answered\"} 1"));
}

TEST(MetricsTest, TooManyLabelValuesGoToOther) {
  Registry registry;
  const auto calls = registry.NewCounters(
      {.name = "calls_total", .help = "Calls.", .labels = {"trunk"}, .max_series = 2});
  for (const char* trunk : {"a", "b", "c", "d"}) calls.With({trunk}).Increment();
  EXPECT_THAT(registry.Text(), HasSubstr("calls_total{trunk=\"other\"} 2"));
}

TEST(MetricsTest, HistogramsCountIntoTheirBuckets) {
  Registry registry;
  const auto wait = registry.NewHistogram("wait_seconds", "Wait.", {0.1, 1});
  wait.Observe(0.05);
  wait.Observe(0.5);
  EXPECT_THAT(registry.Text(), HasSubstr("wait_seconds_bucket{le=\"0.1\"} 1"));
  EXPECT_THAT(registry.Text(), HasSubstr("wait_seconds_count 2"));
}

TEST(MetricsTest, GaugesAreRefreshedBeforeEachExposition) {
  Registry registry;
  const auto load = registry.NewGauge("load", "Load.");
  registry.OnCollect([load] { load.Set(7); });
  EXPECT_THAT(registry.Text(), HasSubstr("load 7"));
}

TEST(MetricsTest, AHandleOfNoRegistryCountsNothing) {
  Counter().Increment();
  Gauge().Add(-1);
  Histogram().Observe(1);
}

}  // namespace
}  // namespace callfleet::metrics
