#pragma once
// Phones that talk through the engine over loopback: each packet carries when it was sent.
#include <chrono>
#include <cstdint>

#include "services/sip_edge/media/media_engine.h"
#include "tests/bench/media/target.h"

namespace callfleet::sip_edge::media::bench {

struct LoadOptions {
  int calls = 500;
  std::chrono::seconds time{20};
  bool mixed_laws = false;  // One leg µ-law, the other A-law.
};

struct LoadFigures {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  std::uint64_t lost = 0;        // Sent by a phone and not heard by the other.
  double cpu_us_per_packet = 0;  // CPU time of the media threads over packets relayed.
  double core_percent = 0;
  double delay_p50_us = 0;  // From a phone's send() to the other's socket: two hops of loopback.
  double delay_p99_us = 0;
  double delay_max_us = 0;
};

LoadFigures RunLoad(Target& target, const LoadOptions& options);

struct SetupFigures {
  double us_per_call = 0;      // Wall time of the control thread: two endpoints opened and closed.
  double cpu_us_per_call = 0;  // CPU time of the whole process.
};
// `with_media`: SetRemote and Bridge, too, so that the media thread takes part.
SetupFigures RunSetups(MediaEngine& engine, int calls, bool with_media);

}  // namespace callfleet::sip_edge::media::bench
