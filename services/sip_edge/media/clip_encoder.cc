#include "services/sip_edge/media/clip_encoder.h"

#include "services/sip_edge/domain/media/g711.h"
#include "services/sip_edge/media/g722.h"

namespace callfleet::sip_edge::media {

SoundClip EncodeClip(std::span<const std::int16_t> samples) {
  SoundClip clip;
  for (const Codec codec : {Codec::kPcmu, Codec::kPcma}) {
    auto& octets = clip.octets[static_cast<std::size_t>(codec)];
    octets.reserve(samples.size());
    for (const std::int16_t sample : samples) octets.push_back(Encode(codec, sample));
  }
  auto& wide = clip.octets[static_cast<std::size_t>(Codec::kG722)];
  wide.resize(samples.size());
  G722Encoder().Encode(samples, wide);
  return clip;
}

}  // namespace callfleet::sip_edge::media
