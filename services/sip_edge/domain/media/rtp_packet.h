#pragma once
// The RTP header, RFC 3550 5.1. Reads arbitrary bytes safely; never allocates.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace callfleet::sip_edge::media {

inline constexpr std::size_t kRtpHeaderBytes = 12;

struct RtpHeader {
  std::uint8_t payload_type = 0;  // 0..127
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
};

struct RtpView {
  RtpHeader header;
  std::uint16_t payload_offset = 0;  // >= kRtpHeaderBytes: a new header always fits in front.
  std::uint16_t payload_bytes = 0;   // Without padding; may be 0.
};

// Nothing if it is no version 2 packet, is cut short, or its extension or padding exceeds it.
std::optional<RtpView> ParseRtp(std::span<const std::uint8_t> datagram);

// No CSRC, extension or padding: what a mixer or relay with its own SSRC sends.
void WriteRtpHeader(std::span<std::uint8_t, kRtpHeaderBytes> out, const RtpHeader& header);

}  // namespace callfleet::sip_edge::media
