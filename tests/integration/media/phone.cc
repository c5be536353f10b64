#include "tests/integration/media/phone.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "services/sip_edge/domain/media/mixer.h"

namespace callfleet::sip_edge::media {

Phone::Phone(Codec codec, const std::string& ip, std::uint32_t ssrc) : codec_(codec), ssrc_(ssrc) {
  auto socket = UdpSocket::Bind({*ParseIp(ip), 0}, 0);
  EXPECT_TRUE(socket.has_value());
  socket_ = std::move(*socket);
  KernelAddress local;
  ::getsockname(socket_.fd(), &local.any, &local.size);
  address_ = local.ToMedia();
}

void Phone::Send(std::uint16_t to_port, std::uint8_t payload_type, bool marker,
                 std::uint32_t timestamp, const std::vector<std::uint8_t>& payload) {
  std::vector<std::uint8_t> packet(kRtpHeaderBytes + payload.size());
  WriteRtpHeader(std::span(packet).first<kRtpHeaderBytes>(),
                 {payload_type, marker, sequence_++, timestamp, ssrc_});
  std::copy(payload.begin(), payload.end(), packet.begin() + kRtpHeaderBytes);
  if (srtp_send_) {
    const std::size_t size = packet.size();
    packet.resize(size + kSrtpTrailerBytes);
    packet.resize(srtp_send_->Protect(packet, size).value_or(0));
  }
  last_ = packet;
  SendRaw(to_port, packet);
}

void Phone::SendUnder(const SrtpKey& key) {
  srtp_send_ = std::make_unique<SrtpContext>(key, SrtpContext::Way::kSend);
}

void Phone::Encrypt(const SrtpKeys& keys) {
  srtp_send_ = std::make_unique<SrtpContext>(keys.send, SrtpContext::Way::kSend);
  srtp_receive_ = std::make_unique<SrtpContext>(keys.receive, SrtpContext::Way::kReceive);
}

void Phone::SendRaw(std::uint16_t to_port, const std::vector<std::uint8_t>& bytes) {
  const KernelAddress to({IpAddress::V4(127, 0, 0, 1), to_port}, AF_INET);
  ::sendto(socket_.fd(), bytes.data(), bytes.size(), 0, &to.any, to.size);
}

void Phone::SendPair(std::uint16_t to_port, double hz, double second_hz) {
  std::vector<std::int16_t> samples(frame_samples_);
  for (auto& sample : samples) {
    const double t = 2 * std::numbers::pi * static_cast<double>(sample_++) / kClockHz;
    const double both = std::sin(t * hz) + std::sin(t * second_hz);
    sample = static_cast<std::int16_t>(8000 * both);
  }
  std::vector<std::uint8_t> payload(frame_samples_);
  if (codec_ == Codec::kG722) {
    encoder_.Encode(samples, payload);
  } else {
    EncodeG711(codec_, samples, payload);
  }
  Send(to_port, PayloadTypeOf(codec_), false, timestamp_, payload);
  timestamp_ += frame_samples_;
  sent_.push_back(std::move(payload));
}

void Phone::SendKeyPacket(std::uint16_t to_port, std::uint8_t payload_type,
                          const TelephoneEvent& event) {
  std::vector<std::uint8_t> payload(kTelephoneEventBytes);
  WriteTelephoneEvent(std::span(payload).first<kTelephoneEventBytes>(), event);
  Send(to_port, payload_type, false, timestamp_, payload);
}

void Phone::SendComfortNoise(std::uint16_t to_port) {
  Send(to_port, 13, false, timestamp_, {70});
  timestamp_ += frame_samples_;
}

void Phone::Poll() {
  alignas(8) std::array<std::uint8_t, 2048> buffer{};
  const SystemClock clock;
  for (;;) {
    const auto size = ::recv(socket_.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0) return;
    auto packet = std::span(buffer).first(static_cast<std::size_t>(size));
    if (srtp_receive_) {
      const auto plain = srtp_receive_->Unprotect(packet);
      if (!plain) {
        ++unauthentic_;
        continue;
      }
      packet = packet.first(*plain);
    }
    const auto view = ParseRtp(packet);
    ASSERT_TRUE(view.has_value());
    const auto* payload = buffer.data() + view->payload_offset;
    heard_.push_back({view->header, {payload, payload + view->payload_bytes}, clock.Now().mono});
  }
}

// Goertzel, relative to the whole.
double Phone::ShareOf(double hz, Codec codec) const {
  const double w = 2 * std::cos(2 * std::numbers::pi * hz / kClockHz);
  double s1 = 0;
  double s2 = 0;
  double energy = 0;
  double count = 0;
  G722Decoder decoder;
  std::vector<std::int16_t> samples(frame_samples_);
  for (const auto& packet : heard_) {
    if (packet.payload.size() != frame_samples_) continue;
    if (codec == Codec::kG722) {
      decoder.Decode(packet.payload, samples);
    } else {
      DecodeG711(codec, packet.payload, samples);
    }
    for (const double x : samples) {
      const double s = x + w * s1 - s2;
      s2 = s1;
      s1 = s;
      energy += x * x;
      ++count;
    }
  }
  if (energy == 0) return 0;
  return 2 * (s1 * s1 + s2 * s2 - w * s1 * s2) / (energy * count);
}

std::string Phone::Discontinuity() const {
  for (std::size_t i = 1; i < heard_.size(); ++i) {
    const auto& before = heard_[i - 1];
    const auto& now = heard_[i];
    const std::string at = "packet " + std::to_string(i) + ": ";
    if (now.header.ssrc != before.header.ssrc) return at + "another SSRC";
    const auto steps = static_cast<std::uint16_t>(now.header.sequence - before.header.sequence);
    if (steps != 1) return at + "sequence moved by " + std::to_string(steps);
    const auto samples = static_cast<std::int32_t>(now.header.timestamp - before.header.timestamp);
    const auto elapsed = (now.at - before.at).count() * 8 / 1000;
    if (samples < static_cast<std::int32_t>(frame_samples_))
      return at + "timestamp moved by " + std::to_string(samples);
    // A machine under load delivers late; a jump would be thousands.
    if (samples > elapsed + 640 + static_cast<std::int32_t>(frame_samples_))
      return at + "timestamp jumped by " + std::to_string(samples);
  }
  return "";
}

}  // namespace callfleet::sip_edge::media
