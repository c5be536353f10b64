#include "services/supervisor/rest/same_site.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace callfleet::supervisor::rest {
namespace {

// "http://a:1" and "a:1" are "a", "[::1]:2" is "::1"; in small letters.
std::string HostOf(std::string_view text) {
  if (const auto scheme = text.find("://"); scheme != text.npos) text.remove_prefix(scheme + 3);
  if (text.starts_with('[')) {
    text = text.substr(1, std::min(text.find(']'), text.size()) - 1);
  } else {
    text = text.substr(0, text.find(':'));
  }
  std::string host(text);
  std::ranges::transform(host, host.begin(), [](unsigned char c) { return std::tolower(c); });
  return host;
}

bool IsAddress(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

Error Denied(const char* reason, const char* message) {
  return {.code = ErrorCode::kPermissionDenied, .reason = reason, .message = message};
}

}  // namespace

Status CheckSite(const Site& site, bool open) {
  const std::string host = HostOf(site.host);
  if (open && !host.empty() && host != "localhost" && !IsAddress(host)) {
    return Fail(Denied("HOST_NOT_ALLOWED",
                       "Without tokens only localhost and addresses are served, no other names."));
  }
  const bool reads = site.method == "GET" || site.method == "HEAD" || site.method == "OPTIONS";
  const bool foreign = !site.origin.empty() && HostOf(site.origin) != host;
  if (!reads && (foreign || site.fetch_site == "cross-site")) {
    return Fail(Denied("CROSS_SITE", "Pages of other sites may not ask for changes."));
  }
  return {};
}

}  // namespace callfleet::supervisor::rest
