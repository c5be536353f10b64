#include "common/config/checks.h"

#include <arpa/inet.h>

#include <charconv>

#include "common/auth/listen_address.h"
#include "common/auth/tokens.h"

namespace callfleet::config {
namespace {

constexpr int kNoPort = -1;

int PortOf(std::string_view text) {
  int port = kNoPort;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole && port >= 0 && port <= 65535 ? port : kNoPort;
}

struct Parts {
  std::string host;
  int port = kNoPort;
};

Parts Split(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return {};
  std::string host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string::npos) return {};
  return {std::move(host), PortOf(std::string_view(text).substr(colon + 1))};
}

bool IsHost(const std::string& host) {
  return !host.empty() && host.find_first_of(" \t/@,;\"'") == std::string::npos;
}

}  // namespace

std::string HostPort(const std::string& text) {
  if (text.starts_with("unix:")) return "";
  const auto [host, port] = Split(text);
  if (port == kNoPort) return "must be host:port with a port of 0 to 65535";
  return IsHost(host) ? "" : "must be host:port; its host is none";
}

std::string Target(const std::string& text) {
  for (const char* scheme : {"dns:", "ipv4:", "ipv6:", "unix:"}) {
    if (text.starts_with(scheme)) return "";
  }
  if (auto fault = HostPort(text); !fault.empty()) return fault;
  return Split(text).port == 0 ? "must have a port of 1 to 65535" : "";
}

std::string IpAddress(const std::string& text) {
  in6_addr address{};
  const bool v4 = inet_pton(AF_INET, text.c_str(), &address) == 1;
  return v4 || inet_pton(AF_INET6, text.c_str(), &address) == 1 ? "" : "must be an IP address";
}

std::string SipPort(const std::string& text) {
  return text == "*" || PortOf(text) > 0 ? "" : "must be 1 to 65535, or *";
}

std::string TokensFile(const std::string& path) {
  const auto tokens = auth::Tokens::ReadFile(path);
  return tokens ? "" : tokens.error().message;
}

std::string SameAddress(const std::string& one, const std::string& other) {
  const auto [host, port] = Split(one);
  return port > 0 && one == other ? "is the address of another server of this process" : "";
}

std::string OpenToOthers(const std::string& listen, const std::string& tokens_file) {
  if (!tokens_file.empty() || auth::IsLoopback(listen)) return "";
  return "needs tokens_file, as others than this machine can reach it";
}

}  // namespace callfleet::config
