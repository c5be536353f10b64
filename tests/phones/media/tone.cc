#include "tests/phones/media/tone.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace callfleet::phones {
namespace {

constexpr double kSampleRate = 8000;
constexpr int kStepHz = 50;
constexpr double kAmplitude = 5000;    // of each frequency: about -13 dBm0
constexpr double kPresentFloor = 800;  // heard from here on: a gain of 1/6
constexpr double kEnergyFloor = 60;    // RMS
struct Band {
  int low_hz, high_hz;
};
constexpr std::array<Band, 2> kBands{Band{600, 1800}, Band{1900, 3200}};

std::vector<ToneCode> MakeCodes(Side side) {
  const Band band = kBands[static_cast<size_t>(side)];
  std::vector<ToneCode> codes;
  // By distance first: neighbours in the list share no frequency more often than they must.
  for (int gap = 2 * kStepHz; gap <= band.high_hz - band.low_hz; gap += kStepHz)
    for (int low = band.low_hz; low + gap <= band.high_hz; low += kStepHz)
      codes.push_back({side, static_cast<uint16_t>(low), static_cast<uint16_t>(low + gap)});
  return codes;
}

Frame Encode(std::initializer_list<int> frequencies, Law law) {
  Frame frame;
  for (int n = 0; n < kFrameSamples; ++n) {
    double x = 0;
    for (int hz : frequencies) x += std::sin(2 * std::numbers::pi * hz * n / kSampleRate);
    frame[n] = EncodeSample(law, static_cast<int16_t>(std::lround(kAmplitude * x)));
  }
  return frame;
}

double AmplitudeAt(const std::array<float, kFrameSamples>& samples, int hz) {
  const float coefficient =
      static_cast<float>(2 * std::cos(2 * std::numbers::pi * hz / kSampleRate));
  float s1 = 0, s2 = 0;
  for (float x : samples) {
    const float s = x + coefficient * s1 - s2;
    s2 = s1;
    s1 = s;
  }
  const double power = double{s1} * s1 + double{s2} * s2 - double{coefficient} * s1 * s2;
  return std::sqrt(std::max(0.0, power)) * 2 / kFrameSamples;
}

std::optional<ToneCode> CodeIn(Side side, const std::array<float, kFrameSamples>& samples,
                               bool& mixture) {
  const Band band = kBands[static_cast<size_t>(side)];
  std::vector<std::pair<double, int>> found;
  for (int hz = band.low_hz; hz <= band.high_hz; hz += kStepHz) {
    const double amplitude = AmplitudeAt(samples, hz);
    if (amplitude >= kPresentFloor) found.emplace_back(amplitude, hz);
  }
  std::sort(found.rbegin(), found.rend());
  if (found.size() < 2) return std::nullopt;
  // Leakage of a tone off the grid falls on neighbours, never on two equal, distant frequencies.
  const bool alone = found.size() == 2 || found[2].first < 0.3 * found[1].first;
  const bool even = found[1].first > 0.5 * found[0].first;
  const int gap = std::abs(found[0].second - found[1].second);
  if (!alone) mixture = true;
  if (!alone || !even || gap < 2 * kStepHz) return std::nullopt;
  const auto [low, high] = std::minmax(found[0].second, found[1].second);
  return ToneCode{side, static_cast<uint16_t>(low), static_cast<uint16_t>(high)};
}

}  // namespace

const std::vector<ToneCode>& CodesOf(Side side) {
  static const std::array<std::vector<ToneCode>, 2> codes{MakeCodes(Side::kAgent),
                                                          MakeCodes(Side::kCarrier)};
  return codes[static_cast<size_t>(side)];
}

const Frame& ToneFrame(const ToneCode& code, Law law) {
  static const auto frames = [] {
    std::array<std::unordered_map<uint32_t, Frame>, 2> all;
    for (Law l : {Law::kMu, Law::kA})
      for (Side side : {Side::kAgent, Side::kCarrier})
        for (const ToneCode& c : CodesOf(side))
          all[static_cast<size_t>(l)][c.Key()] = Encode({c.low_hz, c.high_hz}, l);
    return all;
  }();
  return frames[static_cast<size_t>(law)].at(code.Key());
}

Frame RingbackFrame(Law law) { return Encode({450}, law); }

Frame SilenceFrame(Law law) {
  Frame frame;
  frame.fill(SilenceOf(law));
  return frame;
}

Heard Analyse(std::span<const uint8_t, kFrameSamples> payload, Law law) {
  std::array<float, kFrameSamples> samples;
  double energy = 0;
  for (int n = 0; n < kFrameSamples; ++n) {
    samples[n] = DecodeSample(law, payload[n]);
    energy += double{samples[n]} * samples[n];
  }
  Heard heard;
  heard.energy = std::sqrt(energy / kFrameSamples) > kEnergyFloor;
  if (!heard.energy) return heard;
  heard.agent = CodeIn(Side::kAgent, samples, heard.mixture);
  heard.carrier = CodeIn(Side::kCarrier, samples, heard.mixture);
  return heard;
}

}  // namespace callfleet::phones
