#include "services/sip_edge/adapters/engine_media_plane.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <random>
#include <utility>

namespace callfleet::sip_edge {

namespace {

std::uint64_t KeyOf(media::EndpointId id) {
  return (static_cast<std::uint64_t>(id.generation) << 32) | id.slot;
}

std::optional<media::IpAddress> ParseAddress(const std::string& text) {
  media::IpAddress out;
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
    const auto* b = reinterpret_cast<const std::uint8_t*>(&four);
    return media::IpAddress::V4(b[0], b[1], b[2], b[3]);
  }
  std::string bare = text;
  if (bare.size() > 2 && bare.front() == '[') bare = bare.substr(1, bare.size() - 2);
  if (inet_pton(AF_INET6, bare.c_str(), out.bytes.data()) == 1) return out;
  return std::nullopt;
}

std::optional<media::Subnet> ParseSubnet(const std::string& text) {
  const auto slash = text.find('/');
  const auto base = ParseAddress(text.substr(0, slash));
  if (!base) return std::nullopt;
  int bits =
      slash == std::string::npos ? (base->IsV4() ? 32 : 128) : std::atoi(text.c_str() + slash + 1);
  if (base->IsV4()) bits += 96;
  return media::Subnet{*base, static_cast<std::uint8_t>(std::clamp(bits, 0, 128))};
}

media::Codec ToMedia(AudioCodec codec) {
  switch (codec) {
    case AudioCodec::kPcmu:
      return media::Codec::kPcmu;
    case AudioCodec::kPcma:
      return media::Codec::kPcma;
    case AudioCodec::kG722:
      return media::Codec::kG722;
  }
  return media::Codec::kPcmu;
}

media::Direction ToMedia(Direction direction) {
  switch (direction) {
    case Direction::kSendRecv:
      return media::Direction::kSendRecv;
    case Direction::kSendOnly:
      return media::Direction::kSendOnly;
    case Direction::kRecvOnly:
      return media::Direction::kRecvOnly;
    case Direction::kInactive:
      return media::Direction::kInactive;
  }
  return media::Direction::kInactive;
}

media::Tone ToMedia(Tone tone) {
  switch (tone) {
    case Tone::kSilence:
      return media::Tone::kSilence;
    case Tone::kRingback:
      return media::Tone::kRingback;
    case Tone::kBusy:
      return media::Tone::kBusy;
    case Tone::kBeep:
      return media::Tone::kBeep;
    case Tone::kZip:
      return media::Tone::kZip;
  }
  return media::Tone::kSilence;
}

OneWayAudio ToDomain(media::OneWay one_way) {
  switch (one_way) {
    case media::OneWay::kNo:
      return OneWayAudio::kNo;
    case media::OneWay::kNothingReceived:
      return OneWayAudio::kNothingReceived;
    case media::OneWay::kNothingHeard:
      return OneWayAudio::kNothingHeard;
  }
  return OneWayAudio::kNo;
}

AmdFinding ToDomain(const media::AmdHeard& heard) {
  // Both list the same in the same order; ours begin with "none".
  static_assert(static_cast<int>(media::amd::Verdict::kSilence) + 1 ==
                static_cast<int>(AmdVerdict::kSilence));
  static_assert(static_cast<int>(media::amd::Reason::kDeadline) + 1 ==
                static_cast<int>(AmdReason::kDeadline));
  return {.verdict = static_cast<AmdVerdict>(static_cast<int>(heard.verdict) + 1),
          .reason = static_cast<AmdReason>(static_cast<int>(heard.reason) + 1),
          .after_answer = heard.from_answer,
          .after_first_rtp = heard.from_rtp};
}

std::chrono::microseconds FromMs(double ms) {
  return std::chrono::microseconds(static_cast<std::int64_t>(ms * 1000));
}

}  // namespace

const EngineMediaPlane::Endpoint* EngineMediaPlane::Find(LegHandle leg) const {
  const auto found = endpoints_.find(leg);
  return found == endpoints_.end() || found->second.closing ? nullptr : &found->second;
}

LegHandle EngineMediaPlane::LegOf(media::EndpointId id) const {
  const auto found = legs_.find(KeyOf(id));
  return found == legs_.end() ? 0 : found->second;
}

