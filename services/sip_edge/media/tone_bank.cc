#include "services/sip_edge/media/tone_bank.h"

namespace callfleet::sip_edge::media {

ToneBank::ToneBank() {
  for (std::size_t tone = 0; tone < kTones; ++tone) {
    for (const Codec codec : {Codec::kPcmu, Codec::kPcma}) {
      octets_[tone][static_cast<std::size_t>(codec)] = RenderTone(static_cast<Tone>(tone), codec);
    }
  }
}

std::span<const std::uint8_t> ToneBank::Octets(Tone tone, Codec codec) const {
  return octets_[static_cast<std::size_t>(tone)][static_cast<std::size_t>(codec)];
}

}  // namespace callfleet::sip_edge::media
