#include "services/sip_edge/domain/told_text.h"

#include <algorithm>

#include "common/text/utf8.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace

std::string ToldText(std::string_view text, std::size_t most) {
  if (text.size() <= most && IsUtf8(text)) return std::string(text);
  std::string out;
  out.reserve(std::min(text.size(), most));
  while (!text.empty()) {
    const std::size_t length = Utf8Size(text);
    const std::string_view next = length == 0 ? kReplacement : text.substr(0, length);
    if (next.size() > most - out.size()) break;
    out += next;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace callfleet::sip_edge
