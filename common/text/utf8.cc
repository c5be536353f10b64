#include "common/text/utf8.h"

#include <algorithm>
#include <iterator>

namespace callfleet {

namespace {

// Well-formed sequences by their first byte (Unicode 15, table 3-7): length and the range of the
// second byte; no overlong forms, no surrogates, nothing above U+10FFFF.
struct Utf8Lead {
  unsigned char from, to;
  std::size_t size;
  unsigned char second_from, second_to;
};
constexpr Utf8Lead kUtf8Leads[] = {{0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
                                   {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F},
                                   {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF},
                                   {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F}};

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace

std::size_t Utf8Size(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (byte(0) <= 0x7F) return 1;  // As most of all text.
  const auto* lead = std::find_if(std::begin(kUtf8Leads), std::end(kUtf8Leads), [&](const auto& l) {
    return byte(0) >= l.from && byte(0) <= l.to;
  });
  if (lead == std::end(kUtf8Leads) || text.size() < lead->size) return 0;
  if (byte(1) < lead->second_from || byte(1) > lead->second_to) return 0;
  const auto tail = text.substr(2, lead->size - 2);
  const bool good =
      std::all_of(tail.begin(), tail.end(), [](unsigned char c) { return c >= 0x80 && c <= 0xBF; });
  return good ? lead->size : 0;
}

std::size_t Characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool IsOneLine(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const auto size = Utf8Size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string MadeUtf8(std::string_view text, std::size_t most) {
  if (text.size() <= most && IsUtf8(text)) return std::string(text);
  std::string out;
  out.reserve(std::min(text.size(), most));
  while (!text.empty()) {
    const std::size_t size = Utf8Size(text);
    const std::string_view next = size == 0 ? kReplacement : text.substr(0, size);
    if (next.size() > most - out.size()) break;
    out += next;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

}  // namespace callfleet
