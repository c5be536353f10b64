#pragma once
// Every tone in every codec, rendered once at the start; read-only and shared by all media threads.
#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "services/sip_edge/domain/media/sound_clip.h"
#include "services/sip_edge/domain/media/tone.h"

namespace callfleet::sip_edge::media {

class ToneBank {
 public:
  explicit ToneBank(ToneRegion region);
  std::span<const std::uint8_t> Octets(Tone tone, Codec codec) const {
    return clips_[static_cast<std::size_t>(tone)]->Octets(codec);
  }
  const std::shared_ptr<const SoundClip>& Clip(Tone tone) const {
    return clips_[static_cast<std::size_t>(tone)];
  }

 private:
  std::array<std::shared_ptr<const SoundClip>, kTones> clips_;
};

}  // namespace callfleet::sip_edge::media
