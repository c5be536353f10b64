#include "services/sip_edge/domain/media/reception_stats.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::microseconds;

class ReceptionStatsTest : public testing::Test {
 protected:
  void Receive(std::uint16_t sequence, int late_us = 0, std::uint32_t ssrc = 1) {
    const int index = static_cast<int>(count_++);
    stats_.OnPacket({.sequence = sequence,
                     .timestamp = 0xFFFFF000U + static_cast<std::uint32_t>(index) * 160,
                     .ssrc = ssrc},
                    160, true, start_ + microseconds(20000 * index + late_us));
  }
  MonoTime start_{std::chrono::hours(99)};
  std::uint64_t count_ = 0;
  ReceptionStats stats_;
};

TEST_F(ReceptionStatsTest, AnEvenStreamOverTheWrapHasNoLossAndNoJitter) {
  for (int i = 0; i < 1000; ++i) Receive(static_cast<std::uint16_t>(65000 + i));
  EXPECT_EQ(stats_.packets(), 1000U);
  EXPECT_EQ(stats_.expected(), 1000U);
  EXPECT_EQ(stats_.lost(), 0U);
  EXPECT_EQ(stats_.bytes(), 160'000U);
  EXPECT_EQ(stats_.jitter_ms(), 0);
  EXPECT_EQ(stats_.TakeBlock().highest_sequence, 65536U + 999 - 536);
}

TEST_F(ReceptionStatsTest, LossIsWhatIsMissingAndOrderDoesNotMatter) {
  for (const int s : {1, 2, 5, 4, 9}) Receive(static_cast<std::uint16_t>(s));
  EXPECT_EQ(stats_.expected(), 9U);
  EXPECT_EQ(stats_.lost(), 4U);
}

TEST_F(ReceptionStatsTest, DuplicatesNeverMakeTheLossNegative) {
  for (const int s : {1, 2, 2, 2, 3}) Receive(static_cast<std::uint16_t>(s));
  EXPECT_EQ(stats_.lost(), 0U);
  EXPECT_EQ(stats_.TakeBlock().cumulative_lost, -2);
}

TEST_F(ReceptionStatsTest, TheFractionCoversTheTimeSinceTheReportBefore) {
  for (const int s : {1, 2, 4}) Receive(static_cast<std::uint16_t>(s));
  EXPECT_EQ(stats_.TakeBlock().fraction_lost, 64);  // 1 of 4.
  for (const int s : {5, 6, 7, 8}) Receive(static_cast<std::uint16_t>(s));
  const auto block = stats_.TakeBlock();
  EXPECT_EQ(block.fraction_lost, 0);
  EXPECT_EQ(block.cumulative_lost, 1);
}

// RFC 3550 A.8: with packets late by 0 and d in turn, J settles at d.
TEST_F(ReceptionStatsTest, JitterSettlesAtTheMeanDifference) {
  for (int i = 0; i < 500; ++i) Receive(static_cast<std::uint16_t>(i), i % 2 * 10'000);
  EXPECT_NEAR(stats_.jitter_ms(), 10, 0.5);
  EXPECT_NEAR(stats_.max_jitter_ms(), 10, 0.5);
  EXPECT_NEAR(stats_.TakeBlock().jitter, 80, 4);
}

TEST_F(ReceptionStatsTest, KeysDoNotCountAsJitter) {
  Receive(1);
  for (std::uint16_t s = 2; s < 20; ++s) {
    stats_.OnPacket({.sequence = s, .timestamp = 0, .ssrc = 1}, 4, false,
                    start_ + microseconds(20000 * s));
  }
  EXPECT_EQ(stats_.jitter_ms(), 0);
  EXPECT_EQ(stats_.lost(), 0U);
}

TEST_F(ReceptionStatsTest, ANewSsrcStartsItsOwnNumbersAndKeepsTheSum) {
  for (const int s : {1, 3}) Receive(static_cast<std::uint16_t>(s));
  for (const int s : {40000, 40001}) Receive(static_cast<std::uint16_t>(s), 0, 2);
  EXPECT_EQ(stats_.expected(), 5U);
  EXPECT_EQ(stats_.lost(), 1U);
  EXPECT_EQ(stats_.ssrc_changes(), 1U);
  EXPECT_EQ(stats_.TakeBlock().ssrc, 2U);
}

TEST_F(ReceptionStatsTest, ARestartUnderTheOldSsrcIsNoLossOfThousands) {
  for (const int s : {10, 11, 30000, 30001}) Receive(static_cast<std::uint16_t>(s));
  EXPECT_EQ(stats_.expected(), 4U);
  EXPECT_EQ(stats_.lost(), 0U);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
