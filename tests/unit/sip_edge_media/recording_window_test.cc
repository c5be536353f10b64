#include "services/sip_edge/domain/media/recording_window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace callfleet::sip_edge::media {
namespace {

using std::chrono::milliseconds;

struct PutPacket {
  RecordedFrame frame;
  std::int16_t value = 0;
};

constexpr std::int64_t kSecond = 8000;

class WindowTest : public ::testing::Test {
 protected:
  // A 20 ms frame of `value` whose last sample is due at `at_ms`, with `late_ms` of jitter.
  void Put(int at_ms, std::int16_t value, std::uint8_t side = 0, int late_ms = 0,
           std::uint32_t ssrc = 7) {
    packets_.push_back({{.side = side,
                         .ssrc = ssrc,
                         .timestamp = 1000 + static_cast<std::uint32_t>(at_ms) * 8,
                         .at = start_ + milliseconds(at_ms + late_ms),
                         .samples = 160},
                        value});
  }
  // The next block, or so many samples of it, of all packets that belong to it.
  std::span<const std::int16_t> Next(std::optional<std::int64_t> samples = std::nullopt) {
    const auto wanted = samples.value_or(window_->next());
    window_->Begin(block_);
    std::erase_if(packets_, [this](const PutPacket& packet) {
      return window_->Put(packet.frame, block_, [&](const StereoSide& out) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = packet.value;
      });
    });
    return window_->Finish(block_, wanted);
  }
  static std::int16_t At(std::span<const std::int16_t> out, int ms, int side) {
    return out[static_cast<std::size_t>(ms * 8 * 2 + side)];
  }

  MonoTime start_{std::chrono::seconds(50)};
  std::optional<RecordingWindow> window_{std::in_place, start_,
                                         BlockSizes{.first = kSecond, .others = kSecond}};
  RecordingBlock block_;
  std::vector<PutPacket> packets_;
};

TEST_F(WindowTest, EachSideStandsWhereItsTimeIs) {
  Put(120, 100, 0);
  Put(220, -200, 1);
  const auto second = Next();
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
  const auto second = Next();
  EXPECT_EQ(At(second, 10, 0), 1);
  EXPECT_EQ(At(second, 30, 0), 2);
  EXPECT_EQ(At(second, 50, 0), 3);
}

TEST_F(WindowTest, ASenderThatJumpsIsPutWhereTheClockIs) {
  Put(20, 1);
  packets_.push_back(
      {{.ssrc = 7, .timestamp = 900'000, .at = start_ + milliseconds(420), .samples = 160}, 9});
  EXPECT_EQ(At(Next(), 405, 0), 9);
}

TEST_F(WindowTest, TwoAgentsAtOnceAreBothHeard) {
  Put(100, 20'000, 1, 0, 1);
  Put(100, 20'000, 1, 0, 2);
  Put(200, 5, 1, 0, 1);
  Put(210, 7, 1, 0, 2);
  const auto second = Next();
  EXPECT_EQ(At(second, 90, 1), 32'767);
  EXPECT_EQ(At(second, 185, 1), 5);
  EXPECT_EQ(At(second, 195, 1), 12);
  EXPECT_EQ(At(second, 205, 1), 7);
}

TEST_F(WindowTest, AFrameOverTheSecondsEndIsWholeInTheFile) {
  Put(1010, 6);
  EXPECT_EQ(At(Next(), 995, 0), 6);
  Put(1030, 8);
  const auto second = Next();
  EXPECT_EQ(At(second, 5, 0), 6);
  EXPECT_EQ(At(second, 15, 0), 8);
  EXPECT_EQ(At(second, 35, 0), 0);
}

TEST_F(WindowTest, WhatOvertookAnotherPacketOverTheSecondsEndCostsNothing) {
  Put(1060, 3);
  Put(990, 2, 0, 80);
  EXPECT_EQ(At(Next(), 980, 0), 2);
  EXPECT_EQ(At(Next(), 50, 0), 3);
}

TEST_F(WindowTest, LaterSecondsArePutWhenTheyAreDue) {
  Put(500, 1);
  Put(1500, 2);
  Put(2500, 3);
  EXPECT_EQ(At(Next(), 490, 0), 1);
  EXPECT_EQ(packets_.size(), 2U);
  EXPECT_EQ(At(Next(), 490, 0), 2);
  EXPECT_EQ(At(Next(), 490, 0), 3);
  EXPECT_TRUE(packets_.empty());
}

TEST_F(WindowTest, WhatComesTooLateIsLostAndNothingElse) {
  (void)Next();
  Put(500, 1);
  Put(1005, 2);  // Half of it.
  const auto second = Next();
  EXPECT_EQ(At(second, 4, 0), 2);
  EXPECT_EQ(At(second, 5, 0), 0);
}

TEST_F(WindowTest, ASecondIsDueWhenNothingOfItComesAnyMore) {
  EXPECT_FALSE(window_->IsDue(start_ + milliseconds(1999)));
  EXPECT_TRUE(window_->IsDue(start_ + milliseconds(2000)));
  (void)Next();
  EXPECT_FALSE(window_->IsDue(start_ + milliseconds(2999)));
}

TEST_F(WindowTest, AFirstBlockOfAnotherSizeMovesNothing) {
  window_.emplace(start_, BlockSizes{.first = kSecond - 80, .others = kSecond});
  Put(1000, 1, 0);
  Put(1000, 2, 1);
  Put(2000, 3, 0);
  EXPECT_FALSE(window_->IsDue(start_ + milliseconds(1989)));
  EXPECT_TRUE(window_->IsDue(start_ + milliseconds(1990)));
  const auto first = Next();
  ASSERT_EQ(first.size(), 15'840U);
  EXPECT_EQ(At(first, 985, 0), 1);
  EXPECT_EQ(At(first, 985, 1), 2);
  const auto second = Next();
  ASSERT_EQ(second.size(), 16'000U);
  EXPECT_EQ(At(second, 5, 0), 1);
  EXPECT_EQ(At(second, 5, 1), 2);
  EXPECT_EQ(At(second, 15, 0), 0);
  EXPECT_EQ(At(second, 995, 0), 3);
  EXPECT_EQ(At(Next(), 5, 0), 3);
}

TEST_F(WindowTest, TheRestEndsWhereTheRecordingDoes) {
  Put(1300, 4);
  const MonoTime end = start_ + milliseconds(1310);
  EXPECT_EQ(window_->Left(end), 8000);
  EXPECT_EQ(Next(window_->Left(end)).size(), 16'000U);
  const auto rest = Next(window_->Left(end));
  EXPECT_EQ(rest.size(), 310U * 8 * 2);
  EXPECT_EQ(At(rest, 290, 0), 4);
  EXPECT_EQ(window_->Left(end), 0);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
