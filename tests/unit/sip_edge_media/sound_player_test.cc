#include "services/sip_edge/domain/media/sound_player.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "services/sip_edge/domain/media/g711.h"
#include "services/sip_edge/domain/media/hold_music.h"
#include "services/sip_edge/domain/media/tone.h"
#include "services/sip_edge/media/clip_encoder.h"

namespace callfleet::sip_edge::media {
namespace {

using Octets = std::vector<std::uint8_t>;

std::shared_ptr<const SoundClip> ClipOf(std::uint8_t octet, std::size_t size) {
  SoundClip clip;
  for (auto& octets : clip.octets) octets.assign(size, octet);
  return std::make_shared<const SoundClip>(std::move(clip));
}

std::vector<std::int16_t> Sine(double hz, double rate, std::size_t size) {
  std::vector<std::int16_t> out;
  for (std::size_t i = 0; i < size; ++i) {
    out.push_back(static_cast<std::int16_t>(
        std::lround(8000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate))));
  }
  return out;
}

double Power(const std::vector<std::int16_t>& samples) {
  double sum = 0;
  for (const double sample : samples) sum += sample * sample;
  return sum / static_cast<double>(samples.size());
}

TEST(SoundPlayer, PlaysItsPartsInOrderAndTellsTheEnd) {
  const SoundList list{.items = {{ClipOf(1, 200), 1}, {ClipOf(2, 100), 1}}};
  SoundPlayer player;
  player.Start(&list);
  Octets frame(160);
  EXPECT_FALSE(player.Fill(Codec::kPcmu, frame));
  EXPECT_EQ(frame, Octets(160, 1));
  EXPECT_TRUE(player.Fill(Codec::kPcmu, frame));
  EXPECT_EQ(frame[39], 1);
  EXPECT_EQ(frame[40], 2);
  EXPECT_EQ(frame[139], 2);
  EXPECT_EQ(frame[140], kMuLawSilence);
  EXPECT_FALSE(player.active());
}

TEST(SoundPlayer, GoesFromAnAnnouncementToMusicThatNeverEnds) {
  const SoundList list{.items = {{ClipOf(1, 80), 2}, {ClipOf(2, 50), 0}}};
  SoundPlayer player;
  player.Start(&list);
  Octets frame(160);
  EXPECT_FALSE(player.Fill(Codec::kPcma, frame));
  EXPECT_EQ(frame, Octets(160, 1));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(player.Fill(Codec::kPcma, frame));
    ASSERT_EQ(frame, Octets(160, 2));
  }
}

TEST(SoundPlayer, TwoLegsHearOneClipAtTheirOwnPlaces) {
  const SoundList list{
      .items = {{std::make_shared<const SoundClip>(EncodeClip(Sine(400, 8000, 800))), 0}}};
  SoundPlayer early;
  SoundPlayer late;
  Octets first(160);
  Octets second(160);
  early.Start(&list);
  early.Fill(Codec::kPcmu, first);
  late.Start(&list);
  late.Fill(Codec::kPcmu, second);
  EXPECT_EQ(first, second);
  early.Fill(Codec::kPcma, first);
  for (std::size_t i = 0; i < 160; ++i) {
    ASSERT_EQ(first[i], list.items[0].clip->Octets(Codec::kPcma)[160 + i]);
  }
}

TEST(SoundClip, HalvingTheRateKeepsSpeechAndDropsWhatWouldFoldDown) {
  const auto speech = HalveRate(Sine(1000, 16000, 16000));
  const auto hiss = HalveRate(Sine(6000, 16000, 16000));
  ASSERT_EQ(speech.size(), 8000U);
  EXPECT_NEAR(Power(speech), 32e6, 2e6);
  EXPECT_LT(Power(hiss), 32e6 / 1e4);
}

TEST(HoldMusic, LoopsWithoutASeamAndStaysBelowFullScale) {
  const auto music = RenderHoldMusic();
  int peak = 0;
  int widest = 0;
  for (std::size_t i = 0; i < music.size(); ++i) {
    peak = std::max(peak, std::abs(int{music[i]}));
    if (i > 0) widest = std::max(widest, std::abs(music[i] - music[i - 1]));
  }
  EXPECT_GT(peak, 3000);
  EXPECT_LT(peak, 20000);
  EXPECT_LE(std::abs(music.front() - music.back()), widest);
}

TEST(Tones, EachRegionHasItsOwnRingback) {
  const auto us = RenderToneSamples(Tone::kRingback, *ParseToneRegion("us"));
  const auto uk = RenderToneSamples(Tone::kRingback, *ParseToneRegion("uk"));
  const auto de = RenderToneSamples(Tone::kRingback, *ParseToneRegion("de"));
  EXPECT_EQ(us.size(), 48000U);
  EXPECT_EQ(uk.size(), 24000U);
  EXPECT_EQ(de.size(), 40000U);
  EXPECT_EQ(uk[4000], 0);  // Between the two rings.
  EXPECT_NE(uk[5001], 0);
  EXPECT_FALSE(ParseToneRegion("atlantis"));
}

}  // namespace
}  // namespace callfleet::sip_edge::media
