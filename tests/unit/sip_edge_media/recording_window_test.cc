#include "services/sip_edge/domain/media/recording_window.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

class WindowTest : public ::testing::Test {
 protected:
  // A 20 ms frame of `value` whose last sample is due at `at_ms`, with `late_ms` of jitter.
  void Put(int at_ms, std::int16_t value, std::uint8_t side = 0, int late_ms = 0,
           std::uint32_t ssrc = 7) {
    const std::vector<std::int16_t> samples(160, value);
    window_.Put({.side = side,
                 .ssrc = ssrc,
                 .timestamp = 1000 + static_cast<std::uint32_t>(at_ms) * 8,
                 .at = start_ + milliseconds(at_ms + late_ms),
                 .samples = samples});
  }
  std::int16_t At(std::span<const std::int16_t> out, int ms, int side) const {
    return out[static_cast<std::size_t>(ms * 8 * 2 + side)];
  }

  MonoTime start_{std::chrono::seconds(50)};
  RecordingWindow window_{start_};
};

TEST_F(WindowTest, EachSideStandsWhereItsTimeIs) {
  Put(120, 100, 0);
  Put(220, -200, 1);
  const auto second = window_.Take(start_ + milliseconds(1500));
  ASSERT_EQ(second.size(), 16'000U);
  EXPECT_EQ(At(second, 99, 0), 0);
  EXPECT_EQ(At(second, 100, 0), 100);
  EXPECT_EQ(At(second, 119, 0), 100);
  EXPECT_EQ(At(second, 120, 0), 0);
  EXPECT_EQ(At(second, 110, 1), 0);
  EXPECT_EQ(At(second, 210, 1), -200);
}

TEST_F(WindowTest, JitterAndOrderDoNotTearWordsApart) {
  Put(20, 1);
  Put(60, 3, 0, 10);
  Put(40, 2, 0, 45);
  const auto second = window_.Take(start_ + milliseconds(1500));
  EXPECT_EQ(At(second, 10, 0), 1);
  EXPECT_EQ(At(second, 30, 0), 2);
  EXPECT_EQ(At(second, 50, 0), 3);
}

TEST_F(WindowTest, ASenderThatJumpsIsPutWhereTheClockIs) {
  Put(20, 1);
  const std::vector<std::int16_t> samples(160, 9);
  window_.Put(
      {.ssrc = 7, .timestamp = 900'000, .at = start_ + milliseconds(420), .samples = samples});
  const auto second = window_.Take(start_ + milliseconds(1500));
  EXPECT_EQ(At(second, 405, 0), 9);
}

TEST_F(WindowTest, TwoAgentsAtOnceAreBothHeard) {
  Put(100, 20'000, 1, 0, 1);
  Put(100, 20'000, 1, 0, 2);
  const auto second = window_.Take(start_ + milliseconds(1500));
  EXPECT_EQ(At(second, 90, 1), 32'767);
}

TEST_F(WindowTest, ASecondIsTakenOnlyWhenNothingOfItCanChange) {
  EXPECT_TRUE(window_.Take(start_ + milliseconds(1499)).empty());
  EXPECT_FALSE(window_.Take(start_ + milliseconds(1500)).empty());
  EXPECT_TRUE(window_.Take(start_ + milliseconds(1500)).empty());
}

TEST_F(WindowTest, TheRestEndsWhereTheRecordingDoes) {
  Put(1300, 4);
  EXPECT_EQ(window_.TakeRest(start_ + milliseconds(1310)).size(), 16'000U);
  const auto rest = window_.TakeRest(start_ + milliseconds(1310));
  EXPECT_EQ(rest.size(), 310U * 8 * 2);
  EXPECT_EQ(At(rest, 290, 0), 4);
  EXPECT_TRUE(window_.TakeRest(start_ + milliseconds(1310)).empty());
}

}  // namespace
}  // namespace callfleet::sip_edge::media
