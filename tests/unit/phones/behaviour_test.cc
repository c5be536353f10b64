#include "tests/phones/carrier/behaviour.h"

#include <gtest/gtest.h>

namespace callfleet::phones {
namespace {

using nlohmann::json;

TEST(Behaviour, TheFirstMatchingRuleCounts) {
  const Profile profile = Profile::FromJson(json::parse(R"({
    "default": {"do": "answer"},
    "rules": [{"number": "100", "do": "busy"}, {"prefix": "1", "do": "declined"},
              {"suffix": "99", "do": "silent"}]})"));
  Rng rng(1);
  EXPECT_EQ(profile.Choose("100", rng).name, "busy");
  EXPECT_EQ(profile.Choose("199", rng).name, "declined");
  EXPECT_EQ(profile.Choose("299", rng).name, "silent");
  EXPECT_EQ(profile.Choose("300", rng).name, "answer");
}

TEST(Behaviour, WeightsAreKeptOverManyDraws) {
  const Profile profile = Profile::FromJson(json::parse(
      R"({"default": {"outcomes": [{"weight": 3, "do": "answer"}, {"weight": 1, "do": "busy"}]}})"));
  int busy = 0;
  for (int i = 0; i < 4000; ++i) {
    Rng rng = RngFor(7, std::to_string(i), 0);
    busy += profile.Choose("x", rng).name == "busy";
  }
  EXPECT_NEAR(busy, 1000, 120);
}

TEST(Behaviour, FaultsNameTheKey) {
  for (const char* text :
       {R"({"default": {"do": "nonsense"}})", R"({"defaults": {}})",
        R"({"default": {"do": "busy", "color": 1}})",
        R"({"default": {"do": "refuse", "status": 200}})", R"({"default": {"outcomes": []}})"})
    EXPECT_THROW(Profile::FromJson(json::parse(text)), std::runtime_error) << text;
}

TEST(Distribution, ValuesStayBetweenMinimumAndMaximum) {
  const auto d = Distribution::FromJson(json::parse(R"({"exp": 100, "min": 50, "max": 200})"));
  Rng rng(3);
  for (int i = 0; i < 1000; ++i) {
    const auto ms = d.Sample(rng).count();
    EXPECT_GE(ms, 50);
    EXPECT_LE(ms, 200);
  }
}

TEST(Outcome, TheCauseOfQ850CountsBeforeTheStatus) {
  EXPECT_EQ(OutcomeOf(503, 17, false), "busy");
  EXPECT_EQ(OutcomeOf(480, 0, false), "unreachable");
  EXPECT_EQ(OutcomeOf(480, 0, true), "no_answer");
  EXPECT_EQ(OutcomeOf(484, 0, false), "invalid_number");
  EXPECT_EQ(OutcomeOf(608, 0, false), "blocked");
  EXPECT_EQ(OutcomeOf(500, 0, true), "trunk_fault");
  EXPECT_EQ(OutcomeOf(415, 0, false), "other");
}

}  // namespace
}  // namespace callfleet::phones
