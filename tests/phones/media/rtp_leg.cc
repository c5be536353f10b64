#include "tests/phones/media/rtp_leg.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace callfleet::phones {
namespace {

constexpr int64_t kSpanGapUs = 250'000;
constexpr int64_t kIdentifiedForUs = 100'000;
constexpr int kAnalyseOneOf = 5;
constexpr size_t kMaxSpans = 64;

uint16_t Get16(const uint8_t* p) { return static_cast<uint16_t>(p[0] << 8 | p[1]); }
uint32_t Get32(const uint8_t* p) { return uint32_t{Get16(p)} << 16 | Get16(p + 2); }
void Put16(uint8_t* p, uint16_t v) {
  p[0] = static_cast<uint8_t>(v >> 8);
  p[1] = static_cast<uint8_t>(v);
}
void Put32(uint8_t* p, uint32_t v) {
  Put16(p, static_cast<uint16_t>(v >> 16));
  Put16(p + 2, static_cast<uint16_t>(v));
}

}  // namespace

RtpLeg::RtpLeg(int rtp_fd, int rtcp_fd, ToneCode code, uint32_t ssrc)
    : rtp_fd_(rtp_fd),
      rtcp_fd_(rtcp_fd),
      code_(code),
      sequence_(static_cast<uint16_t>(ssrc)),
      timestamp_(ssrc * 160) {
  packet_[0] = 0x80;
  Put32(&packet_[8], ssrc);
}

RtpLeg::~RtpLeg() {
  close(rtp_fd_);
  close(rtcp_fd_);
}

void RtpLeg::SetRemote(const RemoteRtp& remote) {
  remote_ = remote;
  remote_address_ = {};
  remote_address_.sin_family = AF_INET;
  remote_address_.sin_port = htons(remote.port);
  has_remote_ =
      remote.port != 0 && inet_pton(AF_INET, remote.ip.c_str(), &remote_address_.sin_addr);
  SetSending(sending_);
}

void RtpLeg::SetSending(Sending what) {
  if (what != sending_) marker_ = true;
  sending_ = what;
  Frame frame;
  switch (what) {
    case Sending::kNothing:
      return;
    case Sending::kSilence:
      frame = SilenceFrame(remote_.law);
      break;
    case Sending::kRingback:
      frame = RingbackFrame(remote_.law);
      break;
    case Sending::kTone:
      frame = ToneFrame(code_, remote_.law);
      break;
  }
  std::copy(frame.begin(), frame.end(), packet_.begin() + 12);
}

void RtpLeg::Play(std::shared_ptr<const Clip> clip) {
  clip_ = std::move(clip);
  clip_at_ = 0;
}

// The next frame of the clip; false: there is none.
bool RtpLeg::TakeFromClip() {
  if (!clip_) return false;
  if (clip_at_ >= clip_->size()) {
    clip_.reset();
    SetSending(sending_);  // Its frame again.
    return false;
  }
  for (size_t i = 0; i < kFrameSamples; ++i) {
    const int16_t sample = clip_at_ + i < clip_->size() ? (*clip_)[clip_at_ + i] : int16_t{0};
    packet_[12 + i] = EncodeSample(remote_.law, sample);
  }
  clip_at_ += kFrameSamples;
  return true;
}

void RtpLeg::SendFrame() {
  timestamp_ += kFrameSamples;
  if (!has_remote_) return;
  if (!TakeFromClip() && sending_ == Sending::kNothing) return;
  packet_[1] = static_cast<uint8_t>(remote_.payload_type | (marker_ ? 0x80 : 0));
  marker_ = false;
  Put16(&packet_[2], ++sequence_);
  Put32(&packet_[4], timestamp_);
  if (sendto(rtp_fd_, packet_.data(), packet_.size(), MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&remote_address_), sizeof remote_address_) > 0)
    ++stats_.sent;
}

void RtpLeg::ReceiveOne(int64_t now_us) {
  std::array<uint8_t, 2048> buffer;
  const ssize_t n = recv(rtp_fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n > 0) Count({buffer.data(), static_cast<size_t>(n)}, now_us);
}

