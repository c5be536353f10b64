#include "common/http/request_head.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace callfleet::http {
namespace {

// Enough for any file; 10^18 and its like are refused rather than counted on.
constexpr std::size_t kMaxLengthDigits = 15;

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::optional<std::uint64_t> Length(std::string_view text) {
  std::uint64_t value = 0;
  if (text.empty() || text.size() > kMaxLengthDigits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// False: the length cannot be told.
bool TakeField(std::string_view line, std::optional<std::uint64_t>* length, RequestHead* head) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;  // The parser says what is wrong with it.
  const auto name = line.substr(0, colon);
  const auto value = Trim(line.substr(colon + 1));
  if (SameName(name, "Content-Length")) {
    const auto told = Length(value);
    if (!told || (*length && **length != *told)) return false;
    *length = told;
  } else if (SameName(name, "Transfer-Encoding")) {
    head->chunked = true;
  } else if (SameName(name, "Expect")) {
    head->expects_continue = true;
  }
  return true;
}

}  // namespace

RequestHead ScanHead(std::string_view bytes) {
  RequestHead head;
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos || end + 4 > kMaxHeadBytes) {
    head.state = bytes.size() > kMaxHeadBytes ? HeadState::kTooLarge : HeadState::kMore;
    return head;
  }
  head.bytes = end + 4;
  std::string_view lines = bytes.substr(0, end);
  lines.remove_prefix(std::min(lines.find('\n'), lines.size() - 1) + 1);  // The request line.
  std::optional<std::uint64_t> length;
  while (!lines.empty()) {
    const auto stop = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, stop);
    if (line.size() + (line.ends_with('\r') ? 1 : 2) > kMaxFieldBytes) {  // With its CRLF.
      head.state = HeadState::kTooLarge;
      return head;
    }
    if (!TakeField(line, &length, &head)) {
      head.state = HeadState::kBadLength;
      return head;
    }
    lines.remove_prefix(std::min(stop + 1, lines.size()));
  }
  // RFC 9112 6.1: both may be an attempt to smuggle a second request.
  head.state = head.chunked && length ? HeadState::kBadLength : HeadState::kWhole;
  head.content_length = length.value_or(0);
  return head;
}

}  // namespace callfleet::http