Result<std::uint16_t> EngineMediaPlane::Open(LegHandle leg, const std::string& call_id) {
  auto opened = engine_.Open(call_id);
  if (!opened) return Fail(opened.error());
  endpoints_[leg] = {.id = opened->id};
  legs_[KeyOf(opened->id)] = leg;
  return opened->rtp_port;
}

std::vector<media::SrtpKey> EngineMediaPlane::NewKeys() {
  using media::SrtpSuite;
  std::random_device source;  // The kernel's, on Linux.
  std::vector<media::SrtpKey> keys;
  for (const auto suite : {SrtpSuite::kAeadAes128Gcm, SrtpSuite::kAesCm128HmacSha1_80,
                           SrtpSuite::kAesCm128HmacSha1_32, SrtpSuite::kAeadAes256Gcm}) {
    media::SrtpKey key{.suite = suite};
    for (std::size_t i = 0; i < media::KeyBytes(suite); ++i) {
      key.octets[i] = static_cast<std::uint8_t>(source());
    }
    keys.push_back(key);
  }
  return keys;
}

void EngineMediaPlane::SetRemote(LegHandle leg, const AgreedAudio& audio, MediaPhase phase,
                                 const std::vector<std::string>& networks) {
  const Endpoint* endpoint = Find(leg);
  if (endpoint == nullptr) return;
  media::RemoteMedia remote;
  if (const auto address = ParseAddress(audio.remote_address)) {
    remote.rules.signalled = {*address, audio.remote_port};
  }
  remote.rules.symmetric = true;
  for (const auto& network : networks) {
    const auto subnet = ParseSubnet(network);
    if (subnet && remote.rules.network_count < media::kMaxMediaNetworks) {
      remote.rules.networks[remote.rules.network_count++] = *subnet;
    }
  }
  remote.codec = ToMedia(audio.codec);
  remote.payload_type = static_cast<media::PayloadType>(audio.send_payload_type);
  auto& receive = audio.codec == AudioCodec::kPcmu   ? remote.receive_pcmu
                  : audio.codec == AudioCodec::kPcma ? remote.receive_pcma
                                                     : remote.receive_g722;
  receive = static_cast<media::PayloadType>(audio.receive_payload_type);
  if (audio.event_payload_type >= 0) {
    remote.dtmf_send = static_cast<media::PayloadType>(audio.event_payload_type);
    remote.dtmf_receive = static_cast<media::PayloadType>(audio.receive_event_payload_type);
  }
  remote.inband_keys = remote.dtmf_receive == media::kNotNegotiated;
  remote.ptime_ms = static_cast<std::uint8_t>(std::clamp(audio.ptime_ms / 10 * 10, 10, 60));
  remote.direction = ToMedia(audio.direction);
  remote.srtp = audio.srtp;
  remote.answered = phase == MediaPhase::kAnswered;
  remote.early_send = phase == MediaPhase::kEarlySend;
  (void)engine_.SetRemote(endpoint->id, remote);
}

void EngineMediaPlane::SetRow(LegHandle listener, std::span<const HeardLeg> sources) {
  const Endpoint* to = Find(listener);
  if (to == nullptr) return;
  std::vector<media::RowSource> row;
  for (const HeardLeg& source : sources) {
    const Endpoint* from = Find(source.leg);
    if (from != nullptr) row.push_back(media::RowSource::Leg(from->id, source.gain));
  }
  (void)engine_.StopSound(to->id, true);  // Music ends where a voice begins.
  // Only how the newest order went is told.
  std::erase_if(refused_rows_, [&](const auto& refused) { return refused.first == listener; });
  const auto set = engine_.SetRow(to->id, row);
  if (set) return;
  (void)engine_.SetRow(to->id, {});  // Whom it heard before may not be for it any more.
  refused_rows_.emplace_back(listener, set.error().reason);
}

media::SoundItem EngineMediaPlane::ItemOf(const SoundPart& part) const {
  if (!part.prompt.empty()) {
    return {prompts_ != nullptr ? prompts_->Find(part.prompt) : nullptr,
            static_cast<std::uint16_t>(part.loop ? 0 : 1)};
  }
  // Silence is one frame, a part of it a second.
  const std::uint16_t once = part.tone == Tone::kSilence ? 50 : 1;
  return {engine_.tones().Clip(ToMedia(part.tone)), part.loop ? std::uint16_t{0} : once};
}

