#include "services/sip_edge/domain/media/mixer.h"

#include <gtest/gtest.h>

#include "services/sip_edge/domain/media/g711.h"

namespace callfleet::sip_edge::media {
namespace {

PcmFrame Level(std::int16_t level) {
  PcmFrame frame;
  frame.fill(level);
  return frame;
}

PcmFrame Sum(std::initializer_list<std::pair<std::int16_t, float>> sources) {
  MixSum sum;
  for (const auto& [level, gain] : sources) sum.Add(Level(level), gain);
  PcmFrame out{};
  sum.Take(out);
  return out;
}

TEST(MixerTest, SourcesAreAddedWithTheirGains) {
  EXPECT_EQ(Sum({{1000, 1.0F}, {-300, 1.0F}})[159], 700);
  EXPECT_EQ(Sum({{1000, 0.5F}, {100, 2.0F}})[0], 700);
  EXPECT_EQ(Sum({})[0], 0);
}

TEST(MixerTest, WhatIsTooLoudIsCutOffAndDoesNotWrap) {
  EXPECT_EQ(Sum({{30000, 1.0F}, {30000, 1.0F}})[0], 32767);
  EXPECT_EQ(Sum({{-30000, 4.0F}, {-30000, 4.0F}})[0], -32768);
}

TEST(MixerTest, TheQuickEncodersAreThoseOfTheLaws) {
  for (int i = -32768; i <= 32767; ++i) {
    const auto sample = static_cast<std::int16_t>(i);
    for (const Codec law : {Codec::kPcmu, Codec::kPcma}) {
      std::uint8_t octet = 0;
      EncodeG711(law, {&sample, 1}, {&octet, 1});
      ASSERT_EQ(octet, Encode(law, sample)) << i;
    }
  }
}

TEST(MixerTest, DecodingAndEncodingAnOctetChangesNothing) {
  for (int i = 0; i < 256; ++i) {
    const auto octet = static_cast<std::uint8_t>(i);
    for (const Codec law : {Codec::kPcmu, Codec::kPcma}) {
      std::int16_t sample = 0;
      std::uint8_t again = 0;
      DecodeG711(law, {&octet, 1}, {&sample, 1});
      EncodeG711(law, {&sample, 1}, {&again, 1});
      // µ-law has two zeros.
      if (sample != 0) {
        EXPECT_EQ(again, octet);
      }
    }
  }
}

}  // namespace
}  // namespace callfleet::sip_edge::media
