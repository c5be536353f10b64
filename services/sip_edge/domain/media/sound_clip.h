#pragma once
// A sound as the packet path needs it: encoded once in every codec, read-only, shared by all legs
// that hear it, each at its own place.
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {

inline constexpr std::size_t kClipCodecs = 3;  // Values of Codec.

// One octet a sample of the 8,000 Hz clock, in each codec.
struct SoundClip {
  std::array<std::vector<std::uint8_t>, kClipCodecs> octets{};
  std::span<const std::uint8_t> Octets(Codec codec) const {
    return octets[static_cast<std::size_t>(codec)];
  }
  std::size_t size() const { return octets[0].size(); }
};

// 16,000 to 8,000 Hz behind a half-band filter: what lies above 4 kHz must not fold down.
std::vector<std::int16_t> HalveRate(std::span<const std::int16_t> samples);

inline constexpr std::size_t kMaxSoundItems = 64;  // Of a SoundList.

struct SoundItem {
  std::shared_ptr<const SoundClip> clip;  // Never empty.
  std::uint16_t times = 1;                // 0: until something else is heard.
};

// What one leg is told to hear, in order. Built on the control thread and kept by it for as long as
// a media thread may read it.
struct SoundList {
  std::vector<SoundItem> items;
  std::uint32_t number = 0;  // The user's; comes back with kSoundDone.
  std::uint32_t serial = 0;  // The engine's: the leg's sounds in order, from 1.
  // Heard in front of whatever the row brings, a new row included; else a new row ends it.
  bool over_row = false;
};

}  // namespace callfleet::sip_edge::media
