#pragma once
// A sound in every codec, once; afterwards it is only read.
#include <cstdint>
#include <span>

#include "services/sip_edge/domain/media/sound_clip.h"

namespace callfleet::sip_edge::media {

// `samples` at 8,000 Hz.
SoundClip EncodeClip(std::span<const std::int16_t> samples);

}  // namespace callfleet::sip_edge::media
