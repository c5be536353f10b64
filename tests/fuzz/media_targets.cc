// RTP, RTCP and keys: what comes out of a socket.
#include <algorithm>
#include <array>
#include <memory>

#include "services/sip_edge/domain/media/jitter_buffer.h"
#include "services/sip_edge/domain/media/mixer.h"
#include "services/sip_edge/domain/media/out_stream.h"
#include "services/sip_edge/domain/media/reception_stats.h"
#include "services/sip_edge/domain/media/rtcp.h"
#include "services/sip_edge/domain/media/rtp_packet.h"
#include "services/sip_edge/domain/media/telephone_event.h"
#include "tests/fuzz/targets.h"

namespace callfleet::fuzz {
namespace {

namespace media = callfleet::sip_edge::media;

// A stream of packets out of one input: a length of two octets before each.
template <class Each>
void ForEachPacket(Bytes input, Each each) {
  while (input.size() >= 2) {
    const std::size_t wanted = static_cast<std::size_t>(input[0]) << 8 | input[1];
    const std::size_t size = std::min(wanted, input.size() - 2);
    each(input.subspan(2, size));
    input = input.subspan(2 + size);
  }
}

}  // namespace

void Rtp(Bytes input) {
  media::ReceptionStats stats;
  media::OutStream out(1, 2, 3);
  auto buffer = std::make_unique<media::JitterBuffer>();
  buffer->Reset();
  MonoTime now{};
  const auto take = [&](Bytes packet) {
    now += std::chrono::milliseconds(20);
    const auto view = media::ParseRtp(packet);
    if (!view) return;
    Promise(view->payload_offset >= media::kRtpHeaderBytes);
    Promise(std::size_t{view->payload_offset} + view->payload_bytes <= packet.size());
    stats.OnPacket(view->header, view->payload_bytes, true, now);
    if (const auto place = out.Relay({1, view->header.ssrc, 0}, view->header, 160, now)) {
      std::array<std::uint8_t, media::kRtpHeaderBytes> header{};
      media::WriteRtpHeader(header, {.payload_type = view->header.payload_type,
                                     .marker = place->marker,
                                     .sequence = place->sequence,
                                     .timestamp = place->timestamp,
                                     .ssrc = out.ssrc()});
      Promise(media::ParseRtp(header).has_value());
    }
    std::array<std::int16_t, 2048> samples{};
    const auto payload = packet.subspan(view->payload_offset,
                                        std::min<std::size_t>(view->payload_bytes, samples.size()));
    const auto decoded = std::span(samples).first(payload.size());
    media::DecodeG711(media::Codec::kPcmu, payload, decoded);
    buffer->Put(view->header.ssrc, view->header.timestamp, decoded);
    Promise(buffer->depth() >= -480 && buffer->depth() <= 2560);
    media::PcmFrame frame;
    (void)buffer->Take(frame);
  };
  take(input);
  ForEachPacket(input, take);
  Promise(stats.lost() <= stats.expected());
}

void Rtcp(Bytes input) {
  const auto report = media::ParseRtcp(input, 0x01020304);
  if (!report) return;
  media::OutgoingReport again{.our_ssrc = report->sender_ssrc,
                              .sender = report->sender,
                              .block = report->about_us,
                              .cname = "callfleet",
                              .bye = report->bye};
  std::array<std::uint8_t, media::kMaxReportBytes> out{};
  const std::size_t size = media::WriteRtcp(out, again);
  Promise(size <= out.size());
  const auto parsed = media::ParseRtcp(std::span<const std::uint8_t>(out).first(size), 0x01020304);
  Promise(parsed.has_value() && parsed->sender_ssrc == report->sender_ssrc);
  if (report->about_us) {
    const auto trip = media::RoundTripMs(*report->about_us, WallTime(std::chrono::hours(500'000)));
    Promise(!trip || *trip >= 0);
  }
}

void TelephoneEvents(Bytes input) {
  media::DtmfReceiver receiver;
  std::uint32_t timestamp = 0;
  while (!input.empty()) {
    const Bytes payload = input.first(std::min<std::size_t>(input.size(), 5));
    if (const auto event = media::ParseTelephoneEvent(payload)) {
      const auto digit = receiver.OnPacket(timestamp, *event);
      Promise(!digit || media::DtmfEvent(*digit).has_value());
      std::array<std::uint8_t, media::kTelephoneEventBytes> out{};
      media::WriteTelephoneEvent(out, *event);
      const auto again = media::ParseTelephoneEvent(out);
      Promise(again && again->event == event->event && again->duration == event->duration);
      if (event->end) timestamp += event->duration;
    }
    input = input.subspan(payload.size());
  }
}

}  // namespace callfleet::fuzz
