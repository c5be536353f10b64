#pragma once
// ITU-T G.711 as tables that are computed at compile time.
#include <array>
#include <cstdint>
#include <span>

#include "services/sip_edge/domain/media/media_types.h"
#include "services/sip_edge/domain/media/stereo_side.h"

namespace callfleet::sip_edge::media {

inline constexpr std::uint8_t kMuLawSilence = 0xFF;
inline constexpr std::uint8_t kALawSilence = 0xD5;
// Repeated, it decodes to the least there is in both bands, whatever was before.
inline constexpr std::uint8_t kG722Silence = 0xFC;
constexpr std::uint8_t SilenceOctet(Codec codec) {
  switch (codec) {
    case Codec::kPcmu:
      return kMuLawSilence;
    case Codec::kPcma:
      return kALawSilence;
    case Codec::kG722:
      return kG722Silence;
  }
  return kMuLawSilence;
}

// Samples are 16 bit with the law's own 14 (µ) or 13 (A) bits left-aligned, as in ITU-T G.191.
constexpr std::uint8_t EncodeMuLaw(std::int16_t sample) {
  const bool negative = sample < 0;
  int magnitude = ((negative ? ~sample : sample) >> 2) + 33;
  if (magnitude > 0x1FFF) magnitude = 0x1FFF;
  int segment = 0;
  for (int m = magnitude >> 6; m != 0; m >>= 1) ++segment;
  const int code = segment << 4 | ((magnitude >> (segment + 1)) & 0x0F);
  return static_cast<std::uint8_t>(~(code | (negative ? 0x80 : 0)));
}

constexpr std::uint8_t EncodeALaw(std::int16_t sample) {
  const bool negative = sample < 0;
  int magnitude = (negative ? ~sample : sample) >> 4;
  int segment = 0;
  for (int m = magnitude >> 5; m != 0; m >>= 1) ++segment;
  const int code =
      segment == 0 ? magnitude : ((segment + 1) << 4 | ((magnitude >> segment) & 0x0F));
  return static_cast<std::uint8_t>((code | (negative ? 0 : 0x80)) ^ 0x55);
}

constexpr std::int16_t DecodeMuLaw(std::uint8_t octet) {
  const int code = ~octet & 0xFF;
  const int magnitude = ((((code & 0x0F) << 1) + 33) << ((code >> 4) & 7)) - 33;
  return static_cast<std::int16_t>(((code & 0x80) != 0 ? -magnitude : magnitude) * 4);
}

constexpr std::int16_t DecodeALaw(std::uint8_t octet) {
  const int code = octet ^ 0x55;
  const int segment = (code >> 4) & 7;
  int magnitude = ((code & 0x0F) << 4) + 8;
  if (segment != 0) magnitude = (magnitude + 0x100) << (segment - 1);
  return static_cast<std::int16_t>((code & 0x80) != 0 ? magnitude : -magnitude);
}

// `codec`: PCMU or PCMA.
std::uint8_t Encode(Codec codec, std::int16_t sample);
std::int16_t Decode(Codec codec, std::uint8_t octet);

void DecodeG711(Codec law, std::span<const std::uint8_t> octets, std::span<std::int16_t> out);
void DecodeG711(Codec law, std::span<const std::uint8_t> octets, const StereoSide& out);

// µ-law to A-law or back, octet by octet, where it lies.
void ConvertLaw(Codec from, Codec to, std::span<std::uint8_t> payload);

}  // namespace callfleet::sip_edge::media
