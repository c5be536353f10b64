#pragma once
// Sends a sample through a line to the detector, packet by packet, on a clock of its own.
#include <optional>
#include <vector>

#include "services/sip_edge/domain/media/amd/answering_detector.h"
#include "tests/voice/samples.h"

namespace callfleet::amd_samples {

namespace amd = sip_edge::media::amd;

struct Played {
  amd::Decision decision;  // Always made: the deadline makes it at the latest.
  std::vector<amd::LateFinding> late;
  std::uint64_t frames = 0;
};
// `audio` starts with the answer. `seed`: for loss and jitter.
Played Play(const Audio& audio, const Line& line, const amd::Thresholds& thresholds,
            std::uint64_t seed, bool to_the_end = false);

}  // namespace callfleet::amd_samples
