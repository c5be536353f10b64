#include "services/sip_edge/media/g722.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

#include "services/sip_edge/domain/media/g711.h"
#include "services/sip_edge/media/clip_encoder.h"

namespace callfleet::sip_edge::media {
namespace {

std::vector<std::int16_t> SineOf(double hz, std::size_t size) {
  std::vector<std::int16_t> samples(size);
  for (std::size_t i = 0; i < size; ++i) {
    samples[i] = static_cast<std::int16_t>(
        8000 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / 8000));
  }
  return samples;
}

// Of what went in, in dB; the coder's delay is found by trying.
double SignalToNoise(const std::vector<std::int16_t>& in, const std::vector<std::int16_t>& out) {
  double best = -100;
  for (std::size_t delay = 0; delay < 32; ++delay) {
    double signal = 0;
    double noise = 1;
    for (std::size_t i = 800; i + delay < in.size(); ++i) {
      const double wanted = in[i];
      const double error = out[i + delay] - wanted;
      signal += wanted * wanted;
      noise += error * error;
    }
    best = std::max(best, 10 * std::log10(signal / noise));
  }
  return best;
}

TEST(G722, WhatIsEncodedInPacketsComesBack) {
  for (const double hz : {300.0, 1000.0, 2500.0}) {
    const auto in = SineOf(hz, 8000);
    std::vector<std::uint8_t> octets(in.size());
    std::vector<std::int16_t> out(in.size());
    G722Encoder encoder;
    G722Decoder decoder;
    for (std::size_t at = 0; at < in.size(); at += 160) {
      encoder.Encode(std::span(in).subspan(at, 160), std::span(octets).subspan(at, 160));
      decoder.Decode(std::span(octets).subspan(at, 160), std::span(out).subspan(at, 160));
    }
    EXPECT_GT(SignalToNoise(in, out), 25) << hz;
  }
}

TEST(G722, ItsSilenceIsQuietWhateverWasHeardBefore) {
  const auto loud = SineOf(1000, 800);
  std::vector<std::uint8_t> octets(loud.size());
  G722Encoder().Encode(loud, octets);
  G722Decoder decoder;
  std::vector<std::int16_t> out(loud.size());
  decoder.Decode(octets, out);
  octets.assign(octets.size(), SilenceOctet(Codec::kG722));
  decoder.Decode(octets, out);
  decoder.Decode(octets, out);
  const auto peak = *std::max_element(out.begin(), out.end(),
                                      [](auto a, auto b) { return std::abs(a) < std::abs(b); });
  EXPECT_LT(std::abs(peak), 64);
}

TEST(G722, AClipHasAsManyOctetsInEachCodec) {
  const SoundClip clip = EncodeClip(SineOf(440, 1234));
  for (const auto& octets : clip.octets) EXPECT_EQ(octets.size(), 1234U);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
