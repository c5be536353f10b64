#include "services/sip_edge/domain/media/mixer.h"

#include <algorithm>
#include <limits>

#include "services/sip_edge/domain/media/g711.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr int kGainBits = 12;

// Octets by the 14 bits that µ-law looks at, and the 13 that A-law does.
struct EncodeTables {
  std::array<std::uint8_t, 1U << 14> mu{};
  std::array<std::uint8_t, 1U << 13> a{};
  constexpr EncodeTables() {
    for (std::uint32_t i = 0; i < mu.size(); ++i) {
      mu[i] = EncodeMuLaw(static_cast<std::int16_t>(static_cast<std::uint16_t>(i << 2)));
    }
    for (std::uint32_t i = 0; i < a.size(); ++i) {
      a[i] = EncodeALaw(static_cast<std::int16_t>(static_cast<std::uint16_t>(i << 3)));
    }
  }
};
constexpr EncodeTables kTables;

}  // namespace

void MixSum::Add(const PcmFrame& frame, float gain) {
  any_ = true;
  if (gain == 1.0F) {
    for (std::size_t i = 0; i < kMixFrame; ++i) sum_[i] += frame[i];
    return;
  }
  const auto factor = static_cast<std::int32_t>(gain * (1 << kGainBits));
  for (std::size_t i = 0; i < kMixFrame; ++i) sum_[i] += (frame[i] * factor) >> kGainBits;
}

void MixSum::Take(PcmFrame& out) const {
  constexpr std::int32_t kMost = std::numeric_limits<std::int16_t>::max();
  constexpr std::int32_t kLeast = std::numeric_limits<std::int16_t>::min();
  for (std::size_t i = 0; i < kMixFrame; ++i) {
    out[i] = static_cast<std::int16_t>(std::clamp(sum_[i], kLeast, kMost));
  }
}

void EncodeG711(Codec law, std::span<const std::int16_t> samples, std::span<std::uint8_t> out) {
  if (law == Codec::kPcmu) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      out[i] = kTables.mu[static_cast<std::uint16_t>(samples[i]) >> 2];
    }
    return;
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    out[i] = kTables.a[static_cast<std::uint16_t>(samples[i]) >> 3];
  }
}

}  // namespace callfleet::sip_edge::media
