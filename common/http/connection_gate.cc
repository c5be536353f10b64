#include "common/http/connection_gate.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace callfleet::http {
namespace {

constexpr int kEventsAtOnce = 64;

}  // namespace

ConnectionGate::ConnectionGate(GateOptions options, Callbacks callbacks)
    : options_(options),
      callbacks_(std::move(callbacks)),
      poll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = wake_}};
  ::epoll_ctl(poll_, EPOLL_CTL_ADD, wake_, &event);
  thread_ = std::thread([this] { Run(); });
}

ConnectionGate::~ConnectionGate() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  Wake();
  thread_.join();
  for (const auto& [socket, waiting] : waiting_) ::close(socket);
  ::close(wake_);
  ::close(poll_);
}

void ConnectionGate::Wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof(one));
}

std::size_t ConnectionGate::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void ConnectionGate::Add(int socket, std::string before) {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      ::close(socket);
      return;
    }
    if (waiting_.size() >= options_.max_waiting && !waiting_.empty()) {
      const auto longest = std::ranges::min_element(
          waiting_, {}, [](const auto& entry) { return entry.second.since; });
      const int closed = longest->first;
      Forget(longest);
      ::close(closed);
    }
    auto& waiting = waiting_[socket];
    waiting.bytes = std::move(before);
    waiting.since = now;
    const auto patience = waiting.bytes.empty() ? options_.idle_time : options_.head_time;
    SetUntil(socket, &waiting, now + patience);
    // With bytes at hand no event may ever come: ask for one that is always there.
    waiting.poked = !waiting.bytes.empty();
    const auto wanted = waiting.poked ? EPOLLIN | EPOLLOUT : EPOLLIN | EPOLLRDHUP;
    epoll_event event{.events = static_cast<std::uint32_t>(wanted), .data = {.fd = socket}};
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
  }
  Wake();  // Its end may be the next one.
}

void ConnectionGate::SetUntil(int socket, Waiting* waiting, Time until) {
  by_end_.erase({waiting->until, socket});
  waiting->until = until;
  by_end_.emplace(until, socket);
}

void ConnectionGate::Forget(Map::iterator at) {
  ::epoll_ctl(poll_, EPOLL_CTL_DEL, at->first, nullptr);
  by_end_.erase({at->second.until, at->first});
  waiting_.erase(at);
}

int ConnectionGate::PatienceMs() {
  const std::lock_guard lock(mutex_);
  if (by_end_.empty()) return -1;
  const auto left = by_end_.begin()->first - std::chrono::steady_clock::now();
  return static_cast<int>(
      std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(left).count()));
}

void ConnectionGate::Run() {
  std::array<epoll_event, kEventsAtOnce> events{};
  while (true) {
    const int count = ::epoll_wait(poll_, events.data(), kEventsAtOnce, PatienceMs());
    for (int i = 0; i < count; ++i) {
      const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
      if (socket == wake_) {
        std::uint64_t told = 0;
        [[maybe_unused]] const auto got = ::read(wake_, &told, sizeof(told));
      } else {
        Read(socket);
      }
    }
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    EndLate();
  }
}

void ConnectionGate::Read(int socket) {
  std::array<char, 16'384> some{};
  const auto got = ::recv(socket, some.data(), some.size(), MSG_DONTWAIT);
  const bool nothing = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  const std::lock_guard lock(mutex_);
  const auto at = waiting_.find(socket);
  if (at == waiting_.end()) return;
  if (got == 0 || (got < 0 && !nothing)) {
    Forget(at);
    ::close(socket);
    return;
  }
  Waiting& waiting = at->second;
  if (got > 0) {
    if (waiting.bytes.empty()) {
      waiting.since = std::chrono::steady_clock::now();
      SetUntil(socket, &waiting, waiting.since + options_.head_time);
    }
    waiting.bytes.append(some.data(), static_cast<std::size_t>(got));
  }
  if (waiting.poked) {
    waiting.poked = false;
    epoll_event event{.events = EPOLLIN | EPOLLRDHUP, .data = {.fd = socket}};
    ::epoll_ctl(poll_, EPOLL_CTL_MOD, socket, &event);
  }
  if (!Ready(socket, &waiting)) return;
  Waiting done;
  std::swap(done, waiting);
  waiting.until = done.until;  // Forget finds its place by it.
  Forget(at);                  // Before anybody else has the socket.
  Pass(socket, std::move(done));
}

bool ConnectionGate::Ready(int socket, Waiting* waiting) {
  if (waiting->head.state == HeadState::kMore) waiting->head = ScanHead(waiting->bytes);
  const RequestHead& head = waiting->head;
  if (head.state == HeadState::kMore) return false;
  if (head.state != HeadState::kWhole) return true;
  const bool small =
      !head.chunked && !head.expects_continue && head.content_length <= options_.small_body;
  if (!small || waiting->bytes.size() >= head.bytes + head.content_length) return true;
  SetUntil(socket, waiting, waiting->since + options_.body_time);
  return false;
}

void ConnectionGate::Pass(int socket, Waiting waiting) const {
  const RequestHead& head = waiting.head;
  if (head.state != HeadState::kWhole) {
    callbacks_.refused(
        socket, head.state == HeadState::kBadLength ? Fault::kBadLength : Fault::kHeadTooLarge);
    ::close(socket);
    return;
  }
  const bool whole = !head.chunked && waiting.bytes.size() >= head.bytes + head.content_length;
  callbacks_.arrived({socket, std::move(waiting.bytes), head, whole});
}

void ConnectionGate::EndLate() {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  while (!by_end_.empty() && by_end_.begin()->first <= now) {
    const auto at = waiting_.find(by_end_.begin()->second);
    const int socket = at->first;
    const bool begun = !at->second.bytes.empty();
    Forget(at);
    if (begun) callbacks_.refused(socket, Fault::kTooSlow);
    ::close(socket);
  }
}

}  // namespace callfleet::http
