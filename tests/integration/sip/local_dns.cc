#include "tests/integration/sip/local_dns.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace callfleet::test {

namespace {

constexpr std::size_t kHeaderBytes = 12;

std::string Big16(std::uint16_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}
std::string Big32(std::uint32_t value) {
  return Big16(static_cast<std::uint16_t>(value >> 16)) +
         Big16(static_cast<std::uint16_t>(value & 0xffff));
}

// RFC 1035 3.1: labels with their lengths.
std::string Labels(const std::string& name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    const auto dot = std::min(name.find('.', at), name.size());
    out += static_cast<char>(dot - at) + name.substr(at, dot - at);
    at = dot + 1;
  }
  return out + '\0';
}

}  // namespace

LocalDns::LocalDns() {
  fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t length = sizeof address;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

LocalDns::~LocalDns() {
  stopping_ = true;
  thread_.join();
  close(fd_);
}

void LocalDns::AddA(const std::string& name, const std::string& address, std::uint32_t ttl_s) {
  in_addr four{};
  inet_pton(AF_INET, address.c_str(), &four);
  const std::lock_guard lock(mutex_);
  records_[{name, kA}].push_back({ttl_s, std::string(reinterpret_cast<char*>(&four), 4)});
}

void LocalDns::AddSrv(const std::string& name, const Srv& srv, std::uint32_t ttl_s) {
  const std::lock_guard lock(mutex_);
  records_[{name, kSrv}].push_back(
      {ttl_s, Big16(srv.priority) + Big16(srv.weight) + Big16(srv.port) + Labels(srv.target)});
}

void LocalDns::Serve() {
  while (!stopping_) {
    pollfd polled{fd_, POLLIN, 0};
    if (poll(&polled, 1, 20) <= 0) continue;
    char buffer[1500];
    sockaddr_in from{};
    socklen_t length = sizeof from;
    auto* source = reinterpret_cast<sockaddr*>(&from);
    const auto got = recvfrom(fd_, buffer, sizeof buffer, 0, source, &length);
    if (got <= static_cast<ssize_t>(kHeaderBytes)) continue;
    ++questions_;
    if (silent_) continue;
    const std::string answer = AnswerTo(std::string(buffer, static_cast<std::size_t>(got)));
    sendto(fd_, answer.data(), answer.size(), 0, source, length);
  }
}

std::string LocalDns::AnswerTo(const std::string& question) {
  std::string name;
  std::size_t at = kHeaderBytes;
  while (at < question.size() && question[at] != 0) {
    const auto length = static_cast<std::size_t>(question[at]);
    name += (name.empty() ? "" : ".") + question.substr(at + 1, length);
    at += length + 1;
  }
  const std::string asked = question.substr(kHeaderBytes, at + 5 - kHeaderBytes);
  const auto type = static_cast<std::uint16_t>((static_cast<unsigned char>(question[at + 1]) << 8) |
                                               static_cast<unsigned char>(question[at + 2]));
  const std::lock_guard lock(mutex_);
  const auto found = records_.find({name, type});
  const std::size_t count = found == records_.end() ? 0 : found->second.size();
  std::string out = question.substr(0, 2);
  out += Big16(count > 0 ? 0x8580 : 0x8583);  // Authoritative answer; NXDOMAIN where none.
  out += Big16(1) + Big16(static_cast<std::uint16_t>(count)) + Big16(0) + Big16(0) + asked;
  for (std::size_t i = 0; i < count; ++i) {
    const Record& record = found->second[i];
    out += Big16(0xc00c) + Big16(type) + Big16(1) + Big32(record.ttl_s) +
           Big16(static_cast<std::uint16_t>(record.data.size())) + record.data;
  }
  return out;
}

}  // namespace callfleet::test
