#include "services/sip_edge/domain/media/rtcp.h"

#include <algorithm>
#include <cstring>

#include "services/sip_edge/domain/media/big_endian.h"

namespace callfleet::sip_edge::media {
namespace {

enum : std::uint8_t { kSr = 200, kRr = 201, kSdes = 202, kBye = 203 };
constexpr std::size_t kHeaderBytes = 8;  // With the sender's SSRC.
constexpr std::size_t kSenderBytes = 20;
constexpr std::size_t kBlockBytes = 24;
constexpr std::size_t kMaxCname = 64;
constexpr std::uint64_t kNtpOffsetSeconds = 2'208'988'800;  // 1900 to 1970.

ReportBlock ReadBlock(const std::uint8_t* p) {
  ReportBlock block;
  block.ssrc = Load32(p);
  block.fraction_lost = p[4];
  // 24 bits with sign.
  block.cumulative_lost = static_cast<std::int32_t>(Load32(p + 4) << 8) >> 8;
  block.highest_sequence = Load32(p + 8);
  block.jitter = Load32(p + 12);
  block.last_sr = Load32(p + 16);
  block.delay_since_sr = Load32(p + 20);
  return block;
}

void WriteBlock(std::uint8_t* p, const ReportBlock& block) {
  Store32(p, block.ssrc);
  Store32(p + 4, static_cast<std::uint32_t>(block.cumulative_lost) & 0xFFFFFF);
  p[4] = block.fraction_lost;
  Store32(p + 8, block.highest_sequence);
  Store32(p + 12, block.jitter);
  Store32(p + 16, block.last_sr);
  Store32(p + 20, block.delay_since_sr);
}

SenderInfo ReadSender(const std::uint8_t* p) {
  SenderInfo info;
  info.ntp = std::uint64_t{Load32(p)} << 32 | Load32(p + 4);
  info.rtp_timestamp = Load32(p + 8);
  info.packets = Load32(p + 12);
  info.octets = Load32(p + 16);
  return info;
}

// `packet`: one packet of the compound, its length already checked.
bool ReadReport(std::span<const std::uint8_t> packet, std::uint32_t our_ssrc, RtcpReport& report) {
  if (packet.size() < kHeaderBytes) return false;
  const bool is_sr = packet[1] == kSr;
  std::size_t at = kHeaderBytes;
  if (is_sr && packet.size() < at + kSenderBytes) return false;
  report.sender_ssrc = Load32(&packet[4]);
  if (is_sr) {
    report.sender = ReadSender(&packet[at]);
    at += kSenderBytes;
  }
  const std::size_t blocks = packet[0] & 0x1F;
  if (packet.size() < at + blocks * kBlockBytes) return false;
  for (std::size_t i = 0; i < blocks; ++i, at += kBlockBytes) {
    const ReportBlock block = ReadBlock(&packet[at]);
    if (block.ssrc == our_ssrc) report.about_us = block;
  }
  return true;
}

// RFC 3550 6.5; returns the end.
std::size_t WriteCname(std::uint8_t* p, std::uint32_t ssrc, std::string_view cname) {
  cname = cname.substr(0, kMaxCname);
  // SSRC, item type, item length, text, and at least one zero that ends the list.
  const std::size_t body = (4 + 2 + cname.size() + 1 + 3) / 4 * 4;
  std::memset(p, 0, 4 + body);
  p[0] = 0x81;
  p[1] = kSdes;
  Store16(p + 2, static_cast<std::uint16_t>(body / 4));
  Store32(p + 4, ssrc);
  p[8] = 1;
  p[9] = static_cast<std::uint8_t>(cname.size());
  std::copy(cname.begin(), cname.end(), p + 10);
  return 4 + body;
}

}  // namespace

std::optional<RtcpReport> ParseRtcp(std::span<const std::uint8_t> datagram,
                                    std::uint32_t our_ssrc) {
  RtcpReport report;
  bool first = true;
  std::size_t at = 0;
  while (at + 4 <= datagram.size()) {
    const std::uint8_t* p = &datagram[at];
    const std::size_t bytes = (std::size_t{Load16(p + 2)} + 1) * 4;
    if (p[0] >> 6 != 2 || at + bytes > datagram.size()) return std::nullopt;
    const bool is_report = p[1] == kSr || p[1] == kRr;
    if (first && !is_report) return std::nullopt;
    if (is_report && !ReadReport(datagram.subspan(at, bytes), our_ssrc, report)) {
      return std::nullopt;
    }
    if (p[1] == kBye) report.bye = true;
    first = false;
    at += bytes;
  }
  if (first || at != datagram.size()) return std::nullopt;
  return report;
}

std::size_t WriteRtcp(std::span<std::uint8_t, kMaxReportBytes> out, const OutgoingReport& report) {
  std::uint8_t* p = out.data();
  std::size_t at = kHeaderBytes;
  p[0] = static_cast<std::uint8_t>(0x80 | (report.block ? 1 : 0));
  p[1] = report.sender ? kSr : kRr;
  Store32(p + 4, report.our_ssrc);
  if (report.sender) {
    Store32(p + at, static_cast<std::uint32_t>(report.sender->ntp >> 32));
    Store32(p + at + 4, static_cast<std::uint32_t>(report.sender->ntp));
    Store32(p + at + 8, report.sender->rtp_timestamp);
    Store32(p + at + 12, report.sender->packets);
    Store32(p + at + 16, report.sender->octets);
    at += kSenderBytes;
  }
  if (report.block) {
    WriteBlock(p + at, *report.block);
    at += kBlockBytes;
  }
  Store16(p + 2, static_cast<std::uint16_t>(at / 4 - 1));
  at += WriteCname(p + at, report.our_ssrc, report.cname);
  if (report.bye) {
    p[at] = 0x81;
    p[at + 1] = kBye;
    Store16(p + at + 2, 1);
    Store32(p + at + 4, report.our_ssrc);
    at += 8;
  }
  return at;
}

std::uint64_t ToNtp(WallTime time) {
  const auto us = static_cast<std::uint64_t>(time.time_since_epoch().count());
  const std::uint64_t seconds = us / 1'000'000 + kNtpOffsetSeconds;
  const std::uint64_t fraction = ((us % 1'000'000) << 32) / 1'000'000;
  return seconds << 32 | fraction;
}

std::optional<double> RoundTripMs(const ReportBlock& about_us, WallTime now) {
  if (about_us.last_sr == 0) return std::nullopt;
  const std::uint32_t trip = MiddleOfNtp(ToNtp(now)) - about_us.last_sr - about_us.delay_since_sr;
  constexpr std::uint32_t kMaxTrip = 60 * 65536;  // Over a minute: not our SR, or a clock was set.
  constexpr std::uint32_t kRounding = 66;         // 1 ms: a DLSR rounded up makes it "negative".
  if (trip > UINT32_MAX - kRounding) return 0.0;
  if (trip > kMaxTrip) return std::nullopt;
  return trip * 1000.0 / 65536.0;
}

}  // namespace callfleet::sip_edge::media
