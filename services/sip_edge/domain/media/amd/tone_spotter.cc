#include "services/sip_edge/domain/media/amd/tone_spotter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace callfleet::sip_edge::media::amd {
namespace {

constexpr int kFirstHz = 300;
constexpr int kStepHz = 50;  // 8,000 Hz / 160 samples: the filters are orthogonal.
constexpr std::size_t kFilters = 41;
constexpr float kOneLine = 0.84F;  // Share of the power that one line must hold; two together:
constexpr float kTwoLines = 0.78F;
constexpr float kSecondLine = 0.15F;
constexpr float kOneSwell = 105;  // Hz.
// What keeps a vowel from being a tone: its pitch glides and its level swells.
constexpr float kSteadyHz = 12;
constexpr float kSteadyDb = 2;
constexpr float kEdgeHz = 60;  // The first block may hold half a tone.
constexpr int kShortestBeepMs = 120;
constexpr int kShortestLowBeepMs = 200;
constexpr int kBusyBlocks = 9;

const std::array<float, kFilters> kCoefficients = [] {
  std::array<float, kFilters> out{};
  for (std::size_t i = 0; i < kFilters; ++i) {
    const auto hz = static_cast<double>(kFirstHz + kStepHz * static_cast<int>(i));
    out[i] = static_cast<float>(2 * std::cos(2 * std::numbers::pi * hz / 8000));
  }
  return out;
}();

struct Line {
  float hz = 0;
  float power = 0;
  float outer = 0;  // Of one more filter.
};

// The strongest filter with its neighbours, as a tone between two filters is in both; then cleared.
Line TakeStrongest(std::array<float, kFilters + 2>& power) {
  const auto strongest = std::max_element(power.begin() + 1, power.end() - 1);
  const auto at = static_cast<std::size_t>(strongest - power.begin());
  Line line;
  float weighted = 0;
  for (std::size_t i = at - 1; i <= at + 1; ++i) {
    const auto hz = static_cast<float>(kFirstHz + kStepHz * (static_cast<int>(i) - 1));
    line.power += power[i];
    weighted += power[i] * hz;
    power[i] = 0;
  }
  line.hz = line.power > 0 ? weighted / line.power : 0;
  // Halfway between two filters a tenth of a tone's power lies one further out.
  const bool below = at > 1 && (at + 2 >= power.size() || power[at - 2] > power[at + 2]);
  line.outer = power[below ? at - 2 : at + 2];
  return line;
}

constexpr bool Within(float hz, float low, float high) { return hz >= low && hz <= high; }
constexpr bool Within(Millis t, int low, int high) { return t >= Millis{low} && t <= Millis{high}; }
bool IsFaxAnswer(float hz) { return Within(hz, 2075, 2125); }
bool IsFaxCall(float hz) { return Within(hz, 1062, 1138); }
// 480 and 620 Hz: so near that their lines wander.
bool IsBusy(Lines lines) {
  return Within(lines.first_hz, 455, 515) && Within(lines.second_hz, 590, 645);
}
bool IsRinging(float hz) { return Within(hz, 375, 500); }
// ITU-T E.180: 950, 1,400, 1,800 Hz; the variants of North America lie up to 45 Hz off.
bool IsSit(int tone, float hz) {
  if (tone == 0) return Within(hz, 890, 1010);
  if (tone == 1) return Within(hz, 1340, 1460);
  return Within(hz, 1740, 1830);
}

}  // namespace

Lines FindLines(Block block) {
  std::array<float, kFilters + 2> power{};  // With an empty place at each end.
  float total = 1;
  for (const std::int16_t s : block) total += static_cast<float>(s) * static_cast<float>(s);
  for (std::size_t i = 0; i < kFilters; ++i) {
    const float c = kCoefficients[i];
    float s1 = 0;
    float s2 = 0;
    for (const std::int16_t sample : block) {
      const float s0 = static_cast<float>(sample) + c * s1 - s2;
      s2 = s1;
      s1 = s0;
    }
    // A sine alone has |X|^2 = total * N / 2.
    power[i + 1] = (s1 * s1 + s2 * s2 - c * s1 * s2) * 2 / (total * kBlockSamples);
  }
  const Line first = TakeStrongest(power);
  if (first.power + first.outer >= kOneLine) return {.first_hz = first.hz};
  const Line second = TakeStrongest(power);
  // Ringing beats: 440 with 480 Hz are one line that swells, at its weakest two.
  if (std::abs(first.hz - second.hz) < kOneSwell && first.power + second.power >= kTwoLines) {
    const float sum = first.power + second.power;
    return {.first_hz = (first.hz * first.power + second.hz * second.power) / sum};
  }
  if (first.power + second.power < kTwoLines || second.power < kSecondLine) return {};
  return {.first_hz = std::min(first.hz, second.hz), .second_hz = std::max(first.hz, second.hz)};
}

