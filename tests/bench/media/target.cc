#include "tests/bench/media/target.h"

#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

namespace callfleet::sip_edge::media::bench {
namespace {

constexpr IpAddress kLoopback = IpAddress::V4(127, 0, 0, 1);

class ThroughEngine final : public Target {
 public:
  explicit ThroughEngine(MediaEngine& engine) : engine_(engine) {}
  ~ThroughEngine() override {
    for (const auto id : open_) (void)engine_.Close(id);
    while (engine_.Counters().endpoints > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      Poll();
    }
  }
  std::pair<std::uint16_t, std::uint16_t> OpenCall(const MediaAddress& a, const MediaAddress& b,
                                                   bool mixed_laws) override {
    const auto one = OpenLeg(a, false);
    const auto two = OpenLeg(b, mixed_laws);
    Must(engine_.Bridge(one.id, two.id).has_value(), "Bridge failed");
    Poll();
    return {one.rtp_port, two.rtp_port};
  }
  void Poll() override {
    engine_.Drain([](const MediaEvent&) {});
  }
  std::uint64_t Relayed() const override { return engine_.Counters().packets_relayed; }
  std::chrono::nanoseconds Cpu() const override { return engine_.Counters().cpu; }

 private:
  EndpointInfo OpenLeg(const MediaAddress& phone, bool a_law) {
    const auto info = engine_.Open("call" + std::to_string(open_.size() / 2));
    Must(info.has_value(), "Open failed");
    RemoteMedia remote;
    remote.rules.signalled = phone;
    remote.codec = a_law ? Codec::kPcma : Codec::kPcmu;
    remote.payload_type = a_law ? 8 : 0;
    remote.answered = true;
    Must(engine_.SetRemote(info->id, remote).has_value(), "SetRemote failed");
    open_.push_back(info->id);
    return *info;
  }
  MediaEngine& engine_;
  std::vector<EndpointId> open_;
};

class Bare final : public Target {
 public:
  ~Bare() override {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::pair<std::uint16_t, std::uint16_t> OpenCall(const MediaAddress& a, const MediaAddress& b,
                                                   bool) override {
    return {OpenSocket(a), OpenSocket(b)};
  }
  void Start() override {
    thread_ = std::thread([this] { Run(); });
  }
  std::uint64_t Relayed() const override { return relayed_.load(std::memory_order_relaxed); }
  std::chrono::nanoseconds Cpu() const override {
    clockid_t id{};
    timespec time{};
    auto& thread = const_cast<std::thread&>(thread_);
    ::pthread_getcpuclockid(thread.native_handle(), &id);
    ::clock_gettime(id, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

 private:
  std::uint16_t OpenSocket(const MediaAddress& phone) {
    auto socket = UdpSocket::Bind({kLoopback, 0}, 0);
    Must(socket && socket->Connect(phone), "no socket");
    KernelAddress local;
    ::getsockname(socket->fd(), &local.any, &local.size);
    sockets_.push_back(std::move(*socket));
    return local.ToMedia().port;
  }
  void Run() {
    sched_param param{};
    param.sched_priority = 10;
    (void)::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &param);
    const int epoll_fd = ::epoll_create1(0);
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      ::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, sockets_[i].fd(), &event);
    }
    std::array<epoll_event, 64> events{};
    std::array<std::uint8_t, 2048> packet{};
    while (!stop_.load(std::memory_order_relaxed)) {
      const int ready = ::epoll_wait(epoll_fd, events.data(), 64, 100);
      for (int i = 0; i < ready; ++i) {
        const auto from = events[static_cast<std::size_t>(i)].data.u64;
        const auto size = ::recv(sockets_[from].fd(), packet.data(), packet.size(), MSG_DONTWAIT);
        if (size <= 0) continue;
        (void)::send(sockets_[from ^ 1].fd(), packet.data(), static_cast<std::size_t>(size),
                     MSG_DONTWAIT);
        relayed_.fetch_add(1, std::memory_order_relaxed);
      }
    }
    ::close(epoll_fd);
  }
  std::vector<UdpSocket> sockets_;
  std::atomic<std::uint64_t> relayed_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace

void Must(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "media_bench: %s\n", what);
  std::exit(1);
}

std::unique_ptr<Target> EngineTarget(MediaEngine& engine) {
  return std::make_unique<ThroughEngine>(engine);
}
std::unique_ptr<Target> BareRelay() { return std::make_unique<Bare>(); }

}  // namespace callfleet::sip_edge::media::bench
