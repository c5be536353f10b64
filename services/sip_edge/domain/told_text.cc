#include "services/sip_edge/domain/told_text.h"

#include <algorithm>

namespace callfleet::sip_edge {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool Within(char c, unsigned char least, unsigned char most) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= least && byte <= most;
}

// Length of the UTF-8 sequence that `text` begins with, 0: none (RFC 3629 4).
std::size_t SequenceAt(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || text.size() < length) return 0;
  // No overlong forms, no surrogates, nothing beyond U+10FFFF.
  const unsigned char least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (!Within(text[1], least, most)) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!Within(text[i], 0x80, 0xBF)) return 0;
  }
  return length;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = SequenceAt(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string ToldText(std::string_view text, std::size_t most) {
  if (text.size() <= most && IsUtf8(text)) return std::string(text);
  std::string out;
  out.reserve(std::min(text.size(), most));
  while (!text.empty()) {
    const std::size_t length = SequenceAt(text);
    const std::string_view next = length == 0 ? kReplacement : text.substr(0, length);
    if (next.size() > most - out.size()) break;
    out += next;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace callfleet::sip_edge
