#pragma once
// What a leg needs to be mixed, or to hear a mix. Made by the control thread before the first row
// that mixes, used by the media thread of the leg; most legs never have it.
#include <array>
#include <cstdint>

#include "services/sip_edge/domain/media/jitter_buffer.h"
#include "services/sip_edge/media/g722.h"

namespace callfleet::sip_edge::media {

struct MixParts {
  MixParts() { buffer.Reset(); }

  // What the leg says.
  G722Decoder decoder;
  JitterBuffer buffer;
  PcmFrame frame{};        // Of this tick.
  std::uint64_t tick = 0;  // To which it belongs; 0: none yet.
  bool heard = false;      // It is more than silence.

  // What the leg hears, until a packet of its packet time is full.
  static constexpr std::size_t kMost = JitterBuffer::kMaxPacketSamples + kMixFrame;
  std::array<std::int16_t, kMost> waiting{};
  std::size_t waits = 0;
  G722Encoder encoder;
};

}  // namespace callfleet::sip_edge::media
