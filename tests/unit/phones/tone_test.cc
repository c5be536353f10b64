#include "tests/phones/media/tone.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>

namespace callfleet::phones {
namespace {

Frame Mixed(const ToneCode& a, const ToneCode& b) {
  const Frame x = ToneFrame(a, Law::kMu), y = ToneFrame(b, Law::kMu);
  Frame sum;
  for (int n = 0; n < kFrameSamples; ++n)
    sum[n] = EncodeSample(Law::kMu, static_cast<int16_t>(DecodeSample(Law::kMu, x[n]) +
                                                         DecodeSample(Law::kMu, y[n])));
  return sum;
}

TEST(G711, DecodingIsTheNearestNeighbourOfEveryCode) {
  for (Law law : {Law::kMu, Law::kA})
    for (int code = 0; code < 256; ++code) {
      const int16_t linear = DecodeSample(law, static_cast<uint8_t>(code));
      // 0x7f and 0xff are both zero in mu-law.
      if (law == Law::kMu && code == 0x7f) continue;
      EXPECT_EQ(EncodeSample(law, linear), code) << "law " << static_cast<int>(law);
    }
}

TEST(G711, KnownPointsOfBothLaws) {
  EXPECT_EQ(EncodeSample(Law::kMu, 0), 0xff);
  EXPECT_EQ(DecodeSample(Law::kMu, 0x80), 32124);
  EXPECT_EQ(DecodeSample(Law::kMu, 0x00), -32124);
  EXPECT_EQ(EncodeSample(Law::kA, 0), 0xd5);
  EXPECT_EQ(DecodeSample(Law::kA, 0xaa), 32256);
  EXPECT_EQ(DecodeSample(Law::kA, 0x2a), -32256);
}

TEST(Tone, EveryCodeIsRecognisedInOneFrameOfEitherLaw) {
  for (Side side : {Side::kAgent, Side::kCarrier})
    for (Law law : {Law::kMu, Law::kA})
      for (const ToneCode& code : CodesOf(side)) {
        const Heard heard = Analyse(ToneFrame(code, law), law);
        EXPECT_EQ(side == Side::kAgent ? heard.agent : heard.carrier, code) << code.low_hz;
        EXPECT_EQ(side == Side::kAgent ? heard.carrier : heard.agent, std::nullopt);
      }
}

TEST(Tone, CodesAreDistinctAndBandsDoNotMeet) {
  std::set<uint32_t> keys;
  for (Side side : {Side::kAgent, Side::kCarrier})
    for (const ToneCode& code : CodesOf(side)) keys.insert(code.Key());
  EXPECT_EQ(CodesOf(Side::kAgent).size(), 276u);
  EXPECT_EQ(CodesOf(Side::kCarrier).size(), 325u);
  EXPECT_EQ(keys.size(), 276u + 325u);
}

TEST(Tone, AnAgentAndACarrierMixedAreBothHeard) {
  const ToneCode agent = CodesOf(Side::kAgent)[40], carrier = CodesOf(Side::kCarrier)[70];
  const Heard heard = Analyse(Mixed(agent, carrier), Law::kMu);
  EXPECT_EQ(heard.agent, agent);
  EXPECT_EQ(heard.carrier, carrier);
}

TEST(Tone, TwoAgentsMixedAreNobodysCode) {
  const Heard heard = Analyse(Mixed(CodesOf(Side::kAgent)[0], CodesOf(Side::kAgent)[9]), Law::kMu);
  EXPECT_TRUE(heard.mixture);
  EXPECT_EQ(heard.agent, std::nullopt);
}

TEST(Tone, SilenceRingbackAndTonesOffTheGridAreNobodysCode) {
  EXPECT_FALSE(Analyse(SilenceFrame(Law::kA), Law::kA).energy);
  for (int hz : {425, 440, 450, 620, 1000, 1004, 1025, 1400, 1800, 2100, 2225, 3000}) {
    Frame frame;
    for (int n = 0; n < kFrameSamples; ++n)
      frame[n] = EncodeSample(
          Law::kMu, static_cast<int16_t>(10000 * std::sin(2 * std::numbers::pi * hz * n / 8000)));
    const Heard heard = Analyse(frame, Law::kMu);
    EXPECT_TRUE(heard.energy);
    EXPECT_FALSE(heard.agent || heard.carrier) << hz;
  }
}

}  // namespace
}  // namespace callfleet::phones
