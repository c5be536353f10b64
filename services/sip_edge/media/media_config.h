#pragma once
// Limits and timers of the engine. Units are in the names.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/result/result.h"
#include "services/sip_edge/domain/media/tone.h"

namespace callfleet::sip_edge::media {

struct MediaConfig {
  std::string bind_address = "0.0.0.0";  // IPv4 or IPv6 literal; all RTP and RTCP sockets.
  // RTP on even ports, RTCP one above. Outside the kernel's ephemeral range (32768-60999), where
  // any client socket of this machine may sit on a port of ours.
  std::uint16_t port_min = 20000;            // Even.
  std::uint16_t port_max = 29999;            // Odd.
  std::uint32_t threads = 1;                 // 1..64.
  int realtime_priority = 10;                // SCHED_FIFO, 1..99; 0: do not try.
  std::uint32_t max_endpoints = 4000;        // 1..65536; two to a call.
  ToneRegion tone_region = ToneRegion::kUs;  // Of ringback and busy tone.
  bool record = false;                       // Whether there is a recorder.
  int dscp = 46;                             // Expedited forwarding; 0..63.
  std::chrono::milliseconds relearn_after{
      1000};  // Silence after which any allowed source may come.
  std::chrono::milliseconds no_rtp_after{30000};  // And no RTCP: kNoRtp is told.
  std::chrono::milliseconds port_rest{1000};      // A port stays unused so long after its call.
};

Status Validate(const MediaConfig& config);  // INVALID_ARGUMENT naming the field.

}  // namespace callfleet::sip_edge::media
