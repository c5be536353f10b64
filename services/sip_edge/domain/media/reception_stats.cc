#include "services/sip_edge/domain/media/reception_stats.h"

#include <algorithm>
#include <cstdlib>

namespace callfleet::sip_edge::media {
namespace {

constexpr std::uint16_t kMaxDropout = 3000;  // RFC 3550 A.1.
constexpr std::uint16_t kMaxMisorder = 100;

}  // namespace

void ReceptionStats::Begin(const RtpHeader& header) {
  past_expected_ += ExpectedNow();
  started_ = true;
  ssrc_ = header.ssrc;
  base_ = header.sequence;
  highest_ = header.sequence;
  cycles_ = 0;
  has_transit_ = false;
}

std::uint64_t ReceptionStats::ExpectedNow() const {
  if (!started_) return 0;
  return (std::uint64_t{cycles_} << 16) + highest_ - base_ + 1;
}

std::uint64_t ReceptionStats::lost() const {
  return expected() > packets_ ? expected() - packets_ : 0;
}

void ReceptionStats::OnPacket(const RtpHeader& header, std::uint32_t payload_bytes, bool timed,
                              MonoTime arrival) {
  if (started_ && header.ssrc != ssrc_) ++ssrc_changes_;
  if (!started_ || header.ssrc != ssrc_) Begin(header);
  const auto ahead = static_cast<std::uint16_t>(header.sequence - highest_);
  if (ahead < kMaxDropout) {
    if (header.sequence < highest_) ++cycles_;
    highest_ = header.sequence;
  } else if (ahead <= 0xFFFF - kMaxMisorder) {
    Begin(header);  // The sender restarted under its old SSRC.
  }
  ++packets_;
  bytes_ += payload_bytes;
  if (!timed) return;

  const std::int64_t arrival_samples = arrival.time_since_epoch().count() * 8 / 1000;
  // Both clocks as 32 bit values: only differences count, and the timestamp wraps.
  const std::int64_t transit =
      static_cast<std::int32_t>(static_cast<std::uint32_t>(arrival_samples) - header.timestamp);
  if (has_transit_) {
    const auto moved = static_cast<std::int32_t>(static_cast<std::uint32_t>(transit - transit_));
    constexpr std::int64_t kMaxMove = 8000;  // 1 s: a jump of the sender's clock, not jitter.
    const std::int64_t d = std::llabs(std::int64_t{moved});
    if (d <= kMaxMove) {
      jitter_q4_ += static_cast<std::uint32_t>(d) - ((jitter_q4_ + 8) >> 4);
      max_jitter_q4_ = std::max(max_jitter_q4_, jitter_q4_);
    }
  }
  has_transit_ = true;
  transit_ = transit;
}

ReportBlock ReceptionStats::TakeBlock() {
  ReportBlock block;
  block.ssrc = ssrc_;
  const std::uint64_t expected_now = expected();
  const auto expected_gain = static_cast<std::int64_t>(expected_now - prior_expected_);
  const auto received_gain = static_cast<std::int64_t>(packets_ - prior_packets_);
  const std::int64_t lost_gain = expected_gain - received_gain;
  if (expected_gain > 0 && lost_gain > 0) {
    block.fraction_lost =
        static_cast<std::uint8_t>(std::min<std::int64_t>((lost_gain << 8) / expected_gain, 255));
  }
  prior_expected_ = expected_now;
  prior_packets_ = packets_;
  constexpr std::int64_t kMaxLost = 0x7FFFFF;  // 24 bits, signed.
  const auto total = static_cast<std::int64_t>(expected_now) - static_cast<std::int64_t>(packets_);
  block.cumulative_lost = static_cast<std::int32_t>(std::clamp(total, -kMaxLost, kMaxLost));
  block.highest_sequence = (cycles_ << 16) | highest_;
  block.jitter = jitter_q4_ >> 4;
  return block;
}

}  // namespace callfleet::sip_edge::media
