// Whom a leg hears, and whether that is passed through or mixed.
#include <algorithm>

#include "services/sip_edge/media/endpoint.h"

namespace callfleet::sip_edge::media {
namespace {

// From a mix to one of its sources: its next packet is at most a frame away, so no silence goes
// between; one that says nothing is replaced by silence after two ticks.
constexpr std::chrono::milliseconds kNextPacket{2 * kTickMs};

}  // namespace

bool Endpoint::Has(std::span<const Heard> row, const Endpoint* leg) {
  return std::any_of(row.begin(), row.end(),
                     [leg](const Heard& heard) { return heard.leg == leg; });
}

void Endpoint::Hear(std::span<const Heard> legs, std::optional<HeardTone> tone) {
  const auto before = sources_;
  const auto old = std::span(before).first(source_count_);
  const bool was_mixed = mixed_;
  const bool same_tone = !row_tone_ && !tone;
  SetRowTone(tone);
  ListenTo(legs, old);
  const auto now = Sources();
  mixed_ = mix_ != nullptr && NeedsMixing();
  // First those that come: a source that stays keeps what waits in its buffer.
  if (mixed_) CountMixers(now, true);
  if (was_mixed) CountMixers(old, false);
  for (const Heard& heard : old) {
    if (!Has(now, heard.leg)) heard.leg->RemoveListener(this);
  }
  if (mixed_ && !was_mixed) mix_->waits = 0;
  const bool stays = now.size() == 1 && Has(old, now[0].leg);
  // The row that it was: not one packet is another for it.
  if (stays && old.size() == 1 && was_mixed == mixed_ && same_tone) return;
  only_relays_until_ = {};
  out_.Cut();
  // Silence frames go on until the new source is heard: no gap.
  last_relay_ = was_mixed && stays ? AwaitPacket() : MonoTime{};
}

void Endpoint::SetRowTone(std::optional<HeardTone> tone) {
  row_tone_ = tone.has_value();
  if (!tone) return;
  row_player_ = {.tone = tone->tone};
  row_tone_gain_ = tone->gain;
}

// The sources are these from now on, without those that have too many listeners.
void Endpoint::ListenTo(std::span<const Heard> legs, std::span<const Heard> old) {
  source_count_ = 0;
  for (const Heard& heard : legs) {
    if (heard.leg == nullptr) continue;
    if (!Has(old, heard.leg) && !heard.leg->AddListener(this)) continue;
    sources_[source_count_++] = heard;
  }
}

bool Endpoint::AddListener(Endpoint* listener) {
  if (listener_count_ == kMaxListeners) return false;
  listeners_[listener_count_++] = listener;
  return true;
}

void Endpoint::RemoveListener(const Endpoint* listener) {
  auto* end = listeners_.begin() + listener_count_;
  auto* at = std::find(listeners_.begin(), end, listener);
  if (at == end) return;
  *at = *(end - 1);
  --listener_count_;
}

void Endpoint::CountMixers(std::span<const Heard> sources, bool more) {
  for (const Heard& heard : sources) {
    Endpoint& source = *heard.leg;
    if (!more) {
      --source.mixers_;
    } else if (source.mixers_++ == 0 && source.mix_ != nullptr) {
      source.mix_->buffer.Reset();
    }
  }
}

MonoTime Endpoint::AwaitPacket() const { return last_mix_ + kNextPacket - kFillAfter; }

void Endpoint::FillNow() {
  if (mixed_) return;  // What is mixed is silent by itself.
  last_relay_ = {};
  only_relays_until_ = {};
}

bool Endpoint::NeedsMixing() const {
  if (source_count_ == 0) return row_tone_ && row_tone_gain_ != 1.0F;
  if (source_count_ > 1 || row_tone_ || sources_[0].gain != 1.0F) return true;
  return !PassesThrough(sources_[0].leg->Format(), Format());
}

// After a format, or the list of sources, has changed.
void Endpoint::Reclassify() {
  const bool mixed = mix_ != nullptr && NeedsMixing();
  if (mixed == mixed_) return;
  mixed_ = mixed;
  only_relays_until_ = {};
  if (mixed) mix_->waits = 0;
  CountMixers(Sources(), mixed);
  out_.Cut();
  last_relay_ = mixed ? MonoTime{} : AwaitPacket();
}

// Takes a leg that goes out of the row; what is left is classified anew.
void Endpoint::Drop(Endpoint* source) {
  source->RemoveListener(this);
  auto* end = sources_.begin() + source_count_;
  auto* at = std::find_if(sources_.begin(), end,
                          [source](const Heard& heard) { return heard.leg == source; });
  if (at == end) return;
  if (mixed_) CountMixers({at, 1}, false);
  *at = *(end - 1);
  --source_count_;
  only_relays_until_ = {};
  if (!mixed_) out_.Cut();
  Reclassify();
}

void Endpoint::Unlink() {
  Hear({}, std::nullopt);
  while (listener_count_ > 0) listeners_[0]->Drop(this);
}

}  // namespace callfleet::sip_edge::media
