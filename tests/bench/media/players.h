#pragma once
// What callers on music cost, what recordings cost, what SRTP costs.
#include <chrono>
#include <cstdint>

#include "services/sip_edge/domain/media/srtp_key.h"
#include "services/sip_edge/media/media_engine.h"

namespace callfleet::sip_edge::media::bench {

struct MusicFigures {
  double core_percent = 0;      // Of the media threads.
  double cpu_us_per_tick = 0;   // A caller and tick: a packet in, a packet of music out.
  double callers_per_core = 0;  // At 75 % of a core, from cpu_us_per_tick.
  std::uint64_t generated = 0;
  std::uint64_t expected = 0;
};
// Callers that talk and hear one clip in a loop.
MusicFigures RunMusic(MediaEngine& engine, int callers, std::chrono::seconds time);

struct RecordingFigures {
  double bare_percent = 0;      // Of a core: all threads but the load's, nothing recorded; the mean
                                // of before and after, as the machine's speed changes.
  double recorded_percent = 0;  // The same calls, each recorded in stereo, once files are open.
  double media_percent = 0;     // The media threads' part of what is more.
  double extra_of_thousand = 0;  // What 1,000 recordings would take more, % of a core.
  double open_us = 0;            // CPU to open a recording, with its notes.
  double close_us = 0;           // To end one, with its notes and the hash of its file.
};
// `engine` with `record`. Files go to `folder`, which is emptied.
RecordingFigures RunRecordings(MediaEngine& engine, const Clock& clock, int calls,
                               std::chrono::seconds time, const char* folder);

struct SrtpFigures {
  double seal_us = 0;  // A packet of 160 octets.
  double open_us = 0;
  double make_us = 0;  // A context, at a new key.
};
SrtpFigures RunSrtp(SrtpSuite suite, int packets);

}  // namespace callfleet::sip_edge::media::bench
