#include "tests/bench/media/barge.h"

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "services/sip_edge/domain/media/mixer.h"
#include "services/sip_edge/domain/media/rtp_packet.h"
#include "services/sip_edge/media/udp_socket.h"
#include "tests/bench/media/target.h"

namespace callfleet::sip_edge::media::bench {
namespace {

constexpr IpAddress kLoopback = IpAddress::V4(127, 0, 0, 1);
constexpr std::size_t kLegs = 3;
constexpr std::chrono::milliseconds kTick{20};

struct Party {
  UdpSocket socket;
  EndpointId leg;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
};

Party OpenParty(MediaEngine& engine, const std::string& key) {
  auto socket = UdpSocket::Bind({kLoopback, 0}, 0);
  Must(socket.has_value(), "no socket for a party (ulimit -n?)");
  KernelAddress local;
  ::getsockname(socket->fd(), &local.any, &local.size);
  const auto opened = engine.Open(key);
  Must(opened.has_value(), "no endpoint");
  RemoteMedia remote;
  remote.rules.signalled = local.ToMedia();
  remote.answered = true;
  Must(engine.SetRemote(opened->id, remote).has_value(), "no remote");
  Must(socket->Connect({kLoopback, opened->rtp_port}), "connect");
  return {.socket = std::move(*socket), .leg = opened->id};
}

// All parties once a tick, spread over it; what they hear is read away.
void Talk(std::vector<Party>& parties, const std::atomic<bool>& on) {
  std::array<std::uint8_t, kRtpHeaderBytes + kMixFrame> packet{};
  std::array<std::uint8_t, 512> heard{};
  for (std::size_t i = kRtpHeaderBytes; i < packet.size(); ++i) {
    packet[i] = static_cast<std::uint8_t>(i * 37);
  }
  auto frame = std::chrono::steady_clock::now();
  while (on.load(std::memory_order_relaxed)) {
    for (std::size_t part = 0; part < 20; ++part) {
      std::this_thread::sleep_until(frame + part * kTick / 20);
      for (std::size_t i = part; i < parties.size(); i += 20) {
        Party& party = parties[i];
        WriteRtpHeader(
            std::span(packet).first<kRtpHeaderBytes>(),
            {0, false, party.sequence++, party.timestamp, static_cast<std::uint32_t>(i)});
        party.timestamp += kMixFrame;
        (void)::send(party.socket.fd(), packet.data(), packet.size(), MSG_DONTWAIT);
        while (::recv(party.socket.fd(), heard.data(), heard.size(), MSG_DONTWAIT) > 0) {
        }
      }
    }
    frame += kTick;
  }
}

}  // namespace

BargeFigures RunBarge(MediaEngine& engine, int bridges, std::chrono::seconds time) {
  std::vector<Party> parties;
  for (int bridge = 0; bridge < bridges; ++bridge) {
    for (std::size_t i = 0; i < kLegs; ++i) {
      parties.push_back(OpenParty(engine, std::to_string(bridge)));
    }
    const auto* legs = &parties[parties.size() - kLegs];
    for (std::size_t i = 0; i < kLegs; ++i) {
      const std::array row{RowSource::Leg(legs[(i + 1) % kLegs].leg),
                           RowSource::Leg(legs[(i + 2) % kLegs].leg)};
      Must(engine.SetRow(legs[i].leg, row).has_value(), "no row");
    }
  }
  std::atomic<bool> on{true};
  std::thread talk([&] { Talk(parties, on); });
  std::this_thread::sleep_for(std::chrono::seconds(2));  // Sources are learned and locked.
  engine.Drain([](const MediaEvent&) {});
  const auto before = engine.Counters();
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(time);
  const auto after = engine.Counters();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  on.store(false);
  talk.join();
  for (const Party& party : parties) (void)engine.Close(party.leg);
  engine.Drain([](const MediaEvent&) {});

  const double ticks = wall.count() * 50;
  const double cpu_us = static_cast<double>((after.cpu - before.cpu).count()) / 1e3;
  BargeFigures figures{.bridges = bridges};
  figures.core_percent = cpu_us / (wall.count() * 1e6) * 100;
  figures.cpu_us_per_bridge = cpu_us / ticks / bridges;
  figures.bridges_per_core = 0.75 * 20'000 / figures.cpu_us_per_bridge;
  figures.frames_mixed = after.frames_mixed - before.frames_mixed;
  figures.frames_expected = static_cast<std::uint64_t>(ticks * bridges * double{kLegs});
  figures.ticks_skipped = after.ticks_skipped - before.ticks_skipped;
  return figures;
}

double MixOnlyNs(int ticks) {
  std::array<std::unique_ptr<JitterBuffer>, kLegs> buffers;
  for (auto& buffer : buffers) {
    buffer = std::make_unique<JitterBuffer>();
    buffer->Reset();
  }
  std::array<std::uint8_t, kMixFrame> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>(i * 37);
  std::uint32_t sum = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int tick = 0; tick < ticks; ++tick) {
    std::array<PcmFrame, kLegs> frames;
    for (std::size_t i = 0; i < kLegs; ++i) {
      PcmFrame decoded;
      DecodeG711(Codec::kPcmu, octets, decoded);
      buffers[i]->Put(1, static_cast<std::uint32_t>(tick) * kMixFrame, decoded);
      (void)buffers[i]->Take(frames[i]);
    }
    for (std::size_t i = 0; i < kLegs; ++i) {
      MixSum mix;
      mix.Add(frames[(i + 1) % kLegs], 1.0F);
      mix.Add(frames[(i + 2) % kLegs], 1.0F);
      PcmFrame mixed;
      mix.Take(mixed);
      EncodeG711(Codec::kPcmu, mixed, octets);
      sum += octets[7];
    }
  }
  const std::chrono::duration<double, std::nano> wall = std::chrono::steady_clock::now() - start;
  return sum == 1 ? 0 : wall.count() / ticks;  // The sum keeps the work from being left out.
}

}  // namespace callfleet::sip_edge::media::bench
