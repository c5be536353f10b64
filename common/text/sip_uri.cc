#include "common/text/sip_uri.h"

#include <algorithm>
#include <charconv>

namespace callfleet {
namespace {

constexpr std::size_t kMostBytes = 512;
constexpr std::size_t kLongestHost = 253;

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && port >= 1 &&
         port <= 65'535;
}

// RFC 3261 25.1, hostport; names of containers have an underscore now and then.
bool IsHostPort(std::string_view text) {
  const bool six = text.starts_with('[');
  const auto end = six ? text.find(']') : text.find(':');
  if (six && end == std::string_view::npos) return false;
  const std::string_view host = six ? text.substr(1, end - 1) : text.substr(0, end);
  const std::string_view allowed =
      six ? "0123456789abcdefABCDEF:."
          : "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._";
  if (host.empty() || host.size() > kLongestHost) return false;
  if (host.find_first_not_of(allowed) != std::string_view::npos) return false;
  if (six && host.find(':') == std::string_view::npos) return false;
  const std::string_view rest =
      end == std::string_view::npos ? "" : text.substr(six ? end + 1 : end);
  return rest.empty() || (rest.starts_with(':') && IsPort(rest.substr(1)));
}

}  // namespace

bool IsSipUri(std::string_view text) {
  if (text.size() > kMostBytes) return false;
  if (!text.starts_with("sip:") && !text.starts_with("sips:")) return false;
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '<' && c != '>' && c != '"' && c != 0x7f;
  });
  if (!clean) return false;
  text.remove_prefix(text.find(':') + 1);
  text = text.substr(0, text.find_first_of(";?"));
  if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
  return IsHostPort(text);
}

}  // namespace callfleet
