#include "services/queue/domain/feature_code.h"

#include <gtest/gtest.h>

namespace callfleet::queue {
namespace {

using Kind = AgentWish::Kind;

FeatureCode Read(const std::string& dialled) { return ReadFeatureCode(dialled, AgentId("zoe")); }

TEST(FeatureCodes, EachCodeIsOneWishOfTheAgentWhoDialsIt) {
  const std::vector<std::pair<std::string, Kind>> codes{
      {"*01", Kind::kSignIn},   {"*02", Kind::kSignOut},   {"*03", Kind::kReady},
      {"*04", Kind::kNotReady}, {"*05", Kind::kEndWrapUp}, {"*06", Kind::kMoreWrapUp}};
  for (const auto& [code, kind] : codes) {
    ASSERT_TRUE(Read(code).wish) << code;
    EXPECT_EQ(Read(code).wish->kind, kind);
    EXPECT_EQ(Read(code).wish->agent, AgentId("zoe"));
  }
}

TEST(FeatureCodes, NotReadyTakesAReasonCodeAndWrapUpMinutes) {
  EXPECT_EQ(Read("*04").wish->reason, "phone");
  EXPECT_EQ(Read("*04*12").wish->reason, "12");
  EXPECT_EQ(Read("*06").wish->wrap_up, std::chrono::minutes(5));
  EXPECT_EQ(Read("*06*30").wish->wrap_up, std::chrono::minutes(30));
}

TEST(FeatureCodes, WhatIsIncompleteIs484AndWhatIsNoneIs404) {
  for (const auto* code : {"*", "*0", "*04*", "*06*"}) {
    EXPECT_FALSE(Read(code).wish) << code;
    EXPECT_EQ(Read(code).sip_code, 484) << code;
  }
  for (const auto* code :
       {"*00", "*07", "*11", "*011", "*03*1", "*04*12345", "*06*0", "*06*61", "*04*1a", "**"}) {
    EXPECT_FALSE(Read(code).wish) << code;
    EXPECT_EQ(Read(code).sip_code, 404) << code;
  }
}

}  // namespace
}  // namespace callfleet::queue
