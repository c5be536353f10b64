#pragma once
// One end of a TCP connection with the edge: says what a test tells it to say, reads messages by
// their Content-Length.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/integration/sip/raw_phone.h"

namespace callfleet::test {

class TcpPeer {
 public:
  static TcpPeer ConnectTo(std::uint16_t port);
  TcpPeer(TcpPeer&& other) noexcept;
  TcpPeer& operator=(TcpPeer&&) = delete;
  ~TcpPeer();

  void Close();
  void Send(const std::string& text) const;
  // The next message that is `wanted` ("INVITE", "200", "" = any).
  std::optional<SipText> Expect(const std::string& wanted,
                                std::chrono::milliseconds limit = std::chrono::seconds(5));
  // The edge closes it within the time.
  bool Closed(std::chrono::milliseconds limit) const;
  // To a request of the edge; `body` is SDP.
  void Reply(const SipText& request, int code, const std::string& extra = "",
             const std::string& body = "") const;
  // The last status of a REGISTER with digest over this connection.
  int Register(const std::string& user, const std::string& secret, std::uint16_t edge_port);

 private:
  friend class TcpListener;
  explicit TcpPeer(int fd) : fd_(fd) {}
  std::optional<std::string> NextMessage();
  int fd_;
  std::string buffer_;
};

class TcpListener {
 public:
  TcpListener();
  ~TcpListener();
  std::uint16_t port() const { return port_; }
  std::optional<TcpPeer> Accept(std::chrono::milliseconds limit = std::chrono::seconds(5)) const;

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace callfleet::test
