#pragma once
// Loss, order and jitter of what a leg receives, RFC 3550 6.4.1, A.1, A.3 and A.8.
#include <cstdint>

#include "common/clock/clock.h"
#include "services/sip_edge/domain/media/rtcp.h"
#include "services/sip_edge/domain/media/rtp_packet.h"

namespace callfleet::sip_edge::media {

class ReceptionStats {
 public:
  // `timed`: its timestamp says when it was sampled; false for packets of a key.
  void OnPacket(const RtpHeader& header, std::uint32_t payload_bytes, bool timed, MonoTime arrival);
  // The block of the next report; the fraction covers the time since the block before.
  ReportBlock TakeBlock();

  std::uint64_t packets() const { return packets_; }
  std::uint64_t bytes() const { return bytes_; }  // Payload only.
  std::uint64_t expected() const { return past_expected_ + ExpectedNow(); }
  // Duplicates may make more received than expected: never negative here.
  std::uint64_t lost() const;
  double jitter_ms() const { return static_cast<double>(jitter_q4_) / 16.0 / 8.0; }
  double max_jitter_ms() const { return static_cast<double>(max_jitter_q4_) / 16.0 / 8.0; }
  std::uint32_t ssrc() const { return ssrc_; }
  std::uint32_t ssrc_changes() const { return ssrc_changes_; }

 private:
  void Begin(const RtpHeader& header);
  std::uint64_t ExpectedNow() const;

  bool started_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint16_t base_ = 0;
  std::uint16_t highest_ = 0;
  std::uint32_t cycles_ = 0;         // Of 65,536.
  std::uint64_t past_expected_ = 0;  // Of streams that ended by a new SSRC or a restart.
  std::uint64_t packets_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t prior_expected_ = 0;
  std::uint64_t prior_packets_ = 0;
  bool has_transit_ = false;
  std::int64_t transit_ = 0;     // Arrival minus timestamp, samples.
  std::uint32_t jitter_q4_ = 0;  // Samples times 16, as in A.8.
  std::uint32_t max_jitter_q4_ = 0;
  std::uint32_t ssrc_changes_ = 0;
};

}  // namespace callfleet::sip_edge::media
