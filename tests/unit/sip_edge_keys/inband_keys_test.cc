// Keys in the audio: heard through noise, twist and both laws; and speech presses none.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "services/sip_edge/domain/media/g711.h"
#include "services/sip_edge/media/inband_keys.h"
#include "tests/voice/voice.h"

namespace callfleet::sip_edge::media {
namespace {

using amd_samples::Audio;
constexpr std::string_view kKeys = "123A456B789C*0#D";
constexpr std::array<double, 4> kLow{697, 770, 852, 941};
constexpr std::array<double, 4> kHigh{1209, 1336, 1477, 1633};

struct Press {
  double on_ms = 60;
  double off_ms = 60;
  double level_dbm0 = -10;  // Of the stronger tone.
  double twist_db = 0;      // High tone over low tone.
  double off_frequency = 1;
};

double Amplitude(double dbm0) { return std::sqrt(2.0) * std::pow(10, (dbm0 + 84) / 20); }

void AddKey(Audio& audio, char key, const Press& press) {
  const std::size_t at = kKeys.find(key);
  const double low = kLow[at / 4] * press.off_frequency;
  const double high = kHigh[at % 4] * press.off_frequency;
  const double low_amplitude = Amplitude(press.level_dbm0 - std::max(0.0, press.twist_db));
  const double high_amplitude = Amplitude(press.level_dbm0 + std::min(0.0, press.twist_db));
  for (int i = 0; i < static_cast<int>(press.on_ms * 8); ++i) {
    const double t = 2 * std::numbers::pi * i / 8000;
    audio.push_back(static_cast<float>(low_amplitude * std::sin(low * t) +
                                       high_amplitude * std::sin(high * t)));
  }
  amd_samples::Voice::Pause(audio, static_cast<float>(press.off_ms));
}

std::string Heard(const Audio& audio, Codec law = Codec::kPcmu, std::size_t frame = 160) {
  InbandKeys keys;
  std::string out;
  std::vector<std::int16_t> samples(frame);
  for (std::size_t at = 0; at + frame <= audio.size(); at += frame) {
    for (std::size_t i = 0; i < frame; ++i) {
      const float x = std::clamp(audio[at + i], -32000.0F, 32000.0F);
      samples[i] = Decode(law, Encode(law, static_cast<std::int16_t>(std::lround(x))));
    }
    out += keys.OnAudio(samples);
  }
  return out;
}

std::string HeardOfAll(const Press& press, float noise_dbm0 = -60, Codec law = Codec::kPcmu,
                       std::size_t frame = 160) {
  Audio audio;
  amd_samples::Voice::Pause(audio, 100);
  for (const char key : kKeys) AddKey(audio, key, press);
  amd_samples::Random random(5);
  amd_samples::AddNoise(audio, noise_dbm0, false, random);
  amd_samples::Voice::Pause(audio, 100);
  return Heard(audio, law, frame);
}

TEST(InbandKeys, EachKeyIsToldOnceInBothLawsAndAllPacketTimes) {
  EXPECT_EQ(HeardOfAll({}), kKeys);
  EXPECT_EQ(HeardOfAll({}, -60, Codec::kPcma), kKeys);
  EXPECT_EQ(HeardOfAll({}, -60, Codec::kPcmu, 80), kKeys);
  EXPECT_EQ(HeardOfAll({}, -60, Codec::kPcmu, 480), kKeys);
}

TEST(InbandKeys, ALongPressIsOneKey) { EXPECT_EQ(HeardOfAll({.on_ms = 2000}), kKeys); }

TEST(InbandKeys, KeysAreHeardFromStrongToWeakAndThroughNoise) {
  EXPECT_EQ(HeardOfAll({.level_dbm0 = -4}), kKeys);
  EXPECT_EQ(HeardOfAll({.level_dbm0 = -25}), kKeys);
  EXPECT_EQ(HeardOfAll({.level_dbm0 = -10}, -28), kKeys);  // 18 dB over the noise.
}

TEST(InbandKeys, KeysAreHeardWithTheTwistOfRealLines) {
  EXPECT_EQ(HeardOfAll({.twist_db = 3}), kKeys);
  EXPECT_EQ(HeardOfAll({.twist_db = -6}), kKeys);
  EXPECT_EQ(HeardOfAll({.twist_db = 15}), "");
}

TEST(InbandKeys, FrequenciesHaveATolerance) {
  EXPECT_EQ(HeardOfAll({.off_frequency = 1.012}), kKeys);
  EXPECT_EQ(HeardOfAll({.off_frequency = 0.988}), kKeys);
  EXPECT_EQ(HeardOfAll({.off_frequency = 1.045}), "");
}

TEST(InbandKeys, TooShortIsNoKey) { EXPECT_EQ(HeardOfAll({.on_ms = 18}), ""); }

TEST(InbandKeys, TheSameKeyTwiceIsTwoKeys) {
  Audio audio;
  for (int i = 0; i < 5; ++i) AddKey(audio, '7', {});
  amd_samples::Voice::Pause(audio, 50);
  EXPECT_EQ(Heard(audio), "77777");
}

TEST(InbandKeys, SpeechPressesNoKeys) {
  std::string heard;
  for (unsigned seed = 0; seed < 60; ++seed) {
    amd_samples::Random random(seed);
    amd_samples::Voice voice(random, 1);
    Audio audio;
    voice.Speak(audio, 3000);
    amd_samples::SetLevel(audio, -12);
    heard += Heard(audio);
  }
  EXPECT_LE(heard.size(), 1U) << heard;  // In three minutes of talk.
}

TEST(InbandKeys, ALostPacketInsideAKeyDoesNotMakeItTwo) {
  Audio audio;
  AddKey(audio, '5', {.on_ms = 200});
  InbandKeys keys;
  std::string heard;
  std::vector<std::int16_t> samples(160);
  for (std::size_t at = 0; at + 160 <= audio.size(); at += 160) {
    for (std::size_t i = 0; i < 160; ++i) samples[i] = static_cast<std::int16_t>(audio[at + i]);
    if (at / 160 == 4) {
      keys.OnLost(160);
    } else {
      heard += keys.OnAudio(samples);
    }
  }
  EXPECT_EQ(heard, "5");
}

}  // namespace
}  // namespace callfleet::sip_edge::media
