#pragma once
// What each role may dial, be transferred to by REFER, or be redirected to: one list a role.
#include <string>
#include <string_view>
#include <vector>

namespace callfleet::sip_edge {

// Patterns, first match wins: "+1*" (a prefix), "4711" (exactly), "!+*" (none of these).
// No match: not allowed.
using DialList = std::vector<std::string>;

struct DialRules {
  DialList agents{"!+*", "!00*", "*"};  // Whoever wants calls to the outside lists their prefixes.
  DialList trunks{};                    // REFER by the outside party; 3xx of trunks.
};

inline bool MayDial(const DialList& list, std::string_view dialled) {
  for (std::string_view pattern : list) {
    const bool denies = pattern.starts_with('!');
    if (denies) pattern.remove_prefix(1);
    const bool open = pattern.ends_with('*');
    const bool fits =
        open ? dialled.starts_with(pattern.substr(0, pattern.size() - 1)) : dialled == pattern;
    if (fits) return !denies;
  }
  return false;
}

// "+1*,!0*"
inline DialList DialListOf(std::string_view text) {
  DialList list;
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (const auto item = text.substr(0, comma); !item.empty()) list.emplace_back(item);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return list;
}

}  // namespace callfleet::sip_edge
