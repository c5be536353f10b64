#pragma once
// RTCP compound packets, RFC 3550 6: sender and receiver reports, CNAME, BYE.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/clock/clock.h"

namespace callfleet::sip_edge::media {

struct SenderInfo {
  std::uint64_t ntp = 0;  // 32.32 fixed point seconds since 1900.
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};

struct ReportBlock {
  std::uint32_t ssrc = 0;          // Whose stream the block is about.
  std::uint8_t fraction_lost = 0;  // Of 256, since the report before.
  std::int32_t cumulative_lost = 0;
  std::uint32_t highest_sequence = 0;
  std::uint32_t jitter = 0;          // Samples.
  std::uint32_t last_sr = 0;         // Middle 32 bits of the NTP time of the last SR; 0: none.
  std::uint32_t delay_since_sr = 0;  // 1/65536 s.
};

struct RtcpReport {
  std::uint32_t sender_ssrc = 0;
  std::optional<SenderInfo> sender;
  std::optional<ReportBlock> about_us;  // The block whose ssrc is ours.
  bool bye = false;
};

// Nothing for what is no RTCP compound packet (version 2, SR or RR first, lengths that fit).
std::optional<RtcpReport> ParseRtcp(std::span<const std::uint8_t> datagram, std::uint32_t our_ssrc);

struct OutgoingReport {
  std::uint32_t our_ssrc = 0;
  std::optional<SenderInfo> sender{};  // Present: SR, else RR.
  std::optional<ReportBlock> block{};
  std::string_view cname{};  // 1..64 octets.
  bool bye = false;
};
inline constexpr std::size_t kMaxReportBytes = 160;
// Bytes written.
std::size_t WriteRtcp(std::span<std::uint8_t, kMaxReportBytes> out, const OutgoingReport& report);

std::uint64_t ToNtp(WallTime time);
constexpr std::uint32_t MiddleOfNtp(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16);
}
// RFC 3550 6.4.1: A - LSR - DLSR. Nothing if the peer has seen no SR yet, or figures are absurd.
std::optional<double> RoundTripMs(const ReportBlock& about_us, WallTime now);

}  // namespace callfleet::sip_edge::media
