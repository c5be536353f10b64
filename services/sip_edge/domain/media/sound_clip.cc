#include "services/sip_edge/domain/media/sound_clip.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace callfleet::sip_edge::media {

std::vector<std::int16_t> HalveRate(std::span<const std::int16_t> samples) {
  // A windowed sinc (Hamming) with its corner at 3.6 kHz of 16 kHz.
  constexpr int kHalf = 31;
  constexpr double kCorner = 3600.0 / 16000.0;
  std::array<double, 2 * kHalf + 1> taps{};
  double sum = 0;
  for (int i = -kHalf; i <= kHalf; ++i) {
    const double x = 2 * std::numbers::pi * kCorner * i;
    const double sinc = i == 0 ? 1.0 : std::sin(x) / x;
    const double window = 0.54 + 0.46 * std::cos(std::numbers::pi * i / kHalf);
    taps[static_cast<std::size_t>(i + kHalf)] = sinc * window;
    sum += sinc * window;
  }
  const auto size = static_cast<std::int64_t>(samples.size());
  std::vector<std::int16_t> out;
  out.reserve(samples.size() / 2 + 1);
  for (std::int64_t at = 0; at < size; at += 2) {
    double value = 0;
    for (int i = -kHalf; i <= kHalf; ++i) {
      const std::int64_t from = at + i;
      if (from < 0 || from >= size) continue;
      value += taps[static_cast<std::size_t>(i + kHalf)] * samples[static_cast<std::size_t>(from)];
    }
    out.push_back(
        static_cast<std::int16_t>(std::lround(std::clamp(value / sum, -32768.0, 32767.0))));
  }
  return out;
}

}  // namespace callfleet::sip_edge::media
