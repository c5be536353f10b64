#include "services/sip_edge/domain/media/amd/level_tracker.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace callfleet::sip_edge::media::amd {
namespace {

constexpr float kSilence = -90;
constexpr float kLowestFloor = -60;   // Digital silence does not make a whisper of noise voice.
constexpr float kAssumedFloor = -50;  // Before anything is known: a usual line.
constexpr float kPeakDecay = 0.1F;    // dB a block.

}  // namespace

float LevelOf(Block block) {
  std::int64_t sum = 0;
  for (const std::int16_t s : block) sum += std::int64_t{s} * s;
  if (sum == 0) return kSilence;
  const float mean = static_cast<float>(sum) / kBlockSamples;
  // A sine of full scale (32,124 after G.711) has the mean square 87.1 dB and is +3.17 dBm0.
  return std::max(kSilence, 10 * std::log10(mean) - 84.0F);
}

LevelTracker::LevelTracker(const Thresholds& t)
    : min_level_(static_cast<float>(t.min_level_dbm0)),
      over_floor_(static_cast<float>(t.over_floor_db)),
      under_peak_(static_cast<float>(t.under_peak_db)) {}

bool LevelTracker::IsVoice(float level, bool tonal) {
  if (tonal) return false;
  Learn(level);
  const float least = std::max({min_level_, floor_ + over_floor_, peak_ - under_peak_});
  const bool voice = level > least;
  if (voice) {
    peak_ = std::max(level, peak_ - kPeakDecay);
  } else if (peak_ != kNoPeak) {
    peak_ -= kPeakDecay;
  }
  return voice;
}

// The floor is the lowest level of the last second. Where the level stands still, it is noise,
// however loud: then the floor is that level, and what was before it counts no more.
void LevelTracker::Learn(float level) {
  memory_[next_] = level;
  next_ = (next_ + 1) % kMemory;
  filled_ = std::min(filled_ + 1, kMemory);
  heard_ = std::min(heard_ + 1, kStartBlocks);
  if (filled_ >= kSteadyBlocks && IsSteady(kSteadyBlocks)) filled_ = kSteadyBlocks;
  float lowest = 0;
  for (std::size_t i = 1; i <= filled_; ++i) {
    lowest = std::min(lowest, memory_[(next_ + kMemory - i) % kMemory]);
  }
  if (heard_ < kStartBlocks) lowest = std::min(lowest, kAssumedFloor);
  floor_ = std::max(lowest, kLowestFloor);
}

bool LevelTracker::IsSteady(std::size_t blocks) const {
  float low = 100;
  float high = -100;
  for (std::size_t i = 1; i <= blocks; ++i) {
    const float level = memory_[(next_ + kMemory - i) % kMemory];
    low = std::min(low, level);
    high = std::max(high, level);
  }
  return high - low < kSteadyDb;
}

bool VoiceGate::OnBlock(bool voice) {
  last_ = ((last_ << 1) | (voice ? 1U : 0U)) & 0xFU;
  since_voice_ = voice ? Millis{0} : since_voice_ + kBlock;
  if (speaking_) {
    speaking_ = since_voice_ < word_gap_;
  } else {
    speaking_ = voice && std::popcount(last_) >= 3;
  }
  return speaking_;
}

bool VoiceGate::OnGap(Millis quiet) {
  since_voice_ += quiet;
  if (quiet >= kBlock * 2) last_ = 0;
  if (since_voice_ >= word_gap_) speaking_ = false;
  return speaking_;
}

}  // namespace callfleet::sip_edge::media::amd
