#include <gtest/gtest.h>

#include "services/sip_edge/domain/media/amd/amd_types.h"

namespace callfleet::sip_edge::media::amd {
namespace {

std::string FaultyField(const Thresholds& thresholds) {
  const auto ok = Check(thresholds);
  return ok ? "" : ok.error().fields.at(0).field;
}

TEST(AmdThresholds, TheDefaultsAreAllowed) { EXPECT_EQ(FaultyField({}), ""); }

TEST(AmdThresholds, NothingWaitsLongerThanTheLimitAfterAnAnswer) {
  EXPECT_EQ(FaultyField({.max_from_answer = Millis{1801}}), "max_from_answer");
  EXPECT_EQ(FaultyField({.max_from_rtp = Millis{1801}}), "max_from_rtp");
  EXPECT_EQ(FaultyField({.max_from_rtp = Millis{1500}, .max_from_answer = Millis{1499}}),
            "max_from_answer");
}

TEST(AmdThresholds, AnErrorNamesItsField) {
  EXPECT_EQ(FaultyField({.longest_run = Millis{499}}), "longest_run");
  EXPECT_EQ(FaultyField({.word_gap = Millis{0}}), "word_gap");
  EXPECT_EQ(FaultyField({.max_words = 1}), "max_words");
  EXPECT_EQ(FaultyField({.min_level_dbm0 = 0}), "min_level_dbm0");
  EXPECT_EQ(FaultyField({.over_floor_db = 31}), "over_floor_db");
}

}  // namespace
}  // namespace callfleet::sip_edge::media::amd
