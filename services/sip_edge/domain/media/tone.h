#pragma once
// Tones that a leg can hear, rendered once and shared by all that listen.
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {

enum class Tone : std::uint8_t {
  kSilence,   // Silence frames.
  kRingback,  // Of the region; us: 440 + 480 Hz, 2 s on, 4 s off.
  kBusy,      // Of the region; us: 480 + 620 Hz, 0.5 s on, 0.5 s off.
  kZip,       // 800 Hz, 0.2 s: a call is coming in on an open line.
  kTest,      // 1,004 Hz, steady (a multiple of 0.25 s).
  kBeep       // 1,000 Hz, 0.4 s: speak now.
};
inline constexpr std::uint8_t kTones = 6;

// Whose ringback and busy tone (ITU-T E.180, supplement 2).
enum class ToneRegion : std::uint8_t { kUs, kUk, kDe, kFr, kIt, kEs, kNl, kAu, kJp };
std::optional<ToneRegion> ParseToneRegion(std::string_view name);  // "us", "uk", …

// One period as samples at 8,000 Hz; -16 dBm0 in sum.
std::vector<std::int16_t> RenderToneSamples(Tone tone, ToneRegion region = ToneRegion::kUs);

}  // namespace callfleet::sip_edge::media
