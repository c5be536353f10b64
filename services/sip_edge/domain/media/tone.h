#pragma once
// Tones that a leg can hear, rendered once and shared by all that listen.
#include <cstdint>
#include <vector>

#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {

enum class Tone : std::uint8_t {
  kSilence,   // Silence frames.
  kRingback,  // 440 + 480 Hz, 2 s on, 4 s off.
  kBusy,      // 480 + 620 Hz, 0.5 s on, 0.5 s off.
  kZip,       // 800 Hz, 0.2 s: a call is coming in on an open line.
  kTest       // 1,004 Hz, steady (a multiple of 0.25 s).
};
inline constexpr std::uint8_t kTones = 5;

// One period, G.711 octets; a whole number of 20 ms frames. -16 dBm0 in sum.
std::vector<std::uint8_t> RenderTone(Tone tone, Codec codec);

}  // namespace callfleet::sip_edge::media
