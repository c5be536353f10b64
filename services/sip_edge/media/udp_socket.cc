#include "services/sip_edge/media/udp_socket.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace callfleet::sip_edge::media {
namespace {

constexpr std::size_t kMappedPrefix = 12;

tl::unexpected<Error> SocketError(int error) {
  const std::string what = std::generic_category().message(error);
  switch (error) {
    case EADDRINUSE:
      return Fail({ErrorCode::kAlreadyExists, "PORT_IN_USE", what});
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return Fail({ErrorCode::kResourceExhausted, "NO_FILE_DESCRIPTOR", what});
    default:
      return Fail({ErrorCode::kFailedPrecondition, "BIND_FAILED", what});
  }
}

}  // namespace

std::optional<IpAddress> ParseIp(const std::string& literal) {
  IpAddress ip = IpAddress::V4(0, 0, 0, 0);
  if (inet_pton(AF_INET, literal.c_str(), &ip.bytes[kMappedPrefix]) == 1) return ip;
  if (inet_pton(AF_INET6, literal.c_str(), ip.bytes.data()) == 1) return ip;
  return std::nullopt;
}

KernelAddress::KernelAddress(const MediaAddress& address, int family) : v6{} {
  if (family == AF_INET) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port);
    std::memcpy(&v4.sin_addr, &address.ip.bytes[kMappedPrefix], sizeof v4.sin_addr);
    size = sizeof v4;
    return;
  }
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port);
  std::memcpy(&v6.sin6_addr, address.ip.bytes.data(), sizeof v6.sin6_addr);
  size = sizeof v6;
}

MediaAddress KernelAddress::ToMedia() const {
  MediaAddress out;
  if (any.sa_family == AF_INET) {
    out.ip = IpAddress::V4(0, 0, 0, 0);
    std::memcpy(&out.ip.bytes[kMappedPrefix], &v4.sin_addr, sizeof v4.sin_addr);
    out.port = ntohs(v4.sin_port);
  } else {
    std::memcpy(out.ip.bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
    out.port = ntohs(v6.sin6_port);
  }
  return out;
}

UdpSocket::UdpSocket(UdpSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), family_(other.family_) {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(family_, other.family_);
  return *this;
}

UdpSocket::~UdpSocket() {
  if (fd_ >= 0) ::close(fd_);
}

Result<UdpSocket> UdpSocket::Bind(const MediaAddress& local, int dscp) {
  UdpSocket socket;
  socket.family_ = local.ip.IsV4() ? AF_INET : AF_INET6;
  socket.fd_ = ::socket(socket.family_, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket.fd_ < 0) return SocketError(errno);
  const KernelAddress address(local, socket.family_);
  if (::bind(socket.fd_, &address.any, address.size) != 0) return SocketError(errno);
  if (dscp != 0) {
    const int tos = dscp << 2;
    // A mark that is refused costs priority, not the call.
    if (socket.family_ == AF_INET) {
      (void)::setsockopt(socket.fd_, IPPROTO_IP, IP_TOS, &tos, sizeof tos);
    } else {
      (void)::setsockopt(socket.fd_, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof tos);
    }
  }
  return socket;
}

bool UdpSocket::Connect(const MediaAddress& peer) {
  const KernelAddress address(peer, family_);
  return ::connect(fd_, &address.any, address.size) == 0;
}

void UdpSocket::Disconnect() {
  sockaddr none{};
  none.sa_family = AF_UNSPEC;
  (void)::connect(fd_, &none, sizeof none);
}

}  // namespace callfleet::sip_edge::media
