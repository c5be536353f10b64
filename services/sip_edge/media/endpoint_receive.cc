// The packet path: one recvfrom, one send a listener, nothing in between that waits or allocates.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "services/sip_edge/domain/media/g711.h"
#include "services/sip_edge/domain/media/mixer.h"
#include "services/sip_edge/media/endpoint.h"

namespace callfleet::sip_edge::media {

bool Endpoint::CanSend() const {
  return has_remote_ && WeSend(remote_.direction) && (remote_.answered || remote_.early_send) &&
         learner_.destination().IsSet();
}

void Endpoint::OnRtp(ThreadContext& context) {
  KernelAddress from;
  const auto size = ::recvfrom(rtp_.fd(), context.buffer.data(), context.buffer.size(),
                               MSG_DONTWAIT | MSG_TRUNC, &from.any, &from.size);
  // ECONNREFUSED is an ICMP message about an earlier send; reading it clears it.
  if (size < 0) return;
  Count(context.counters.packets_received);
  auto bytes = static_cast<std::size_t>(size);
  if (srtp_receive_ && bytes <= context.buffer.size()) {
    // First of all, so that nobody but the peer is learned as its source.
    const auto plain = srtp_receive_->Unprotect(context.buffer.first(bytes));
    if (!plain) {
      Count(context.counters.unauthentic);
      return;
    }
    bytes = *plain;
  }
  const auto view = bytes > context.buffer.size()
                        ? std::nullopt
                        : ParseRtp(std::span<const std::uint8_t>(context.buffer).first(bytes));
  const Kind kind = view ? kinds_[view->header.payload_type] : Kind::kNone;
  if (kind == Kind::kNone) {
    ++stats_.malformed;
    Count(context.counters.malformed);
    return;
  }
  const auto acts = learner_.OnPacket(from.ToMedia());
  if (!acts.accept) {
    Apply(acts, context);
    return;
  }
  const bool first = !stats_.first_rtp;
  if (first) stats_.first_rtp = context.now;
  stats_.last_rtp = context.now;
  no_rtp_told_ = false;
  Apply(acts, context);
  if (first) Emit(MediaEventKind::kFirstRtp, context);
  OnAccepted(*view, kind, context);
}

void Endpoint::Apply(const SourceLearner::Acts& acts, ThreadContext& context) {
  if (acts.stranger) {
    ++stats_.strangers;
    Count(context.counters.strangers);
  }
  if (acts.disconnect && connected_) {
    rtp_.Disconnect();
    connected_ = false;
  }
  if (acts.connect) connected_ = rtp_.Connect(learner_.source());
  if (!acts.source_changed) return;
  Aim();
  // The first source is told as kFirstRtp.
  if (received_.packets() == 0) return;
  ++stats_.source_changes;
  Emit(MediaEventKind::kSourceChanged, context);
}

void Endpoint::OnAccepted(const RtpView& view, Kind kind, ThreadContext& context) {
  received_.OnPacket(view.header, view.payload_bytes, kind != Kind::kDtmf, context.now.mono);
  if (kind == Kind::kDtmf) OnKey(view, context);
  if (inband_keys_ && kind != Kind::kDtmf) FindKeys(view, kind, context);
  if (amd_ != nullptr) HearWho(view, kind, context);
  if (tap_ != 0) Tap(view, kind, context);  // Before the payload is converted where it lies.
  // A peer on hold may still send; its listeners hear our silence instead.
  if (!PeerSends(remote_.direction)) return;
  if (kind == Kind::kComfortNoise) {
    for (std::size_t i = 0; i < listener_count_; ++i) listeners_[i]->FillNow();
    return;
  }
  if (mixers_ > 0) KeepForMixing(view, kind, context);
  Forward(view, kind, context);
}

std::optional<Codec> Endpoint::CodecOf(Kind kind) {
  switch (kind) {
    case Kind::kPcmu:
      return Codec::kPcmu;
    case Kind::kPcma:
      return Codec::kPcma;
    case Kind::kG722:
      return Codec::kG722;
    case Kind::kNone:
    case Kind::kDtmf:
    case Kind::kComfortNoise:
      break;
  }
  return std::nullopt;
}

// Keys are not recorded: they may be a card's digits.
void Endpoint::Tap(const RtpView& view, Kind kind, ThreadContext& context) {
  const auto codec = CodecOf(kind);
  if (!codec || context.record == nullptr) return;
  if (view.payload_bytes > RecordFrame::kMaxOctets) return;
  const RecordFrame frame{context.now.mono, view.header.ssrc, view.header.timestamp, *codec,
                          context.buffer.subspan(view.payload_offset, view.payload_bytes)};
  if (tap_chunk_ != nullptr) {
    if (const auto next = tap_chunk_->Write(tap_place_, frame)) {
      tap_place_ = *next;
      return;
    }
    PostTap(context);
  }
  tap_chunk_ = context.record->Take();
  if (tap_chunk_ == nullptr) {
    tap_lost_ = tap_began_;  // Else the recorder is just about to provide it.
    return;
  }
  tap_began_ = true;
  tap_since_ = context.now.mono;
  tap_place_ = tap_chunk_->Write(0, frame).value_or(0);
}

void Endpoint::OnKey(const RtpView& view, ThreadContext& context) {
  const auto payload = context.buffer.subspan(view.payload_offset, view.payload_bytes);
  const auto event = ParseTelephoneEvent(payload);
  if (!event) return;
  const auto digit = key_receiver_.OnPacket(view.header.timestamp, *event);
  if (!digit) return;
  ++stats_.digits_received;
  Emit(MediaEventKind::kDtmf, context, *digit);
  if (mixers_ == 0 || !PeerSends(remote_.direction)) return;
  for (std::size_t i = 0; i < listener_count_; ++i) listeners_[i]->PassKey(*digit);
}

// Listeners of the same codec first, then the payload is converted where it lies for those of the
// other law. Between G.711 and G.722 rows are mixed.
void Endpoint::Forward(const RtpView& view, Kind kind, ThreadContext& context) {
  const FeedId feed{id_.slot, view.header.ssrc, stats_.source_changes};
  const auto codec = CodecOf(kind);
  const Codec law = codec.value_or(Codec::kPcmu);
  bool others = false;
  for (std::size_t i = 0; i < listener_count_; ++i) {
    if (!codec || listeners_[i]->remote_.codec == law) {
      listeners_[i]->Relay(feed, view, kind, context);
    } else if (IsG711(law) && IsG711(listeners_[i]->remote_.codec)) {
      others = true;
    }
  }
  if (!others) return;
  const Codec other_law = law == Codec::kPcmu ? Codec::kPcma : Codec::kPcmu;
  ConvertLaw(law, other_law, context.buffer.subspan(view.payload_offset, view.payload_bytes));
  for (std::size_t i = 0; i < listener_count_; ++i) {
    if (listeners_[i]->remote_.codec == other_law) {
      listeners_[i]->Relay(feed, view, kind, context);
    }
  }
}

void Endpoint::Relay(FeedId feed, const RtpView& view, Kind kind, ThreadContext& context) {
  if (mixed_ || !CanSend() || sound_.active() || keys_.active()) return;
  const PayloadType type = kind == Kind::kDtmf ? remote_.dtmf_send : remote_.payload_type;
  if (type == kNotNegotiated) return;  // A peer without telephone-event hears no keys.
  const auto place = out_.Relay(feed, view.header, FrameSamples(), context.now.mono);
  if (!place) {
    Count(context.counters.late_packets);
    return;
  }
  const auto packet = context.buffer.subspan(view.payload_offset - kRtpHeaderBytes,
                                             kRtpHeaderBytes + view.payload_bytes);
  WriteRtpHeader(packet.first<kRtpHeaderBytes>(), {.payload_type = static_cast<std::uint8_t>(type),
                                                   .marker = place->marker,
                                                   .sequence = place->sequence,
                                                   .timestamp = place->timestamp,
                                                   .ssrc = out_.ssrc()});
  last_relay_ = context.now.mono;
  if (amd_ == nullptr) only_relays_until_ = last_relay_ + kFillAfter;
  if (Send(packet, context)) Count(context.counters.packets_relayed);
}

// Encrypted in a copy: other listeners get the same payload.
bool Endpoint::Send(std::span<const std::uint8_t> packet, ThreadContext& context) {
  if (!srtp_send_) return SendPlain(packet, context);
  alignas(8) std::array<std::uint8_t, kMaxDatagram + kSrtpTrailerBytes> copy;  // Not set to 0.
  std::memcpy(copy.data(), packet.data(), packet.size());
  const auto size = srtp_send_->Protect(copy, packet.size());
  if (!size) {
    ++stats_.send_errors;
    Count(context.counters.send_errors);
    return false;
  }
  return SendPlain(std::span(copy).first(*size), context);
}

bool Endpoint::SendPlain(std::span<const std::uint8_t> packet, ThreadContext& context) {
  constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
  const auto once = [&] {
    return connected_ ? ::send(rtp_.fd(), packet.data(), packet.size(), kFlags)
                      : ::sendto(rtp_.fd(), packet.data(), packet.size(), kFlags, &destination_.any,
                                 destination_.size);
  };
  auto sent = once();
  if (sent < 0 && errno == ECONNREFUSED) sent = once();  // The error was of an earlier packet.
  if (sent < 0) {
    ++stats_.send_errors;
    Count(context.counters.send_errors);
    return false;
  }
  ++packets_sent_;
  bytes_sent_ += packet.size() - kRtpHeaderBytes;
  return true;
}

}  // namespace callfleet::sip_edge::media
