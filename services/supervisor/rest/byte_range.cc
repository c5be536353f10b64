#include "services/supervisor/rest/byte_range.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

namespace callfleet::supervisor::rest {
namespace {

std::string_view Stripped(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "bytes", in whatever case: range units are case-insensitive (RFC 9110 14.1).
bool IsBytes(std::string_view unit) {
  return std::ranges::equal(unit, std::string_view("bytes"), [](unsigned char a, char b) {
    return static_cast<char>(std::tolower(a)) == b;
  });
}

std::optional<std::uint64_t> Digits(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::unexpected<Error> Beyond(std::uint64_t size) {
  return Fail(Error{.code = ErrorCode::kOutOfRange,
                    .reason = "RANGE_NOT_SATISFIABLE",
                    .message = "The file has no such bytes.",
                    .metadata = {{"sizeBytes", std::to_string(size)}},
                    .fields = {{"Range", "lies beyond the end of the file"}}});
}

}  // namespace

Result<std::optional<ByteRange>> ReadRange(std::string_view header, std::uint64_t size) {
  const auto equals = header.find('=');
  if (equals == std::string_view::npos || !IsBytes(Stripped(header.substr(0, equals)))) {
    return std::nullopt;
  }
  const std::string_view range = Stripped(header.substr(equals + 1));
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = Digits(range.substr(0, dash));
  const auto last = Digits(range.substr(dash + 1));
  if (dash > 0 && !first) return std::nullopt;
  if (dash + 1 < range.size() && !last) return std::nullopt;
  if (!first) {  // The last so many bytes.
    if (!last) return std::nullopt;
    const auto count = std::min(*last, size);
    if (count == 0) return Beyond(size);
    return ByteRange{.first = size - count, .size = count};
  }
  if (last && *last < *first) return std::nullopt;
  if (*first >= size) return Beyond(size);
  const auto end = last ? std::min(*last, size - 1) : size - 1;
  return ByteRange{.first = *first, .size = end - *first + 1};
}

}  // namespace callfleet::supervisor::rest
