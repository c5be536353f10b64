#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "services/sip_edge/domain/media/amd/level_tracker.h"

namespace callfleet::sip_edge::media::amd {
namespace {

// Blocks with voice among `count` of a level that wobbles by a decibel, as noise does.
int VoiceIn(LevelTracker& tracker, float level, int count, float wobble = 1) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> around(-wobble, wobble);
  int voice = 0;
  for (int i = 0; i < count; ++i) {
    voice += tracker.IsVoice(level + around(random), false) ? 1 : 0;
  }
  return voice;
}

TEST(AmdLevel, ASineOfFullScaleIsPlus3Dbm0AndNothingIsMinus90) {
  std::array<std::int16_t, kBlockSamples> block{};
  EXPECT_FLOAT_EQ(LevelOf(block), -90);
  for (std::size_t i = 0; i < block.size(); ++i) {
    block[i] = static_cast<std::int16_t>(32124 * std::sin(0.5 * static_cast<double>(i)));
  }
  EXPECT_NEAR(LevelOf(block), 3.14, 0.2);
}

TEST(AmdLevel, VoiceStandsOutOfTheNoise) {
  LevelTracker tracker({});
  EXPECT_EQ(VoiceIn(tracker, -55, 30), 0);
  EXPECT_EQ(VoiceIn(tracker, -20, 8, 5), 8);
  EXPECT_EQ(VoiceIn(tracker, -55, 10), 0);
}

TEST(AmdLevel, LoudNoiseThatStandsStillIsNotVoiceForLong) {
  LevelTracker tracker({});
  VoiceIn(tracker, -65, 30);
  EXPECT_LE(VoiceIn(tracker, -30, 100), 12);  // 0.24 s; then it is the floor.
  EXPECT_GE(tracker.floor(), -33);
}

TEST(AmdLevel, WhoTalksInTheBackgroundIsBelowThePeak) {
  LevelTracker tracker({});
  VoiceIn(tracker, -60, 20);
  VoiceIn(tracker, -12, 8, 5);
  EXPECT_EQ(VoiceIn(tracker, -40, 10, 4), 0);
}

TEST(AmdLevel, AClickIsNoWord) {
  VoiceGate gate(Millis{110});
  EXPECT_FALSE(gate.OnBlock(true));
  EXPECT_FALSE(gate.OnBlock(true));
  EXPECT_FALSE(gate.OnBlock(false));
  EXPECT_FALSE(gate.OnBlock(false));
}

TEST(AmdLevel, AWordEndsAfterItsGapAndNotBefore) {
  VoiceGate gate(Millis{110});
  for (int i = 0; i < 5; ++i) gate.OnBlock(true);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(gate.OnBlock(false)) << i;
  EXPECT_FALSE(gate.OnBlock(false));
  EXPECT_EQ(gate.since_voice(), Millis{120});
}

TEST(AmdLevel, LostPacketsAreAPauseOnlyWhereTheyAreMany) {
  VoiceGate gate(Millis{110});
  for (int i = 0; i < 5; ++i) gate.OnBlock(true);
  EXPECT_TRUE(gate.OnGap(Millis{60}));
  EXPECT_FALSE(gate.OnGap(Millis{60}));
}

}  // namespace
}  // namespace callfleet::sip_edge::media::amd
