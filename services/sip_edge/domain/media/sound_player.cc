#include "services/sip_edge/domain/media/sound_player.h"

#include <algorithm>
#include <cstring>

#include "services/sip_edge/domain/media/g711.h"

namespace callfleet::sip_edge::media {

const SoundItem* SoundPlayer::Current() const {
  return list_ != nullptr && item_ < list_->items.size() ? &list_->items[item_] : nullptr;
}

void SoundPlayer::EndOfClip(const SoundItem& item) {
  at_ = 0;
  if (item.times == 0 || ++played_ < item.times) return;
  played_ = 0;
  ++item_;
}

bool SoundPlayer::Fill(Codec codec, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const SoundItem* item = Current();
    if (item == nullptr) {
      std::fill(out.begin(), out.end(), SilenceOctet(codec));
      break;
    }
    const auto octets = item->clip->Octets(codec);
    const std::size_t piece = std::min(out.size(), octets.size() - at_);
    std::memcpy(out.data(), octets.data() + at_, piece);
    out = out.subspan(piece);
    at_ += piece;
    if (at_ == octets.size()) EndOfClip(*item);
  }
  if (Current() != nullptr) return false;
  Stop();
  return true;
}

}  // namespace callfleet::sip_edge::media
