#pragma once
// What a value must look like, judged before anything is started. Each returns "" or the fault, and
// never repeats the value.
#include <cstdint>
#include <string>

namespace callfleet::config {

std::string HostPort(const std::string& text);  // "host:port", "[::1]:port"; port 0 to 65535.
std::string Target(const std::string& text);    // As HostPort with a port above 0, or "scheme:…".
std::string IpAddress(const std::string& text);  // IPv4 or IPv6.
std::string SipPort(const std::string& text);    // 1 to 65535, or "*".
std::string TokensFile(const std::string& path);

// Of a whole configuration: two servers of a process on one address; a server that others can reach
// without tokens.
std::string SameAddress(const std::string& one, const std::string& other);
std::string OpenToOthers(const std::string& listen, const std::string& tokens_file);

}  // namespace callfleet::config