void RtpLeg::Count(std::span<const uint8_t> packet, int64_t now_us) {
  if (packet.size() < 12 || packet[0] >> 6 != 2) {
    ++stats_.malformed;
    return;
  }
  size_t header = 12 + 4 * (packet[0] & 0x0f);
  if ((packet[0] & 0x10) && packet.size() >= header + 4)
    header += 4 + 4 * size_t{Get16(&packet[header + 2])};
  if (packet.size() < header) {
    ++stats_.malformed;
    return;
  }
  const int payload_type = packet[1] & 0x7f;
  ++stats_.received;
  if (stats_.first_packet_us < 0) stats_.first_packet_us = now_us;
  if (stats_.last_packet_us >= 0)
    stats_.max_gap_us = std::max(stats_.max_gap_us, now_us - stats_.last_packet_us);
  stats_.last_packet_us = now_us;
  CountSequence(Get16(&packet[2]), Get32(&packet[4]), Get32(&packet[8]), now_us);
  if (payload_type == remote_.dtmf_payload_type)
    ++stats_.dtmf_packets;
  else if (payload_type != remote_.payload_type)
    ++stats_.other_payload_types;
  else
    Listen(packet.subspan(header), now_us);
}

void RtpLeg::CountSequence(uint16_t sequence, uint32_t timestamp, uint32_t ssrc, int64_t now_us) {
  const int64_t transit = now_us - int64_t{timestamp} * 125;
  if (!has_source_ || ssrc != source_ssrc_) {
    if (has_source_) ++stats_.ssrc_changes;
    has_source_ = true;
    source_ssrc_ = ssrc;
    highest_ = sequence;
  } else {
    const auto step = static_cast<int16_t>(sequence - highest_);
    if (step > 0) {
      stats_.lost += step - 1;
      highest_ = sequence;
    } else if (step < 0) {
      ++stats_.reordered;
      --stats_.lost;
    }
    // A jump of the clock (mute, a new talk spurt) is not jitter.
    const double difference = static_cast<double>(std::abs(transit - last_transit_));
    if (difference < 1e6) stats_.jitter_us += (difference - stats_.jitter_us) / 16;
  }
  last_transit_ = transit;
}

void RtpLeg::Listen(std::span<const uint8_t> payload, int64_t now_us) {
  // Other packet times are listened to by their first 20 ms; shorter ones carry no whole period.
  if (payload.size() < kFrameSamples) {
    ++stats_.unclear_packets;
    return;
  }
  const auto frame = payload.first<kFrameSamples>();
  const bool same = has_last_ && std::memcmp(frame.data(), last_payload_.data(), frame.size()) == 0;
  if (!same) {
    const bool identified = last_code_us_ >= 0 && now_us - last_code_us_ < kIdentifiedForUs;
    if (identified && ++skipped_ < kAnalyseOneOf) return;
    skipped_ = 0;
    std::copy(frame.begin(), frame.end(), last_payload_.begin());
    has_last_ = true;
    last_heard_ = Analyse(frame, remote_.law);
  }
  Note(last_heard_, now_us);
}

void RtpLeg::Note(const Heard& heard, int64_t now_us) {
  if (!heard.energy) {
    ++stats_.silent_packets;
    return;
  }
  if (stats_.energy_from_us < 0) stats_.energy_from_us = now_us;
  const auto& peer = code_.side == Side::kAgent ? heard.carrier : heard.agent;
  if (peer && stats_.first_peer_tone_us < 0) stats_.first_peer_tone_us = now_us;
  if (heard.agent) NoteCode(*heard.agent, now_us);
  if (heard.carrier) NoteCode(*heard.carrier, now_us);
  if (!heard.agent && !heard.carrier) ++stats_.unclear_packets;
}

void RtpLeg::NoteCode(const ToneCode& code, int64_t now_us) {
  last_code_us_ = now_us;
  for (auto it = stats_.heard.rbegin(); it != stats_.heard.rend(); ++it) {
    if (it->code == code && now_us - it->to_us <= kSpanGapUs) {
      it->to_us = now_us;
      ++it->packets;
      return;
    }
  }
  if (stats_.heard.size() < kMaxSpans) stats_.heard.push_back({code, now_us, now_us, 1});
}

void RtpLeg::ReadRtcp() {
  std::array<uint8_t, 512> buffer;
  while (recv(rtcp_fd_, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) ++stats_.rtcp_received;
}

RtpStats RtpLeg::Stats() {
  ReadRtcp();
  return stats_;
}

}  // namespace callfleet::phones
