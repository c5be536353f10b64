// RTCP: what we tell the peer, what it tells us.
#include <sys/socket.h>

#include "services/sip_edge/domain/media/rtcp.h"
#include "services/sip_edge/media/endpoint.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr std::string_view kCname = "callfleet";
constexpr double kQ16 = 65536.0;

}  // namespace

// Also where it was learned before it fell silent: its reports still come from there.
bool Endpoint::IsPeer(const IpAddress& ip) const {
  return (learner_.destination().IsSet() && ip == learner_.destination().ip) ||
         ip == remote_.rules.signalled.ip || (remote_.rtcp.IsSet() && ip == remote_.rtcp.ip);
}

bool Endpoint::IsPeersReport(const MediaAddress& from, const RtcpReport& report, MonoTime now) {
  ReportSource::Peer peer{
      .expected = ExpectedRtcp(), .rtp = learner_.destination(), .ssrc = std::nullopt};
  if (received_.packets() > 0) peer.ssrc = received_.ssrc();
  return report_source_.Accepts(from, report.sender_ssrc, peer, now);
}

// Where the peer's reports come from, if they came.
MediaAddress Endpoint::RtcpDestination() const {
  const MediaAddress* source = report_source_.For(learner_.destination());
  return source != nullptr ? *source : ExpectedRtcp();
}

// What SDP says; else next to its RTP.
MediaAddress Endpoint::ExpectedRtcp() const {
  MediaAddress rtp = learner_.destination();
  if (!rtp.IsSet()) return {};
  if (remote_.rtcp.IsSet() && rtp == remote_.rules.signalled) return remote_.rtcp;
  ++rtp.port;
  return rtp;
}

void Endpoint::OnRtcp(ThreadContext& context) {
  KernelAddress from;
  const auto size = ::recvfrom(rtcp_.fd(), context.buffer.data(), context.buffer.size(),
                               MSG_DONTWAIT | MSG_TRUNC, &from.any, &from.size);
  if (size < 0 || static_cast<std::size_t>(size) > context.buffer.size()) return;
  const MediaAddress source = from.ToMedia();
  if (!has_remote_ || !IsPeer(source.ip)) {
    ++stats_.strangers;
    Count(context.counters.strangers);
    return;
  }
  auto packet = context.buffer.first(static_cast<std::size_t>(size));
  if (srtp_receive_) {
    const auto plain = srtp_receive_->UnprotectRtcp(packet);
    if (!plain) {
      Count(context.counters.unauthentic);
      return;
    }
    packet = packet.first(*plain);
  }
  const auto report = ParseRtcp(packet, out_.ssrc());
  if (!report) {
    ++stats_.malformed;
    Count(context.counters.malformed);
    return;
  }
  if (!IsPeersReport(source, *report, context.now.mono)) {
    ++stats_.strangers;
    Count(context.counters.strangers);
    return;
  }
  if (!report->bye) {
    last_report_ = context.now.mono;
    no_rtp_told_ = false;
  }
  if (report->sender) {
    last_sr_ = MiddleOfNtp(report->sender->ntp);
    last_sr_at_ = context.now.mono;
  }
  one_way_.OnReport(report->about_us, packets_sent_);
  if (!report->about_us) return;
  stats_.peer_packets_lost = report->about_us->cumulative_lost;
  stats_.peer_jitter_ms = static_cast<double>(report->about_us->jitter) / kSamplesPerMs;
  if (const auto trip = RoundTripMs(*report->about_us, context.now.wall)) stats_.rtt_ms = trip;
}

void Endpoint::SendReport(bool bye, ThreadContext& context) {
  const MediaAddress to = RtcpDestination();
  if (!remote_.answered || !to.IsSet()) return;
  OutgoingReport report;
  report.our_ssrc = out_.ssrc();
  report.cname = kCname;
  report.bye = bye;
  if (packets_sent_ != packets_at_report_) {
    report.sender = SenderInfo{ToNtp(context.now.wall), out_.TimestampAt(context.now.mono),
                               static_cast<std::uint32_t>(packets_sent_),
                               static_cast<std::uint32_t>(bytes_sent_)};
    packets_at_report_ = packets_sent_;
  }
  if (received_.packets() > 0) {
    ReportBlock block = received_.TakeBlock();
    if (last_sr_ != 0) {
      block.last_sr = last_sr_;
      const std::chrono::duration<double> delay = context.now.mono - last_sr_at_;
      block.delay_since_sr = static_cast<std::uint32_t>(delay.count() * kQ16);
    }
    report.block = block;
  }
  const auto out = context.buffer.first<kMaxReportBytes + kSrtpTrailerBytes>();
  std::size_t bytes = WriteRtcp(out.first<kMaxReportBytes>(), report);
  if (srtp_send_) {
    const auto sealed = srtp_send_->ProtectRtcp(out, bytes);
    if (!sealed) return;
    bytes = *sealed;
  }
  const KernelAddress address(to, rtcp_.family());
  // A report that is lost is replaced by the next one.
  (void)::sendto(rtcp_.fd(), out.data(), bytes, MSG_DONTWAIT | MSG_NOSIGNAL, &address.any,
                 address.size);
}

}  // namespace callfleet::sip_edge::media
