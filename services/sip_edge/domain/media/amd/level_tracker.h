#pragma once
// Says of each 20 ms block whether it holds voice: louder than the noise, and moving as speech
// does.
#include <array>
#include <cstdint>
#include <span>

#include "services/sip_edge/domain/media/amd/amd_types.h"

namespace callfleet::sip_edge::media::amd {

inline constexpr std::size_t kBlockSamples = 160;
inline constexpr Millis kBlock{20};
using Block = std::span<const std::int16_t, kBlockSamples>;

// Mean power in dBm0; -90 for digital silence. Full scale of a sine is +3.17 dBm0 (G.711).
float LevelOf(Block block);

class LevelTracker {
 public:
  explicit LevelTracker(const Thresholds& thresholds);
  // `tonal`: the block is a steady tone, so it is neither voice nor noise.
  bool IsVoice(float level, bool tonal);
  // The answer begins a new part: whoever spoke in early media gives no measure for the voice.
  void ForgetPeak() { peak_ = kNoPeak; }
  float floor() const { return floor_; }
  float peak() const { return peak_ == kNoPeak ? floor_ : peak_; }

 private:
  void Learn(float level);
  bool IsSteady(std::size_t blocks) const;

  static constexpr std::size_t kMemory = 50;        // 1 s: speech pauses within it.
  static constexpr std::size_t kSteadyBlocks = 10;  // 200 ms without speech's ups and downs: noise.
  static constexpr std::size_t kStartBlocks = 15;   // So long the noise is assumed to be low.
  static constexpr float kSteadyDb = 5;
  static constexpr float kNoPeak = -200;

  float min_level_;
  float over_floor_;
  float under_peak_;
  std::array<float, kMemory> memory_{};  // A ring.
  std::size_t next_ = 0;
  std::size_t filled_ = 0;
  std::size_t heard_ = 0;  // Up to kStartBlocks.
  float floor_ = -60;
  float peak_ = kNoPeak;
};

// Makes words of blocks: 60 ms of voice within 80 begin one, `word_gap` without voice ends it.
class VoiceGate {
 public:
  explicit VoiceGate(Millis word_gap) : word_gap_(word_gap) {}
  bool OnBlock(bool voice);  // True while somebody speaks, the pauses inside words included.
  // Nothing was heard for `quiet`: lost packets, or a sender that is silent.
  bool OnGap(Millis quiet);
  Millis since_voice() const { return since_voice_; }  // Since the last block with voice.
  void Reset() { *this = VoiceGate(word_gap_); }

 private:
  Millis word_gap_;
  unsigned last_ = 0;  // The last four blocks, a bit each.
  bool speaking_ = false;
  Millis since_voice_{0};
};

}  // namespace callfleet::sip_edge::media::amd
