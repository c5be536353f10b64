#include "services/sip_edge/media/tone_bank.h"

#include "services/sip_edge/media/clip_encoder.h"

namespace callfleet::sip_edge::media {

ToneBank::ToneBank(ToneRegion region) {
  for (std::size_t tone = 0; tone < kTones; ++tone) {
    clips_[tone] = std::make_shared<const SoundClip>(
        EncodeClip(RenderToneSamples(static_cast<Tone>(tone), region)));
  }
}

}  // namespace callfleet::sip_edge::media
