// Against the decision and output values of ITU-T G.711, tables 1 and 2, for every octet and
// sample.
#include "services/sip_edge/domain/media/g711.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace callfleet::sip_edge::media {
namespace {

// Table 2a: the quantizer of µ-law in its 14 bit scale: 8 segments of 16 intervals (the first of
// the first segment is half as wide), output in the middle of each.
struct Quantizer {
  std::vector<int> lower;  // Of interval n, as a magnitude.
  std::vector<int> output;
};

Quantizer MuQuantizer() {
  Quantizer q;
  int edge = 0;
  for (int segment = 0; segment < 8; ++segment) {
    const int width = 2 << segment;
    for (int i = 0; i < 16; ++i) {
      const bool first = segment == 0 && i == 0;
      q.lower.push_back(edge);
      q.output.push_back(first ? 0 : edge + width / 2);
      edge += first ? 1 : width;
    }
  }
  return q;
}

// Table 1a in the 13 bit scale, doubled: two segments of width 2 form the first one.
Quantizer AQuantizer() {
  Quantizer q;
  int edge = 0;
  for (int segment = 0; segment < 8; ++segment) {
    const int width = segment == 0 ? 2 : 2 << (segment - 1);
    for (int i = 0; i < 16; ++i) {
      q.lower.push_back(edge);
      q.output.push_back(edge + width / 2);
      edge += width;
    }
  }
  return q;
}

int IntervalOf(const Quantizer& q, int magnitude) {
  int n = 127;
  while (q.lower[static_cast<std::size_t>(n)] > magnitude) --n;
  return n;
}

TEST(G711, EveryMuLawOctetDecodesToTheOutputOfItsInterval) {
  const auto q = MuQuantizer();
  for (int n = 0; n < 128; ++n) {
    const auto positive = static_cast<std::uint8_t>(~n);
    const auto negative = static_cast<std::uint8_t>(~(n | 0x80));
    EXPECT_EQ(DecodeMuLaw(positive), 4 * q.output[static_cast<std::size_t>(n)]);
    EXPECT_EQ(DecodeMuLaw(negative), -4 * q.output[static_cast<std::size_t>(n)]);
  }
}

TEST(G711, EveryALawOctetDecodesToTheOutputOfItsInterval) {
  const auto q = AQuantizer();
  for (int n = 0; n < 128; ++n) {
    EXPECT_EQ(DecodeALaw(static_cast<std::uint8_t>((n | 0x80) ^ 0x55)),
              8 * q.output[static_cast<std::size_t>(n)]);
    EXPECT_EQ(DecodeALaw(static_cast<std::uint8_t>(n ^ 0x55)),
              -8 * q.output[static_cast<std::size_t>(n)]);
  }
}

// Magnitudes of negative samples are one's complement, as ITU-T G.191 has it: -1 counts as 0.
TEST(G711, EverySampleEncodesToTheIntervalThatHoldsIt) {
  const auto mu = MuQuantizer();
  const auto a = AQuantizer();
  for (int sample = -32768; sample <= 32767; ++sample) {
    const int magnitude = sample < 0 ? ~sample : sample;
    const int sign = sample < 0 ? 0 : 0x80;
    const auto s = static_cast<std::int16_t>(sample);
    ASSERT_EQ(EncodeMuLaw(s) & 0x80, sign) << sample;
    ASSERT_EQ(~EncodeMuLaw(s) & 0x7F, IntervalOf(mu, magnitude >> 2)) << sample;
    ASSERT_EQ((EncodeALaw(s) ^ 0x55) & 0x80, sign) << sample;
    // In the doubled scale an interval of 2 is 16 of the 16 bit samples.
    ASSERT_EQ((EncodeALaw(s) ^ 0x55) & 0x7F, IntervalOf(a, magnitude >> 3)) << sample;
  }
}

TEST(G711, EncodingWhatWasDecodedGivesTheSameOctet) {
  for (int octet = 0; octet < 256; ++octet) {
    const auto o = static_cast<std::uint8_t>(octet);
    EXPECT_EQ(EncodeALaw(DecodeALaw(o)), o);
    // µ-law has two zeros; the negative one is sent as the positive one.
    EXPECT_EQ(EncodeMuLaw(DecodeMuLaw(o)), o == 0x7F ? 0xFF : o);
  }
}

std::uint8_t Mapped(Codec from, Codec to, int octet) {
  std::uint8_t one[1] = {static_cast<std::uint8_t>(octet)};
  ConvertLaw(from, to, one);
  return one[0];
}

// Tables 3 and 4 against the formula: no octet is further from decoding and encoding than one step.
TEST(G711, TheTablesBetweenTheLawsFollowTheFormulaWithinOneStep) {
  for (int octet = 0; octet < 256; ++octet) {
    const auto o = static_cast<std::uint8_t>(octet);
    const int a = Mapped(Codec::kPcmu, Codec::kPcma, octet) ^ 0x55;
    const int formula_a = EncodeALaw(DecodeMuLaw(o)) ^ 0x55;
    EXPECT_LE(std::abs((a & 0x7F) - (formula_a & 0x7F)), 1) << octet;
    if (o != 0x7F) {
      EXPECT_EQ(a & 0x80, formula_a & 0x80) << octet;
    }
    const int mu = Mapped(Codec::kPcma, Codec::kPcmu, octet);
    const int formula_mu = EncodeMuLaw(DecodeALaw(o));
    EXPECT_LE(std::abs((mu & 0x7F) - (formula_mu & 0x7F)), 1) << octet;
    EXPECT_EQ(mu & 0x80, formula_mu & 0x80) << octet;
  }
}

TEST(G711, FurtherConversionsChangeNothingMore) {
  for (int octet = 0; octet < 256; ++octet) {
    const auto a = Mapped(Codec::kPcmu, Codec::kPcma, octet);
    const auto mu = Mapped(Codec::kPcma, Codec::kPcmu, a);
    EXPECT_EQ(Mapped(Codec::kPcmu, Codec::kPcma, mu), a) << octet;
  }
}

TEST(G711, ThereAndBackMovesAnOctetByOneStepAtMost) {
  for (int octet = 0; octet < 256; ++octet) {
    std::uint8_t mu[1] = {static_cast<std::uint8_t>(octet)};
    ConvertLaw(Codec::kPcmu, Codec::kPcma, mu);
    ConvertLaw(Codec::kPcma, Codec::kPcmu, mu);
    EXPECT_LE(std::abs((mu[0] & 0x7F) - (octet & 0x7F)), 1) << octet;
  }
}

TEST(G711, SilenceIsSilenceInTheOtherLaw) {
  std::uint8_t frame[2] = {kMuLawSilence, kMuLawSilence};
  ConvertLaw(Codec::kPcmu, Codec::kPcma, frame);
  EXPECT_EQ(frame[0], kALawSilence);
  ConvertLaw(Codec::kPcma, Codec::kPcma, frame);
  EXPECT_EQ(frame[1], kALawSilence);
}

}  // namespace
}  // namespace callfleet::sip_edge::media
