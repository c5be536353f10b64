#include "services/sip_edge/domain/media/rtp_packet.h"

#include "services/sip_edge/domain/media/big_endian.h"

namespace callfleet::sip_edge::media {

std::optional<RtpView> ParseRtp(std::span<const std::uint8_t> datagram) {
  constexpr std::size_t kMaxBytes = 0xFFFF;
  const std::size_t size = datagram.size();
  if (size < kRtpHeaderBytes || size > kMaxBytes) return std::nullopt;
  const std::uint8_t* p = datagram.data();
  if (p[0] >> 6 != 2) return std::nullopt;

  std::size_t offset = kRtpHeaderBytes + std::size_t{4} * (p[0] & 0x0F);
  if (offset > size) return std::nullopt;
  if ((p[0] & 0x10) != 0) {  // Header extension, RFC 3550 5.3.1.
    if (offset + 4 > size) return std::nullopt;
    offset += 4 + std::size_t{4} * Load16(p + offset + 2);
    if (offset > size) return std::nullopt;
  }
  std::size_t end = size;
  if ((p[0] & 0x20) != 0) {  // The last octet counts the padding, itself included.
    const std::size_t padding = p[size - 1];
    if (padding == 0 || padding > size - offset) return std::nullopt;
    end -= padding;
  }

  RtpView view;
  view.header.marker = (p[1] & 0x80) != 0;
  view.header.payload_type = p[1] & 0x7F;
  view.header.sequence = Load16(p + 2);
  view.header.timestamp = Load32(p + 4);
  view.header.ssrc = Load32(p + 8);
  view.payload_offset = static_cast<std::uint16_t>(offset);
  view.payload_bytes = static_cast<std::uint16_t>(end - offset);
  return view;
}

void WriteRtpHeader(std::span<std::uint8_t, kRtpHeaderBytes> out, const RtpHeader& header) {
  out[0] = 0x80;
  out[1] = static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7F));
  Store16(&out[2], header.sequence);
  Store32(&out[4], header.timestamp);
  Store32(&out[8], header.ssrc);
}

}  // namespace callfleet::sip_edge::media
