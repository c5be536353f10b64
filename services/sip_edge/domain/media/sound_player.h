#pragma once
// Where one leg is in the sounds that it hears. No allocation: it only reads a SoundList.
#include <cstdint>
#include <span>

#include "services/sip_edge/domain/media/sound_clip.h"

namespace callfleet::sip_edge::media {

class SoundPlayer {
 public:
  void Start(const SoundList* list) { *this = SoundPlayer(list); }
  void Stop() { *this = SoundPlayer(); }
  bool active() const { return list_ != nullptr; }
  const SoundList* list() const { return list_; }
  bool over_row() const { return list_ != nullptr && list_->over_row; }

  // The next octets; silence behind the end. True: that was the end, the player has stopped.
  bool Fill(Codec codec, std::span<std::uint8_t> out);

  SoundPlayer() = default;

 private:
  explicit SoundPlayer(const SoundList* list) : list_(list) {}
  // The item that is heard now, or nullptr at the end.
  const SoundItem* Current() const;
  void EndOfClip(const SoundItem& item);

  const SoundList* list_ = nullptr;
  std::size_t item_ = 0;
  std::size_t at_ = 0;
  std::uint16_t played_ = 0;  // Of the item, whole times.
};

}  // namespace callfleet::sip_edge::media
