// Commands: what the control side changes about an endpoint.
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "services/sip_edge/domain/media/e_model.h"
#include "services/sip_edge/media/endpoint.h"

namespace callfleet::sip_edge::media {
namespace {

constexpr std::uint32_t kFirstReportMs = 1000;
// RFC 3551 6: static for a clock of 8,000 Hz. Who has not offered it may get it all the same.
constexpr std::size_t kComfortNoiseType = 13;

}  // namespace

Endpoint::Endpoint(Options options)
    : id_(options.id),
      rtp_(std::move(options.rtp)),
      rtcp_(std::move(options.rtcp)),
      out_(options.ssrc, options.first_sequence, options.first_timestamp),
      random_(options.jitter_seed | 1) {}

std::uint32_t Endpoint::RandomBelow(std::uint32_t bound) {
  random_ ^= random_ << 13;  // Xorshift: only spreads reports, guards nothing.
  random_ ^= random_ >> 17;
  random_ ^= random_ << 5;
  return random_ % bound;
}

std::pair<UdpSocket, UdpSocket> Endpoint::TakeSockets() {
  if (connected_) rtp_.Disconnect();
  connected_ = false;
  return {std::move(rtp_), std::move(rtcp_)};
}

void Endpoint::DropQueued() {
  constexpr int kMaxQueued = 1024;
  std::uint8_t octet = 0;
  for (const int fd : {rtp_.fd(), rtcp_.fd()}) {
    for (int i = 0; i < kMaxQueued; ++i) {
      const auto size = ::recv(fd, &octet, 1, MSG_DONTWAIT | MSG_TRUNC);
      // Another error is of the leg that had the socket before us; reading it clears it.
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    }
  }
}

void Endpoint::SetRemote(const RemoteMedia& remote, ThreadContext& context) {
  // A peer that goes on after its hold is waited for anew.
  const bool expected = ExpectsRtp() && remote_.direction == remote.direction;
  const bool first = !has_remote_;
  const bool answers = !remote_.answered && remote.answered;
  remote_ = remote;
  has_remote_ = true;
  kinds_.fill(Kind::kNone);
  kinds_[kComfortNoiseType] = Kind::kComfortNoise;
  const auto assign = [this](PayloadType type, Kind kind) {
    if (type != kNotNegotiated) kinds_[static_cast<std::size_t>(type)] = kind;
  };
  assign(remote.receive_pcmu, Kind::kPcmu);
  assign(remote.receive_pcma, Kind::kPcma);
  assign(remote.receive_g722, Kind::kG722);
  assign(remote.dtmf_receive, Kind::kDtmf);
  if (!remote.inband_keys) {
    inband_keys_.reset();
  } else if (!inband_keys_) {
    inband_keys_.emplace();
  }
  if (!remote.inband_keys || remote.receive_g722 == kNotNegotiated) {
    keys_decoder_.reset();
  } else if (!keys_decoder_) {
    keys_decoder_.emplace();
  }
  SetKeys(remote.srtp);
  if (ExpectsRtp() && !expected) {
    expect_since_ = context.now.mono;
    no_rtp_told_ = false;
  }
  if (first) {
    next_report_ =
        context.now.mono + std::chrono::milliseconds(kFirstReportMs + RandomBelow(kFirstReportMs));
  }
  if (answers && amd_ != nullptr) TellAmd(amd_->detector.OnAnswer(context.now.mono), context);
  Apply(learner_.SetRules(remote.rules, remote.answered), context);
  Aim();
  Reclassify();
  for (std::size_t i = 0; i < listener_count_; ++i) listeners_[i]->Reclassify();
}

// The same key goes on where it was: its packets are numbered on (RFC 3711 3.3.1).
void Endpoint::SetKeys(const std::optional<SrtpKeys>& keys) {
  const auto set = [](std::unique_ptr<SrtpContext>& context, const SrtpKey& key,
                      SrtpContext::Way way) {
    if (!context || context->key() != key) context = std::make_unique<SrtpContext>(key, way);
  };
  if (!keys) {
    srtp_send_.reset();
    srtp_receive_.reset();
    return;
  }
  set(srtp_send_, keys->send, SrtpContext::Way::kSend);
  set(srtp_receive_, keys->receive, SrtpContext::Way::kReceive);
}

void Endpoint::Aim() {
  if (learner_.destination().IsSet()) {
    destination_ = KernelAddress(learner_.destination(), rtp_.family());
  }
}

void Endpoint::Play(const SoundList* list, ThreadContext& context) {
  const SoundList* before = sound_.list();
  sound_.Start(list);
  only_relays_until_ = {};
  if (list == nullptr) last_relay_ = {};
  if (before != nullptr) TellSoundDone(*before, true, context);
}

void Endpoint::SetTap(std::uint32_t recording, std::uint8_t side, ThreadContext& context) {
  PostTap(context);
  tap_ = recording;
  tap_side_ = side;
  tap_began_ = false;
  tap_lost_ = false;
}

void Endpoint::PostTap(ThreadContext& context) {
  if (tap_chunk_ == nullptr) return;
  tap_chunk_->recording = tap_;
  tap_chunk_->side = tap_side_;
  tap_chunk_->lost = std::exchange(tap_lost_, false);
  tap_chunk_->used = std::exchange(tap_place_, std::uint16_t{0});
  context.record->Post(std::exchange(tap_chunk_, nullptr));
}

void Endpoint::YieldSound(ThreadContext& context) {
  if (sound_.active() && !sound_.over_row()) Play(nullptr, context);
}

void Endpoint::TellSoundDone(const SoundList& list, bool replaced, ThreadContext& context) {
  MediaEvent event{.kind = MediaEventKind::kSoundDone, .endpoint = id_, .at = context.now};
  event.number = list.number;
  event.serial = list.serial;
  event.replaced = replaced;
  context.emit(context.thread, event);
}

void Endpoint::SendKeys(std::string_view digits, std::uint16_t key_ms, std::uint16_t gap_ms) {
  only_relays_until_ = {};
  key_passed_ = false;
  keys_.Start(digits, static_cast<std::uint16_t>(key_ms * kSamplesPerMs),
              static_cast<std::uint16_t>(gap_ms * kSamplesPerMs));
}

void Endpoint::Emit(MediaEventKind kind, ThreadContext& context, char digit) {
  MediaEvent event{.kind = kind, .endpoint = id_, .at = context.now};
  event.source = learner_.source();
  event.digit = digit;
  context.emit(context.thread, event);
}

EndpointStats Endpoint::Stats() const {
  EndpointStats stats = stats_;
  stats.packets_sent = packets_sent_;
  stats.bytes_sent = bytes_sent_;
  stats.packets_received = received_.packets();
  stats.bytes_received = received_.bytes();
  stats.packets_lost = received_.lost();
  if (received_.expected() > 0) {
    stats.loss_ratio =
        static_cast<double>(received_.lost()) / static_cast<double>(received_.expected());
  }
  stats.jitter_ms = received_.jitter_ms();
  stats.max_jitter_ms = received_.max_jitter_ms();
  stats.ssrc_changes = received_.ssrc_changes();
  stats.ssrc_received = received_.ssrc();
  stats.ssrc_sent = out_.ssrc();
  stats.source = learner_.source();
  if (stats.packets_received > 0) {
    stats.mos = EstimateMos(stats.loss_ratio, stats.jitter_ms, stats.rtt_ms.value_or(-1));
  }
  return stats;
}

}  // namespace callfleet::sip_edge::media