void EngineMediaPlane::Play(LegHandle leg, const Sound& sound, std::uint32_t number,
                            bool over_row) {
  const Endpoint* endpoint = Find(leg);
  if (endpoint == nullptr) return;
  media::SoundList list{.number = number, .over_row = over_row};
  for (const SoundPart& part : sound.parts) {
    auto item = ItemOf(part);
    if (item.clip) list.items.push_back(std::move(item));  // Else deleted since it was asked for.
  }
  if (!engine_.Play(endpoint->id, std::move(list))) unheard_.emplace_back(leg, number);
}

void EngineMediaPlane::StopSound(LegHandle leg) {
  if (const Endpoint* endpoint = Find(leg)) (void)engine_.StopSound(endpoint->id, false);
}

void EngineMediaPlane::Tap(LegHandle leg, RecordingNumber recording, RecordingSide side) {
  const Endpoint* endpoint = Find(leg);
  if (endpoint == nullptr) return;
  (void)engine_.SetTap(endpoint->id, recording, side == RecordingSide::kLeft ? 0 : 1);
}

void EngineMediaPlane::Listen(LegHandle leg, const media::amd::Thresholds& thresholds) {
  if (const Endpoint* endpoint = Find(leg)) (void)engine_.Listen(endpoint->id, thresholds);
}

void EngineMediaPlane::StopListening(LegHandle leg) {
  if (const Endpoint* endpoint = Find(leg)) (void)engine_.StopListening(endpoint->id);
}

void EngineMediaPlane::SendDigits(LegHandle leg, const std::string& digits) {
  using std::chrono::milliseconds;
  const Endpoint* endpoint = Find(leg);
  if (endpoint == nullptr) return;
  (void)engine_.SendDtmf(endpoint->id, digits, milliseconds(100), milliseconds(60));
}

void EngineMediaPlane::Close(LegHandle leg) {
  const auto found = endpoints_.find(leg);
  if (found == endpoints_.end() || found->second.closing) return;
  found->second.closing = true;
  (void)engine_.Close(found->second.id);
}

void EngineMediaPlane::Poll(MediaFacts& facts) {
  for (const auto& [leg, number] : std::exchange(unheard_, {})) {
    facts.OnSoundUnheard(leg, number);  // No message was left, nobody has consented.
  }
  for (const auto& [leg, reason] : std::exchange(refused_rows_, {})) {
    facts.OnRowRefused(leg, reason);
  }
  engine_.Drain([&](const media::MediaEvent& event) {
    const LegHandle leg = LegOf(event.endpoint);
    if (leg == 0) return;
    switch (event.kind) {
      case media::MediaEventKind::kDtmf:
        facts.OnDigit(leg, event.digit);
        break;
      case media::MediaEventKind::kNoRtp:
        facts.OnNoRtp(leg);
        break;
      case media::MediaEventKind::kSoundDone:
        facts.OnSoundDone(leg, event.number, !event.replaced);
        break;
      case media::MediaEventKind::kOneWay:
        facts.OnOneWayAudio(leg, ToDomain(event.one_way));
        break;
      case media::MediaEventKind::kAmdDecision:
        facts.OnAmdFinding(leg, ToDomain(event.amd));
        break;
      case media::MediaEventKind::kAmdCue:
        facts.OnAmdCue(leg);
        break;
      case media::MediaEventKind::kClosed: {
        const auto& stats = event.stats;
        MediaQuality quality{.packets_received = stats.packets_received,
                             .packets_sent = stats.packets_sent,
                             .packets_lost = stats.packets_lost,
                             .stranger_packets = stats.strangers,
                             .jitter = FromMs(stats.jitter_ms),
                             .mos = stats.mos};
        if (stats.rtt_ms) quality.round_trip = FromMs(*stats.rtt_ms);
        if (stats.first_rtp) quality.first_rtp = stats.first_rtp->wall;
        legs_.erase(KeyOf(event.endpoint));
        endpoints_.erase(leg);
        facts.OnMediaClosed(leg, quality);
        break;
      }
      case media::MediaEventKind::kFirstRtp:
      case media::MediaEventKind::kSourceChanged:
      case media::MediaEventKind::kDtmfSent:
      case media::MediaEventKind::kStats:
        break;
    }
  });
}

}  // namespace callfleet::sip_edge
