#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "services/sip_edge/domain/media/amd/tone_spotter.h"
#include "tests/voice/voice.h"

namespace callfleet::sip_edge::media::amd {
namespace {

using amd_samples::AddNoise;
using amd_samples::AddTone;
using amd_samples::Audio;
using amd_samples::Voice;

// What the spotter tells of `audio` at -20 dBm0, in order, as its names' first letters.
std::vector<ToneFound> Spot(Audio audio, bool after_voice = false) {
  amd_samples::SetLevel(audio, -20);
  amd_samples::Random random(3);
  AddNoise(audio, -48, false, random);
  Voice::Pause(audio, 300);
  ToneSpotter spotter;
  if (after_voice) spotter.OnVoice();
  std::vector<ToneFound> out;
  for (std::size_t at = 0; at + kBlockSamples <= audio.size(); at += kBlockSamples) {
    std::array<std::int16_t, kBlockSamples> block{};
    for (std::size_t i = 0; i < kBlockSamples; ++i) {
      block[i] = static_cast<std::int16_t>(std::lround(audio[at + i]));
    }
    const float level = LevelOf(block);
    const auto found = spotter.OnBlock(level > -45 ? FindLines(block) : Lines{}, level);
    if (found) out.push_back(*found);
  }
  return out;
}

Audio Tone(float ms, float hz, float second = 0) {
  Audio audio;
  AddTone(audio, ms, hz, second);
  return audio;
}

TEST(AmdTones, AToneOfAnyFrequencyIsABeepOnceItEnded) {
  for (float hz = 520; hz < 2050; hz += 37) {
    const auto found = Spot(Tone(330, hz));
    ASSERT_EQ(found.size(), 1U) << hz;
    EXPECT_EQ(found[0].kind, ToneKind::kBeep) << hz;
    EXPECT_NEAR(found[0].hz, hz, 25);
    EXPECT_NEAR(static_cast<double>(found[0].length.count()), 330, 40);
  }
}

TEST(AmdTones, AFaxAnswersWith2100HzAndCallsWith1100) {
  EXPECT_EQ(Spot(Tone(600, 2100)).at(0).kind, ToneKind::kFax);
  EXPECT_EQ(Spot(Tone(500, 1100)).at(0).kind, ToneKind::kFax);
  EXPECT_EQ(Spot(Tone(250, 1100)).at(0).kind, ToneKind::kBeep);
  EXPECT_EQ(Spot(Tone(500, 1100), true).at(0).kind, ToneKind::kBeep);
}

TEST(AmdTones, ThreeRisingTonesAreTheNetworks) {
  for (const float first : {913.8F, 950.0F, 985.2F}) {
    Audio audio;
    AddTone(audio, 330, first);
    AddTone(audio, 330, first * 1400 / 950);
    AddTone(audio, 330, 1776.7F);
    const auto found = Spot(audio);
    ASSERT_EQ(found.size(), 1U) << first;
    EXPECT_EQ(found[0].kind, ToneKind::kSit);
  }
}

TEST(AmdTones, BusyIsBusyInBothWorlds) {
  EXPECT_EQ(Spot(Tone(500, 480, 620)).at(0).kind, ToneKind::kBusy);
  for (const float half : {250.0F, 500.0F}) {
    Audio audio = Tone(half, 425);
    Voice::Pause(audio, half);
    AddTone(audio, half, 425);
    const auto found = Spot(audio);
    ASSERT_EQ(found.size(), 1U) << half;
    EXPECT_EQ(found[0].kind, ToneKind::kBusy) << half;
  }
}

TEST(AmdTones, RingingIsNeitherBusyNorABeep) {
  const auto american = Spot(Tone(2000, 440, 480));
  ASSERT_EQ(american.size(), 1U);
  EXPECT_EQ(american[0].kind, ToneKind::kRingback);
  EXPECT_EQ(Spot(Tone(1000, 425)).at(0).kind, ToneKind::kRingback);
  Audio british = Tone(400, 400, 450);
  Voice::Pause(british, 200);
  AddTone(british, 400, 400, 450);
  EXPECT_TRUE(Spot(british).empty());
}

TEST(AmdTones, SpeechHoldsNoTones) {
  int found = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    amd_samples::Random random(seed);
    Voice voice(random, 1);
    Audio audio;
    voice.Speak(audio, 3000);
    found += static_cast<int>(Spot(audio, true).size());
  }
  EXPECT_LE(found, 3);  // In three minutes.
}

}  // namespace
}  // namespace callfleet::sip_edge::media::amd
