#include "services/sip_edge/domain/media/tone.h"

#include <cmath>
#include <numbers>

#include "services/sip_edge/domain/media/g711.h"

namespace callfleet::sip_edge::media {
namespace {

struct Cadence {
  double first_hz = 0;   // 0: no tone.
  double second_hz = 0;  // 0: one tone only.
  std::uint32_t on_ms = 0;
  std::uint32_t off_ms = 0;
};

Cadence CadenceOf(Tone tone) {
  switch (tone) {
    case Tone::kSilence:
      return {0, 0, 0, 20};
    case Tone::kRingback:
      return {440, 480, 2000, 4000};
    case Tone::kBusy:
      return {480, 620, 500, 500};
    case Tone::kZip:
      return {800, 0, 200, 0};
    case Tone::kTest:
      return {1004, 0, 1000, 0};
  }
  return {};
}

}  // namespace

std::vector<std::uint8_t> RenderTone(Tone tone, Codec codec) {
  const Cadence cadence = CadenceOf(tone);
  const std::uint32_t on = cadence.on_ms * kSamplesPerMs;
  const std::uint32_t total = on + cadence.off_ms * kSamplesPerMs;
  const double parts = cadence.second_hz > 0 ? 2 : 1;
  const double amplitude = 5000 / parts;  // Full scale is +3.17 dBm0.
  std::vector<std::uint8_t> out(total, SilenceOctet(codec));
  for (std::uint32_t i = 0; i < on; ++i) {
    const double t = 2 * std::numbers::pi * i / kClockHz;
    double sample = std::sin(t * cadence.first_hz);
    if (cadence.second_hz > 0) sample += std::sin(t * cadence.second_hz);
    out[i] = Encode(codec, static_cast<std::int16_t>(std::lround(sample * amplitude)));
  }
  return out;
}

}  // namespace callfleet::sip_edge::media
