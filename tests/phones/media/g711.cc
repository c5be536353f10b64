#include "tests/phones/media/g711.h"

#include <algorithm>
#include <array>

namespace callfleet::phones {
namespace {

constexpr int kMuBias = 132;
constexpr int kMuClip = 32635;

uint8_t EncodeMu(int linear) {
  const int sign = linear < 0 ? 0x80 : 0;
  const int magnitude = std::min(linear < 0 ? -linear : linear, kMuClip) + kMuBias;
  int exponent = 7;
  for (int mask = 0x4000; exponent > 0 && !(magnitude & mask); mask >>= 1) --exponent;
  const int mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return static_cast<uint8_t>(~(sign | (exponent << 4) | mantissa));
}

int DecodeMu(uint8_t code) {
  const int inverted = ~code & 0xff;
  const int exponent = (inverted >> 4) & 7;
  const int magnitude = ((((inverted & 0x0f) << 3) + kMuBias) << exponent) - kMuBias;
  return inverted & 0x80 ? -magnitude : magnitude;
}

uint8_t EncodeA(int linear) {
  const int sign = linear < 0 ? 0 : 0x80;
  int magnitude = (linear < 0 ? -linear - 1 : linear) >> 4;  // 12 bits
  int exponent = 7;
  for (int mask = 0x400; exponent > 0 && !(magnitude & mask); mask >>= 1) --exponent;
  const int shift = exponent == 0 ? 0 : exponent - 1;
  const int mantissa = (magnitude >> shift) & 0x0f;
  return static_cast<uint8_t>((sign | (exponent << 4) | mantissa) ^ 0x55);
}

int DecodeA(uint8_t code) {
  const int value = code ^ 0x55;
  const int exponent = (value >> 4) & 7;
  int magnitude = ((value & 0x0f) << 4) + 8;
  if (exponent > 0) magnitude = (magnitude + 0x100) << (exponent - 1);
  return value & 0x80 ? magnitude : -magnitude;
}

std::array<std::array<int16_t, 256>, 2> MakeTable() {
  std::array<std::array<int16_t, 256>, 2> table{};
  for (int i = 0; i < 256; ++i) {
    table[0][i] = static_cast<int16_t>(DecodeMu(static_cast<uint8_t>(i)));
    table[1][i] = static_cast<int16_t>(DecodeA(static_cast<uint8_t>(i)));
  }
  return table;
}

}  // namespace

uint8_t EncodeSample(Law law, int16_t linear) {
  return law == Law::kMu ? EncodeMu(linear) : EncodeA(linear);
}

int16_t DecodeSample(Law law, uint8_t code) {
  static const auto table = MakeTable();
  return table[static_cast<size_t>(law)][code];
}

}  // namespace callfleet::phones
