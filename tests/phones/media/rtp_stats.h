#pragma once
// What a leg measured. Times are microseconds of NowUs(); -1 means never.
#include <cstdint>
#include <vector>

#include "tests/phones/media/tone.h"

namespace callfleet::phones {

// One code heard without a pause longer than 250 ms.
struct HeardSpan {
  ToneCode code;
  int64_t from_us = 0;
  int64_t to_us = 0;
  uint32_t packets = 0;
};

struct RtpStats {
  uint64_t sent = 0;
  uint64_t received = 0;
  int64_t lost = 0;  // by sequence numbers, RFC 3550 A.3
  uint64_t reordered = 0;
  double jitter_us = 0;  // RFC 3550 6.4.1
  int64_t first_packet_us = -1;
  int64_t last_packet_us = -1;
  int64_t max_gap_us = 0;  // longest time between two packets
  uint32_t ssrc_changes = 0;
  uint64_t other_payload_types = 0;
  uint64_t dtmf_packets = 0;
  uint64_t silent_packets = 0;
  uint64_t unclear_packets = 0;  // energy, but no single code
  uint64_t malformed = 0;
  uint64_t rtcp_received = 0;
  int64_t first_peer_tone_us = -1;  // first packet with a code of the other side
  int64_t energy_from_us = -1;
  std::vector<HeardSpan> heard;  // at most 64, later ones are dropped
};

}  // namespace callfleet::phones
