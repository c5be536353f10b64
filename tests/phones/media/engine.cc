#include "tests/phones/media/engine.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "tests/phones/base/clock.h"

namespace callfleet::phones {
namespace {

constexpr int kPhases = 4;
constexpr long kTickNs = 5'000'000;
constexpr uint64_t kMaxCatchUp = 40;  // 200 ms; later ticks are dropped
constexpr LegId kTimerKey = 0;
constexpr LegId kStopKey = ~LegId{0};
// A range that is nearly full is full: to try all of it for each call would be the end of all
// calls.
constexpr int kMostTries = 100;

int BoundSocket(const std::string& host, uint16_t port, int receive_buffer) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

// All that arrives is dropped before it is queued: nobody listens.
void Deafen(int fd) {
  sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{.len = 1, .filter = &nothing};
  setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

void Watch(int epoll_fd, int fd, LegId key) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key;
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) throw std::runtime_error("epoll_ctl");
}

}  // namespace

MediaEngine::MediaEngine(MediaOptions options)
    : options_(std::move(options)),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      timer_fd_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      stop_fd_(eventfd(0, EFD_CLOEXEC)) {
  const int span = (options_.port_max - options_.port_min) / 2;
  if (span < 1) throw std::runtime_error("the RTP port range is empty");
  // A random start: two programs on one machine seldom meet.
  next_port_ =
      static_cast<uint16_t>((options_.port_min + 2 * (std::random_device{}() % span)) & ~1u);
  itimerspec every{};
  every.it_interval.tv_nsec = kTickNs;
  every.it_value.tv_nsec = kTickNs;
  timerfd_settime(timer_fd_, 0, &every, nullptr);
  if (options_.send_rtp) Watch(epoll_fd_, timer_fd_, kTimerKey);
  Watch(epoll_fd_, stop_fd_, kStopKey);
  ToneFrame(CodesOf(Side::kAgent).front(),
            Law::kMu);  // All are encoded now, not in the first call.
  thread_ = std::thread([this] { Loop(); });
}

MediaEngine::~MediaEngine() {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = write(stop_fd_, &one, sizeof one);
  thread_.join();
  for (int fd : {epoll_fd_, timer_fd_, stop_fd_}) close(fd);
}

ToneCode MediaEngine::NextCode(Side side) {
  const auto& codes = CodesOf(side);
  auto& used = codes_in_use_[static_cast<size_t>(side)];
  auto& next = next_code_[static_cast<size_t>(side)];
  // Round robin, so that a code rests before it is used again; with all in use they are shared.
  const size_t tries = used.size() < codes.size() ? codes.size() : 0;
  for (size_t tried = 0; tried < tries && used.contains(codes[next].Key()); ++tried)
    next = (next + 1) % codes.size();
  const ToneCode code = codes[next];
  next = (next + 1) % codes.size();
  ++used[code.Key()];
  return code;
}

void MediaEngine::ReturnCode(const ToneCode& code) {
  auto& used = codes_in_use_[static_cast<size_t>(code.side)];
  if (--used[code.Key()] == 0) used.erase(code.Key());
}

OpenedLeg MediaEngine::Open(Side side) {
  std::lock_guard lock(mutex_);
  const int pairs = std::min((options_.port_max - options_.port_min) / 2, kMostTries);
  for (int tried = 0; tried < pairs; ++tried) {
    const uint16_t port = next_port_;
    next_port_ = port + 3 > options_.port_max ? static_cast<uint16_t>((options_.port_min + 1) & ~1)
                                              : static_cast<uint16_t>(port + 2);
    const int rtp = BoundSocket(options_.host, port, 64 * 1024);
    if (rtp < 0) continue;
    // The RTCP port is held too, else the peer's reports would reach another leg.
    const int rtcp = BoundSocket(options_.host, static_cast<uint16_t>(port + 1), 16 * 1024);
    if (rtcp < 0) {
      close(rtp);
      continue;
    }
    const LegId id = next_id_++;
    const ToneCode code = NextCode(side);
    Slot slot{std::make_unique<RtpLeg>(rtp, rtcp, code, static_cast<uint32_t>(id * 2654435761u)),
              static_cast<int>(id % kPhases)};
    by_phase_[slot.phase][id] = slot.leg.get();
    legs_.emplace(id, std::move(slot));
    if (options_.send_rtp) {
      Watch(epoll_fd_, rtp, id);
    } else {
      Deafen(rtp);
      Deafen(rtcp);
    }
    return {id, port, code};
  }
  return {};
}

void MediaEngine::SetRemote(LegId id, const RemoteRtp& remote) {
  std::lock_guard lock(mutex_);
  if (auto it = legs_.find(id); it != legs_.end()) it->second.leg->SetRemote(remote);
}

void MediaEngine::Play(LegId id, std::shared_ptr<const Clip> clip) {
  const std::lock_guard lock(mutex_);
  if (auto it = legs_.find(id); it != legs_.end()) it->second.leg->Play(std::move(clip));
}

void MediaEngine::SetSending(LegId id, Sending what) {
  std::lock_guard lock(mutex_);
  if (auto it = legs_.find(id); it != legs_.end()) it->second.leg->SetSending(what);
}

RtpStats MediaEngine::Stats(LegId id) {
  std::lock_guard lock(mutex_);
  auto it = legs_.find(id);
  return it == legs_.end() ? RtpStats{} : it->second.leg->Stats();
}

RtpStats MediaEngine::Close(LegId id) {
  std::lock_guard lock(mutex_);
  auto it = legs_.find(id);
  if (it == legs_.end()) return {};
  RtpStats stats = it->second.leg->Stats();
  ReturnCode(it->second.leg->code());
  by_phase_[it->second.phase].erase(id);
  legs_.erase(it);
  return stats;
}

void MediaEngine::Tick() {
  uint64_t expirations = 0;
  if (read(timer_fd_, &expirations, sizeof expirations) != sizeof expirations) return;
  for (uint64_t n = 0; n < std::min(expirations, kMaxCatchUp); ++n) {
    phase_ = (phase_ + 1) % kPhases;
    for (auto& [id, leg] : by_phase_[phase_]) leg->SendFrame();
  }
}

void MediaEngine::Loop() {
  std::array<epoll_event, 256> events;
  while (true) {
    const int n = epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), -1);
    std::lock_guard lock(mutex_);
    const int64_t now = NowUs();
    for (int i = 0; i < n; ++i) {
      const LegId key = events[i].data.u64;
      if (key == kStopKey) return;
      if (key == kTimerKey) {
        Tick();
      } else if (auto it = legs_.find(key); it != legs_.end()) {
        it->second.leg->ReceiveOne(now);
      }
    }
  }
}

}  // namespace callfleet::phones
