#pragma once
// Steady tones by Goertzel filters: beep, fax, special information tones, busy and ringback.
#include <array>
#include <cstdint>
#include <optional>

#include "services/sip_edge/domain/media/amd/level_tracker.h"

namespace callfleet::sip_edge::media::amd {

// One block's spectrum as one or two lines; 0: it is not made of lines.
struct Lines {
  float first_hz = 0;
  float second_hz = 0;
};
// Filters each 50 Hz from 300 to 2,300 Hz, as wide as the block is long.
Lines FindLines(Block block);

enum class ToneKind : std::uint8_t { kBeep, kFax, kSit, kBusy, kRingback };
struct ToneFound {
  ToneKind kind = ToneKind::kBeep;
  int hz = 0;
  Millis length{0};
};

// Joins blocks to tones and tones to signals.
class ToneSpotter {
 public:
  // `lines`: of the block; none for a quiet block and for a block that was never received.
  std::optional<ToneFound> OnBlock(Lines lines, float level);
  // Somebody spoke: what comes now at a fax's or a ringing's frequency is a beep.
  void OnVoice() { voice_heard_ = true; }
  void Reset() { *this = ToneSpotter(); }
  // Of the tone that sounds or, in silence, of the last one.
  int hz() const { return static_cast<int>(run_.first_hz); }
  Millis length() const { return length_; }

 private:
  bool Continues(Lines lines, float level) const;
  std::optional<ToneFound> WhileOn();
  std::optional<ToneFound> AtEnd();
  std::optional<ToneFound> Pending();
  void NoteSit(float hz);

  Lines run_{};  // The tone's lines; kept after its end.
  float level_ = 0;
  Millis length_{0};
  Millis silence_{10000};  // Since the tone's end; before it: between it and the one before.
  Millis gap_{10000};      // Between this tone and the one before.
  bool sounding_ = false;
  bool told_ = false;  // This tone is told already.
  bool voice_heard_ = false;
  int busy_blocks_ = 0;              // With both of busy's lines, since a quiet one.
  int sit_tones_ = 0;                // Of the three.
  Millis last_busy_{0};              // Length of the tone before, where it could be busy's.
  std::optional<ToneFound> beep_{};  // Ended; told when no other tone follows it closely.
};

}  // namespace callfleet::sip_edge::media::amd
