#include "tests/bench/media/parties.h"

#include <pthread.h>
#include <sys/socket.h>

#include <array>
#include <ctime>
#include <utility>

#include "services/sip_edge/domain/media/mixer.h"
#include "services/sip_edge/domain/media/rtp_packet.h"
#include "tests/bench/media/target.h"

namespace callfleet::sip_edge::media::bench {
namespace {

constexpr IpAddress kLoopback = IpAddress::V4(127, 0, 0, 1);
constexpr std::chrono::milliseconds kTick{20};

std::chrono::nanoseconds Read(clockid_t id) {
  timespec time{};
  ::clock_gettime(id, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

std::chrono::nanoseconds ProcessCpu() { return Read(CLOCK_PROCESS_CPUTIME_ID); }

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

Talk::Talk(std::vector<Party>& parties) : parties_(parties), thread_([this] { Run(); }) {
  std::this_thread::sleep_for(std::chrono::seconds(2));  // Sources are learned and locked.
}

void Talk::Stop() {
  on_.store(false);
  if (thread_.joinable()) thread_.join();
}

std::chrono::nanoseconds Talk::Cpu() const {
  clockid_t id{};
  ::pthread_getcpuclockid(const_cast<std::thread&>(thread_).native_handle(), &id);
  return Read(id);
}

void Talk::Run() {
  std::array<std::uint8_t, kRtpHeaderBytes + kMixFrame> packet{};
  std::array<std::uint8_t, 512> heard{};
  for (std::size_t i = kRtpHeaderBytes; i < packet.size(); ++i) {
    packet[i] = static_cast<std::uint8_t>(i * 37);
  }
  auto frame = std::chrono::steady_clock::now();
  while (on_.load(std::memory_order_relaxed)) {
    for (std::size_t part = 0; part < 20; ++part) {
      std::this_thread::sleep_until(frame + part * kTick / 20);
      for (std::size_t i = part; i < parties_.size(); i += 20) {
        Party& party = parties_[i];
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

}  // namespace callfleet::sip_edge::media::bench
