#include "services/sip_edge/domain/media/tone.h"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace callfleet::sip_edge::media {
namespace {

struct Cadence {
  double first_hz = 0;   // 0: no tone.
  double second_hz = 0;  // 0: one tone only.
  std::uint32_t on_ms = 0;
  std::uint32_t off_ms = 0;
  std::uint32_t again_on_ms = 0;  // The second ring of a double one.
  std::uint32_t again_off_ms = 0;
};

constexpr std::pair<std::string_view, ToneRegion> kNames[] = {
    {"us", ToneRegion::kUs}, {"uk", ToneRegion::kUk}, {"de", ToneRegion::kDe},
    {"fr", ToneRegion::kFr}, {"it", ToneRegion::kIt}, {"es", ToneRegion::kEs},
    {"nl", ToneRegion::kNl}, {"au", ToneRegion::kAu}, {"jp", ToneRegion::kJp}};

Cadence Ringback(ToneRegion region) {
  switch (region) {
    case ToneRegion::kUs:
      return {440, 480, 2000, 4000};
    case ToneRegion::kUk:
      return {400, 450, 400, 200, 400, 2000};
    case ToneRegion::kFr:
      return {440, 0, 1500, 3500};
    case ToneRegion::kDe:
    case ToneRegion::kIt:
    case ToneRegion::kNl:
      return {425, 0, 1000, 4000};
    case ToneRegion::kEs:
      return {425, 0, 1500, 3000};
    case ToneRegion::kAu:
      return {400, 450, 400, 200, 400, 2000};
    case ToneRegion::kJp:
      return {384, 416, 1000, 2000};  // 400 Hz, modulated by 16 Hz.
  }
  return {};
}

Cadence Busy(ToneRegion region) {
  switch (region) {
    case ToneRegion::kUs:
      return {480, 620, 500, 500};
    case ToneRegion::kUk:
      return {400, 0, 375, 375};
    case ToneRegion::kFr:
      return {440, 0, 500, 500};
    case ToneRegion::kDe:
      return {425, 0, 480, 480};
    case ToneRegion::kIt:
    case ToneRegion::kNl:
      return {425, 0, 500, 500};
    case ToneRegion::kEs:
      return {425, 0, 200, 200};
    case ToneRegion::kAu:
      return {425, 0, 375, 375};
    case ToneRegion::kJp:
      return {400, 0, 500, 500};
  }
  return {};
}

Cadence CadenceOf(Tone tone, ToneRegion region) {
  switch (tone) {
    case Tone::kSilence:
      return {0, 0, 0, 20};
    case Tone::kRingback:
      return Ringback(region);
    case Tone::kBusy:
      return Busy(region);
    case Tone::kZip:
      return {800, 0, 200, 0};
    case Tone::kTest:
      return {1004, 0, 1000, 0};
    case Tone::kBeep:
      return {1000, 0, 400, 0};
  }
  return {};
}

void Burst(const Cadence& cadence, std::uint32_t on_ms, std::uint32_t off_ms,
           std::vector<std::int16_t>& out) {
  const double parts = cadence.second_hz > 0 ? 2 : 1;
  const double amplitude = 5000 / parts;  // Full scale is +3.17 dBm0.
  for (std::uint32_t i = 0; i < on_ms * kSamplesPerMs; ++i) {
    const double t = 2 * std::numbers::pi * i / kClockHz;
    double sample = std::sin(t * cadence.first_hz);
    if (cadence.second_hz > 0) sample += std::sin(t * cadence.second_hz);
    out.push_back(static_cast<std::int16_t>(std::lround(sample * amplitude)));
  }
  out.insert(out.end(), off_ms * kSamplesPerMs, 0);
}

}  // namespace

std::optional<ToneRegion> ParseToneRegion(std::string_view name) {
  for (const auto& [known, region] : kNames) {
    if (known == name) return region;
  }
  return std::nullopt;
}

std::vector<std::int16_t> RenderToneSamples(Tone tone, ToneRegion region) {
  const Cadence cadence = CadenceOf(tone, region);
  std::vector<std::int16_t> out;
  Burst(cadence, cadence.on_ms, cadence.off_ms, out);
  Burst(cadence, cadence.again_on_ms, cadence.again_off_ms, out);
  return out;
}

}  // namespace callfleet::sip_edge::media
