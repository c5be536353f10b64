#include "common/http/socket_stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace callfleet::http {
namespace {

bool Wait(int socket, short events) {  // NOLINT(google-runtime-int): poll's own type.
  pollfd wanted{.fd = socket, .events = events, .revents = 0};
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(kSilence).count();
  int ready = 0;
  do {
    ready = ::poll(&wanted, 1, static_cast<int>(patience));
  } while (ready < 0 && errno == EINTR);
  return ready > 0 && (wanted.revents & (events | POLLHUP | POLLERR)) != 0;
}

bool Gone(int socket) {
  char byte = 0;
  const auto peeked = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void AddressOf(const sockaddr_storage& address, std::string* ip, int* port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (address.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
    bytes = &v4->sin_addr;
    *port = ntohs(v4->sin_port);
  } else if (address.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
    bytes = &v6->sin6_addr;
    *port = ntohs(v6->sin6_port);
  } else {
    return;
  }
  if (::inet_ntop(address.ss_family, bytes, text.data(), text.size()) != nullptr) *ip = text.data();
}

}  // namespace

bool SocketStream::is_readable() const { return taken_ < before_.size() || Wait(socket_, POLLIN); }

bool SocketStream::is_writable() const { return Wait(socket_, POLLOUT) && !Gone(socket_); }

ssize_t SocketStream::Count(ssize_t bytes) {
  if (bytes > 0) bytes_read_ += static_cast<std::uint64_t>(bytes);
  return bytes;
}

ssize_t SocketStream::read(char* to, std::size_t size) {
  if (taken_ < before_.size()) {
    const auto some = std::min(size, before_.size() - taken_);
    std::memcpy(to, before_.data() + taken_, some);
    taken_ += some;
    return Count(static_cast<ssize_t>(some));
  }
  // Only the waiting counts: where we are slow to take the bytes, the client is not to blame.
  const auto began = std::chrono::steady_clock::now();
  const bool ready = Wait(socket_, POLLIN);
  waited_ += std::chrono::steady_clock::now() - began;
  const auto seconds = std::chrono::duration<double>(waited_).count();
  const bool slow = waited_ > kSlowGrace && static_cast<double>(bytes_waited_for_) <
                                                seconds * static_cast<double>(kLeastBytesPerSecond);
  if (!ready || slow) return -1;
  ssize_t got = 0;
  do {
    got = ::recv(socket_, to, size, 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) bytes_waited_for_ += static_cast<std::uint64_t>(got);
  return Count(got);
}

ssize_t SocketStream::write(const char* from, std::size_t size) {
  if (!Wait(socket_, POLLOUT)) return -1;
  ssize_t sent = 0;
  do {  // Not blocking: a client that reads nothing must not hold the worker for ever.
    sent = ::send(socket_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : sent;
}

void SocketStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &length) == 0) {
    AddressOf(address, &ip, &port);
  }
}

void SocketStream::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) == 0) {
    AddressOf(address, &ip, &port);
  }
}

}  // namespace callfleet::http
