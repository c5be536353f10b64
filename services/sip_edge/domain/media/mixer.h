#pragma once
// Sums what the sources of a row say and turns it into octets. 8,000 Hz, 16 bit.
#include <array>
#include <cstdint>
#include <span>

#include "services/sip_edge/domain/media/g711.h"
#include "services/sip_edge/domain/media/jitter_buffer.h"

namespace callfleet::sip_edge::media {

class MixSum {
 public:
  void Add(const PcmFrame& frame, float gain);
  // Peaks beyond 16 bit are cut off.
  void Take(PcmFrame& out) const;
  bool empty() const { return !any_; }

 private:
  std::array<std::int32_t, kMixFrame> sum_{};
  bool any_ = false;
};

// Of one law, both the same size.
void EncodeG711(Codec law, std::span<const std::int16_t> samples, std::span<std::uint8_t> out);

}  // namespace callfleet::sip_edge::media
