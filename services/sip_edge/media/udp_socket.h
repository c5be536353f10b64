#pragma once
// Non-blocking UDP sockets by number, and addresses in the kernel's form. Nothing here allocates
// but ParseIp's argument and the errors.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "common/result/result.h"
#include "services/sip_edge/domain/media/media_types.h"

namespace callfleet::sip_edge::media {

std::optional<IpAddress> ParseIp(const std::string& literal);

struct KernelAddress {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  socklen_t size = sizeof(sockaddr_in6);
  KernelAddress() : v6{} {}
  // `family`: of the socket; an IPv4 address on an IPv6 socket is mapped.
  KernelAddress(const MediaAddress& address, int family);
  MediaAddress ToMedia() const;
};

// Owns one descriptor.
class UdpSocket {
 public:
  UdpSocket() = default;
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket();
  // ALREADY_EXISTS (PORT_IN_USE) if the port is taken, RESOURCE_EXHAUSTED without descriptors.
  static Result<UdpSocket> Bind(const MediaAddress& local, int dscp);

  int fd() const { return fd_; }
  int family() const { return family_; }
  bool Connect(const MediaAddress& peer);
  void Disconnect();  // AF_UNSPEC: open to all again, the local port stays.

 private:
  int fd_ = -1;
  int family_ = AF_INET;
};

}  // namespace callfleet::sip_edge::media
