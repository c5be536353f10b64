#pragma once
// Who is heard: every leg sends its own pair of frequencies, its *code*.
// All frequencies are multiples of 50 Hz, so that each has whole periods in a 20 ms frame: a leg
// sends one precomputed frame over and over, and Goertzel filters of 160 samples are orthogonal.
// Agents use 600..1800 Hz, the carrier 1900..3200 Hz. A code's two frequencies are >= 100 Hz apart.
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tests/phones/media/g711.h"

namespace callfleet::phones {

enum class Side : uint8_t { kAgent = 0, kCarrier = 1 };
inline Side OtherSide(Side s) { return s == Side::kAgent ? Side::kCarrier : Side::kAgent; }

constexpr int kFrameSamples = 160;
using Frame = std::array<uint8_t, kFrameSamples>;

struct ToneCode {
  Side side = Side::kAgent;
  uint16_t low_hz = 0;
  uint16_t high_hz = 0;
  uint32_t Key() const { return uint32_t{low_hz} << 16 | high_hz; }
  bool operator==(const ToneCode&) const = default;
};

const std::vector<ToneCode>& CodesOf(Side side);  // 276 for agents, 325 for the carrier.

const Frame& ToneFrame(const ToneCode& code, Law law);  // Encoded once. Must be one of CodesOf.
Frame RingbackFrame(Law law);                           // 450 Hz: outside both bands.
Frame SilenceFrame(Law law);

// What a frame holds. A code is found on a side if exactly two of its frequencies stand out.
struct Heard {
  bool energy = false;  // RMS above -50 dBm0
  std::optional<ToneCode> agent;
  std::optional<ToneCode> carrier;
  bool mixture = false;  // more than two frequencies of one side
};
Heard Analyse(std::span<const uint8_t, kFrameSamples> payload, Law law);

}  // namespace callfleet::phones
