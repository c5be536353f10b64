#pragma once
// Bridges in which a supervisor barges: three legs that each hear the two others, all rows mixed.
#include <chrono>
#include <cstdint>

#include "services/sip_edge/media/media_engine.h"

namespace callfleet::sip_edge::media::bench {

struct BargeFigures {
  int bridges = 0;
  double core_percent = 0;       // Of the media threads.
  double cpu_us_per_bridge = 0;  // A tick of 20 ms: three packets in, three mixed and sent.
  double bridges_per_core = 0;   // At 75 % of a core, from cpu_us_per_bridge.
  std::uint64_t frames_mixed = 0;
  std::uint64_t frames_expected = 0;
  std::uint64_t ticks_skipped = 0;
};
BargeFigures RunBarge(MediaEngine& engine, int bridges, std::chrono::seconds time);

// Without sockets: what mixing alone costs a bridge and tick, ns.
double MixOnlyNs(int ticks);

}  // namespace callfleet::sip_edge::media::bench
