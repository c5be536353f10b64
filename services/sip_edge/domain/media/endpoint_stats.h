#pragma once
// What a leg's media did, for the record of its call.
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {

struct EndpointStats {
  std::uint64_t packets_sent = 0;
  std::uint64_t bytes_sent = 0;  // Payload, as in RTCP; so is bytes_received.
  std::uint64_t packets_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t packets_lost = 0;  // Of those the peer sent to us.
  double loss_ratio = 0;           // packets_lost over those expected, 0..1.
  double jitter_ms = 0;            // RFC 3550 6.4.1, at the end.
  double max_jitter_ms = 0;
  std::optional<double> rtt_ms;        // The last one that RTCP gave.
  double mos = 0;                      // G.107, of what we received; 0: nothing received.
  std::int64_t peer_packets_lost = 0;  // Of what we sent, as the peer reported last.
  double peer_jitter_ms = 0;
  std::optional<Instant> first_rtp;
  std::optional<Instant> last_rtp;
  MediaAddress source;               // Learned last; not set: none.
  std::uint32_t source_changes = 0;  // The first is not counted.
  std::uint32_t ssrc_changes = 0;
  std::uint32_t ssrc_sent = 0;
  std::uint32_t ssrc_received = 0;
  std::uint64_t strangers = 0;  // Packets from elsewhere while the socket was open to all.
  std::uint64_t malformed = 0;  // No RTP, or a payload type that was not negotiated.
  std::uint64_t send_errors = 0;
  std::uint32_t digits_received = 0;
};

}  // namespace callfleet::sip_edge::media
