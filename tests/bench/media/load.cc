#include "tests/bench/media/load.h"

#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <ctime>
#include <memory>
#include <thread>
#include <vector>

namespace callfleet::sip_edge::media::bench {
namespace {

constexpr IpAddress kLoopback = IpAddress::V4(127, 0, 0, 1);
using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t kPayload = 160;
constexpr std::chrono::milliseconds kFrame{20};

// The wall clock, as the kernel stamps packets with it.
std::int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct Phone {
  UdpSocket socket;
  MediaAddress address;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint8_t payload_type = 0;
};

class Load {
 public:
  Load(Target& target, const LoadOptions& options) : target_(target), options_(options) {}
  LoadFigures Run();

 private:
  void Open();
  Phone OpenPhone(bool a_law);
  void Send();     // Its own thread: paces all phones over the 20 ms.
  void Receive();  // Its own thread.
  void OnReadable(int fd);

  Target& target_;
  const LoadOptions options_;
  std::vector<Phone> phones_;
  std::atomic<bool> armed_{false};
  std::atomic<bool> measuring_{false};
  std::atomic<bool> sending_{true};
  std::atomic<bool> receiving_{true};
  std::atomic<std::uint64_t> sent_{0};
  std::uint64_t received_ = 0;
  std::vector<float> delays_us_;
};

Phone Load::OpenPhone(bool a_law) {
  auto socket = UdpSocket::Bind({kLoopback, 0}, 0);
  Must(socket.has_value(), "no socket for a phone (ulimit -n?)");
  const int on = 1;
  ::setsockopt(socket->fd(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  Phone phone;
  KernelAddress local;
  ::getsockname(socket->fd(), &local.any, &local.size);
  phone.address = local.ToMedia();
  phone.socket = std::move(*socket);
  phone.payload_type = a_law ? 8 : 0;
  return phone;
}

void Load::Open() {
  for (int call = 0; call < options_.calls; ++call) {
    Phone a = OpenPhone(false);
    Phone b = OpenPhone(options_.mixed_laws);
    const auto [port_a, port_b] = target_.OpenCall(a.address, b.address, options_.mixed_laws);
    Must(a.socket.Connect({kLoopback, port_a}) && b.socket.Connect({kLoopback, port_b}), "connect");
    phones_.push_back(std::move(a));
    phones_.push_back(std::move(b));
  }
  target_.Start();
}

void Load::Send() {
  // Above other work of the machine, below the media threads: else a phone that is late counts as
  // delay of the relay.
  sched_param param{};
  param.sched_priority = 5;
  (void)::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &param);
  std::array<std::uint8_t, kRtpHeaderBytes + kPayload> packet{};
  auto frame = SteadyClock::now();
  const auto slice = kFrame / 20;
  while (sending_.load(std::memory_order_relaxed)) {
    // 1 ms slices, so that the phones do not all speak at once.
    for (std::size_t part = 0; part < 20; ++part) {
      std::this_thread::sleep_until(frame + part * slice);
      for (std::size_t i = part; i < phones_.size(); i += 20) {
        Phone& phone = phones_[i];
        // Only between phones of one law does the time survive. The marker does always.
        const std::int64_t now = measuring_.load(std::memory_order_relaxed) ? NowNs() : 0;
        WriteRtpHeader(std::span(packet).first<kRtpHeaderBytes>(),
                       {phone.payload_type, now != 0, phone.sequence++, phone.timestamp,
                        static_cast<std::uint32_t>(i)});
        phone.timestamp += kPayload;
        std::memcpy(&packet[kRtpHeaderBytes], &now, sizeof now);
        if (::send(phone.socket.fd(), packet.data(), packet.size(), MSG_DONTWAIT) > 0 && now != 0) {
          sent_.fetch_add(1, std::memory_order_relaxed);
        }
      }
    }
    frame += kFrame;
  }
}

// One datagram and the time at which the kernel had it in the socket, ns.
ssize_t ReceiveStamped(int fd, std::span<std::uint8_t> out, std::int64_t& at) {
  iovec piece{out.data(), out.size()};
  alignas(cmsghdr) std::array<char, 64> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto size = ::recvmsg(fd, &message, MSG_DONTWAIT);
  const cmsghdr* header = size > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header == nullptr || header->cmsg_type != SCM_TIMESTAMPNS) return size;
  timespec stamp{};
  std::memcpy(&stamp, CMSG_DATA(header), sizeof stamp);
  at = stamp.tv_sec * 1'000'000'000 + stamp.tv_nsec;
  return size;
}

// Looks once a millisecond: a receiver woken by each packet would be paid by the engine's send().
void Load::Receive() {
  const int epoll_fd = ::epoll_create1(0);
  for (const Phone& phone : phones_) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = phone.socket.fd();
    ::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, phone.socket.fd(), &event);
  }
  std::array<epoll_event, 256> events{};
  while (receiving_.load(std::memory_order_relaxed)) {
    const int ready = ::epoll_wait(epoll_fd, events.data(), static_cast<int>(events.size()), 0);
    if (ready <= 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    for (int i = 0; i < ready; ++i) OnReadable(events[static_cast<std::size_t>(i)].data.fd);
  }
  ::close(epoll_fd);
}

void Load::OnReadable(int fd) {
  std::array<std::uint8_t, 512> packet{};
  std::int64_t arrived = 0;
  const auto size = ReceiveStamped(fd, packet, arrived);
  if (size < static_cast<ssize_t>(kRtpHeaderBytes + kPayload)) return;
  // The engine's own markers, at the first switch from silence, come before the measurement.
  if ((packet[1] & 0x80) == 0 || !armed_.load(std::memory_order_relaxed)) return;
  ++received_;
  if (options_.mixed_laws) return;
  std::int64_t sent = 0;
  std::memcpy(&sent, &packet[kRtpHeaderBytes], sizeof sent);
  delays_us_.push_back(static_cast<float>(arrived - sent) / 1000);
}

LoadFigures Load::Run() {
  Open();
  delays_us_.reserve(phones_.size() * 50 * static_cast<std::size_t>(options_.time.count() + 2));
  std::thread receiver([this] { Receive(); });
  std::thread sender([this] { Send(); });
  std::this_thread::sleep_for(std::chrono::seconds(2));  // Sources are learned and locked.
  target_.Poll();
  const auto cpu_before = target_.Cpu();
  const auto relayed_before = target_.Relayed();
  const auto start = SteadyClock::now();
  armed_.store(true);
  measuring_.store(true);
  std::this_thread::sleep_for(options_.time);
  measuring_.store(false);
  const auto cpu = target_.Cpu() - cpu_before;
  const auto relayed = target_.Relayed() - relayed_before;
  const double wall = std::chrono::duration<double>(SteadyClock::now() - start).count();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  sending_.store(false);
  sender.join();
  receiving_.store(false);
  receiver.join();
  target_.Poll();

  LoadFigures figures;
  figures.sent = sent_.load();
  figures.received = received_;
  figures.lost = figures.sent > received_ ? figures.sent - received_ : 0;
  const double cpu_us = std::chrono::duration<double, std::micro>(cpu).count();
  figures.cpu_us_per_packet = cpu_us / static_cast<double>(relayed);
  figures.core_percent = cpu_us / wall / 10'000;
  std::sort(delays_us_.begin(), delays_us_.end());
  if (!delays_us_.empty()) {
    const auto at = [this](double share) {
      return delays_us_[static_cast<std::size_t>(share *
                                                 static_cast<double>(delays_us_.size() - 1))];
    };
    figures.delay_p50_us = at(0.5);
    figures.delay_p99_us = at(0.99);
    figures.delay_max_us = at(1);
  }
  return figures;
}

}  // namespace

LoadFigures RunLoad(Target& target, const LoadOptions& options) {
  return Load(target, options).Run();
}

}  // namespace callfleet::sip_edge::media::bench