bool ToneSpotter::Continues(Lines lines, float level) const {
  const bool second_block = length_ <= kBlock;
  // Ringing of two tones is told as one line that wanders with the beat.
  const bool rings = IsRinging(run_.first_hz) && IsRinging(lines.first_hz);
  const float step = second_block || rings ? kEdgeHz : kSteadyHz;
  if (std::abs(lines.first_hz - run_.first_hz) > step) return false;
  if (std::abs(lines.second_hz - run_.second_hz) > step) return false;
  const bool may_swell = lines.second_hz != 0 || IsRinging(lines.first_hz);
  return second_block || may_swell || std::abs(level - level_) <= kSteadyDb;
}

std::optional<ToneFound> ToneSpotter::OnBlock(Lines lines, float level) {
  if (IsBusy(lines)) {
    if (++busy_blocks_ == kBusyBlocks)
      return ToneFound{ToneKind::kBusy, hz(), kBlock * kBusyBlocks};
  } else if (lines.first_hz == 0) {
    busy_blocks_ = 0;
  }
  if (lines.first_hz == 0) {
    silence_ += kBlock;
    if (sounding_ && silence_ == kBlock) return std::nullopt;  // One bad block does not end a tone.
    std::optional<ToneFound> found;
    if (sounding_) found = AtEnd();
    sounding_ = false;
    return found ? found : Pending();
  }
  if (sounding_ && Continues(lines, level)) {
    if (length_ <= kBlock) {
      run_ = lines;
      level_ = level;
    }
    length_ += kBlock + silence_;
    silence_ = Millis{0};
    return WhileOn();
  }
  std::optional<ToneFound> found;
  if (sounding_) found = AtEnd();
  gap_ = silence_;
  run_ = lines;
  level_ = level;
  length_ = kBlock;
  silence_ = Millis{0};
  sounding_ = true;
  told_ = false;
  return found;
}

std::optional<ToneFound> ToneSpotter::WhileOn() {
  if (told_) return std::nullopt;
  const auto tell = [this](ToneKind kind) {
    told_ = true;
    return ToneFound{.kind = kind, .hz = hz(), .length = length_};
  };
  if (run_.second_hz != 0) return std::nullopt;
  if (IsFaxAnswer(run_.first_hz) && length_ >= Millis{300}) return tell(ToneKind::kFax);
  if (sit_tones_ == 2 && IsSit(2, run_.first_hz) && gap_ <= Millis{80} && length_ >= Millis{160}) {
    return tell(ToneKind::kSit);
  }
  if (voice_heard_ || !IsRinging(run_.first_hz)) return std::nullopt;
  // Busy of one tone (425 Hz): as long on as off, twice. A double ring is 400 on, 200 off.
  // Nor are the holes that lost packets make in ringing.
  const auto off = gap_ - last_busy_;
  const bool again = last_busy_ > Millis{0} && length_ >= Millis{160} && gap_ >= Millis{160};
  if (again && Within(off, -90, 90)) {
    return tell(ToneKind::kBusy);
  }
  if (length_ >= Millis{700}) return tell(ToneKind::kRingback);
  return std::nullopt;
}

std::optional<ToneFound> ToneSpotter::AtEnd() {
  if (length_ <= kBlock) return std::nullopt;  // Where one tone passes into another, or a vowel.
  NoteSit(run_.first_hz);
  const bool ringing = !voice_heard_ && IsRinging(run_.first_hz);
  const bool single = run_.second_hz == 0;
  last_busy_ = single && ringing && Within(length_, 160, 620) ? length_ : Millis{0};
  if (told_ || !single || ringing) return std::nullopt;
  // T.30: 0.5 s of 1,100 Hz +-15 %.
  if (!voice_heard_ && IsFaxCall(run_.first_hz) && Within(length_, 400, 620)) {
    return ToneFound{.kind = ToneKind::kFax, .hz = hz(), .length = length_};
  }
  // Where a voice's first harmonics lie a beep must last longer than a vowel.
  const int shortest = IsRinging(run_.first_hz) ? kShortestLowBeepMs : kShortestBeepMs;
  if (Within(length_, shortest, 4000)) {
    beep_ = ToneFound{.kind = ToneKind::kBeep, .hz = hz(), .length = length_};
  }
  return std::nullopt;
}

// A tone that another one follows at once is part of a signal or of music, not a beep.
std::optional<ToneFound> ToneSpotter::Pending() {
  if (!beep_ || silence_ < Millis{100}) return std::nullopt;
  const auto found = beep_;
  beep_.reset();
  return found;
}

void ToneSpotter::NoteSit(float hz) {
  beep_.reset();
  const bool long_enough = run_.second_hz == 0 && Within(length_, 180, 460);
  if (long_enough && sit_tones_ > 0 && gap_ <= Millis{80} && IsSit(sit_tones_, hz)) {
    ++sit_tones_;
  } else {
    sit_tones_ = 0;
    if (long_enough && IsSit(0, hz)) sit_tones_ = 1;
    if (long_enough && IsSit(1, hz)) sit_tones_ = 2;  // RTP began with the second one.
  }
}

}  // namespace callfleet::sip_edge::media::amd
