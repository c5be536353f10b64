#include "tests/integration/sip/tcp_peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace callfleet::test {

namespace {

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool Readable(int fd, std::chrono::milliseconds limit) {
  pollfd polled{fd, POLLIN, 0};
  return poll(&polled, 1, static_cast<int>(limit.count())) > 0;
}

}  // namespace

TcpPeer TcpPeer::ConnectTo(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to = Loopback(port);
  connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to);
  return TcpPeer(fd);
}

TcpPeer::TcpPeer(TcpPeer&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

TcpPeer::~TcpPeer() { Close(); }

void TcpPeer::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

void TcpPeer::Send(const std::string& text) const {
  send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
}

bool TcpPeer::Closed(std::chrono::milliseconds limit) const {
  char byte;
  return Readable(fd_, limit) && recv(fd_, &byte, 1, 0) <= 0;
}

std::optional<std::string> TcpPeer::NextMessage() {
  const auto head = buffer_.find("\r\n\r\n");
  if (head == std::string::npos) return std::nullopt;
  const auto length = ParseSip(buffer_.substr(0, head + 4));
  const std::size_t body =
      length ? static_cast<std::size_t>(std::atoi(length->Get("Content-Length").c_str())) : 0;
  if (buffer_.size() < head + 4 + body) return std::nullopt;
  std::string message = buffer_.substr(0, head + 4 + body);
  buffer_.erase(0, head + 4 + body);
  return message;
}

std::optional<SipText> TcpPeer::Expect(const std::string& wanted, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    while (auto text = NextMessage()) {
      auto message = ParseSip(*text);
      if (!message) continue;
      const bool match = wanted.empty() || message->method() == wanted ||
                         (message->status() != 0 && std::to_string(message->status()) == wanted);
      if (match) return message;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !Readable(fd_, left)) return std::nullopt;
    char bytes[8192];
    const auto got = recv(fd_, bytes, sizeof bytes, 0);
    if (got <= 0) return std::nullopt;
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
}

void TcpPeer::Reply(const SipText& request, int code, const std::string& extra,
                    const std::string& body) const {
  std::string out = "SIP/2.0 " + std::to_string(code) + " X\r\n";
  for (const char* name : {"Via", "From", "Call-ID", "CSeq"}) {
    out += std::string(name) + ": " + request.Get(name) + "\r\n";
  }
  out +=
      "To: " + request.Get("To") + (request.tag("To").empty() ? ";tag=tcp" : "") + "\r\n" + extra;
  if (!body.empty()) out += "Content-Type: application/sdp\r\n";
  Send(out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

int TcpPeer::Register(const std::string& user, const std::string& secret, std::uint16_t edge_port) {
  const std::string uri = "sip:127.0.0.1:" + std::to_string(edge_port);
  std::string authorization;
  int status = 0;
  for (int cseq = 1; cseq <= 2; ++cseq) {
    Send("REGISTER " + uri + " SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.2.3:5060;branch=z9hG4bKt" +
         std::to_string(cseq) + "\r\nMax-Forwards: 70\r\nFrom: <sip:" + user +
         "@x>;tag=1\r\nTo: <sip:" + user + "@x>\r\nCall-ID: tcp-" + user +
         "\r\nCSeq: " + std::to_string(cseq) + " REGISTER\r\nContact: <sip:" + user +
         "@10.1.2.3:5060;transport=tcp>\r\n" + authorization + "Content-Length: 0\r\n\r\n");
    const auto reply = Expect("");
    if (!reply) return 0;
    status = reply->status();
    if (status != 401) return status;
    authorization = "Authorization: " +
                    DigestFor(reply->Get("WWW-Authenticate"), user, secret, "REGISTER", uri) +
                    "\r\n";
  }
  return status;
}

TcpListener::TcpListener() {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  listen(fd_, 8);
  socklen_t length = sizeof address;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
}

TcpListener::~TcpListener() { close(fd_); }

std::optional<TcpPeer> TcpListener::Accept(std::chrono::milliseconds limit) const {
  if (!Readable(fd_, limit)) return std::nullopt;
  return TcpPeer(accept(fd_, nullptr, nullptr));
}

}  // namespace callfleet::test
