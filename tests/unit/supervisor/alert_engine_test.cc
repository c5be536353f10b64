// Alerts are raised and end as figures move; what grows by itself is looked at in time.
#include "services/supervisor/domain/alert_engine.h"

#include <gtest/gtest.h>

namespace callfleet::supervisor {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

WallTime At(double second) {
  return WallTime(std::chrono::microseconds(static_cast<std::int64_t>(1e15 + second * 1e6)));
}

class AlertEngineTest : public ::testing::Test {
 protected:
  std::vector<Alert> Judge(double value, double at, const std::string& subject = "queue:q",
                           bool grows = false) {
    return engine.Judge(
        {rule}, {{.figure = "queue_depth", .subject = subject, .value = value, .grows = grows}},
        At(at));
  }
  AlertRule rule{.id = "r", .name = "deep", .figure = "queue_depth", .threshold = 15};
  AlertEngine engine;
};

TEST_F(AlertEngineTest, AboveTheThresholdItIsRaisedOnceAndBelowItEnds) {
  EXPECT_TRUE(Judge(15, 0).empty());
  const auto raised = Judge(16, 1);
  ASSERT_EQ(raised.size(), 1U);
  EXPECT_EQ(raised[0].subject, "queue:q");
  EXPECT_EQ(raised[0].start, At(1));
  EXPECT_FALSE(raised[0].end);
  EXPECT_TRUE(Judge(16, 2).empty());
  const auto ended = Judge(3, 3);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].id, raised[0].id);
  EXPECT_EQ(ended[0].end, At(3));
  EXPECT_NE(Judge(20, 4)[0].id, raised[0].id);
}

TEST_F(AlertEngineTest, ItMustHoldForItsTimeWithoutABreak) {
  rule.hold_for = seconds(10);
  EXPECT_TRUE(Judge(16, 0).empty());
  EXPECT_EQ(engine.next_due(), At(10));
  EXPECT_TRUE(Judge(16, 9).empty());
  EXPECT_TRUE(Judge(1, 9.5).empty());
  EXPECT_TRUE(Judge(16, 10).empty());
  EXPECT_TRUE(Judge(16, 19.9).empty());
  EXPECT_EQ(Judge(16, 20).size(), 1U);
}

TEST_F(AlertEngineTest, WhatGrowsIsDueWhenItCrossesTheThreshold) {
  Judge(5, 0, "queue:q", true);
  EXPECT_EQ(engine.next_due(), At(10) + milliseconds(1));
  EXPECT_EQ(Judge(15.001, 10.001, "queue:q", true).size(), 1U);
}

TEST_F(AlertEngineTest, AFigureThatDoesNotGrowIsNotDueByItself) {
  Judge(5, 0);
  EXPECT_FALSE(engine.next_due());
}

TEST_F(AlertEngineTest, WithoutItsFigureAnAlertEnds) {
  Judge(16, 0);
  const auto ended = engine.Judge({rule}, {}, At(1));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_TRUE(ended[0].end);
  EXPECT_TRUE(engine.Raised().empty());
}

TEST_F(AlertEngineTest, ADisabledRuleEndsWhatItRaised) {
  Judge(16, 0);
  rule.disabled = true;
  EXPECT_EQ(Judge(16, 1).size(), 1U);
  EXPECT_TRUE(engine.Raised().empty());
}

TEST_F(AlertEngineTest, BelowMeansBelowAndTooFewSamplesMeanNothing) {
  rule = {.id = "r",
          .name = "sl",
          .figure = "service_level",
          .threshold = 0.8,
          .below = true,
          .min_samples = 20};
  const auto judge = [&](double value, unsigned samples) {
    return engine.Judge({rule},
                        {{.figure = "service_level",
                          .subject = "all",
                          .value = value,
                          .samples = samples,
                          .window = rule.window}},
                        At(0));
  };
  EXPECT_TRUE(judge(0.1, 19).empty());
  EXPECT_EQ(judge(0.79, 20).size(), 1U);
  EXPECT_TRUE(judge(0.8, 20)[0].end);
}

TEST_F(AlertEngineTest, OnlyTheSubjectAndTheCustomersItNames) {
  rule.subject = "queue:other";
  EXPECT_TRUE(Judge(16, 0).empty());
  EXPECT_EQ(Judge(16, 1, "queue:other").size(), 1U);
  rule.customer_type = "vip";
  EXPECT_EQ(Judge(16, 2, "queue:other").size(), 1U);  // It ends.
}

TEST_F(AlertEngineTest, TheDefaultsAreAllPossible) {
  const auto rules = DefaultRules();
  EXPECT_EQ(rules.size(), 10U);
  for (const auto& one : rules) EXPECT_TRUE(CheckRule(one)) << one.name;
}

TEST_F(AlertEngineTest, ARuleThatIsNoneNamesAllItsFaults) {
  const auto checked =
      CheckRule({.id = "x", .name = "", .figure = "nonsense", .window = milliseconds(1)});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().fields.size(), 3U);
  const auto about = [](std::string subject) {
    return CheckRule(
        {.id = "x", .name = "x", .figure = "queue_depth", .subject = std::move(subject)});
  };
  for (const char* subject : {"queue:", "q1", "trunk:t1", "agent"}) EXPECT_FALSE(about(subject));
  for (const char* subject : {"", "all", "queue:q1", "call:c1"}) EXPECT_TRUE(about(subject));
}

}  // namespace
}  // namespace callfleet::supervisor
