#pragma once
// Small tables from the wire's enums to ours.
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace callfleet::supervisor {

template <class From, class To, std::size_t N>
using Lookup = std::array<std::pair<From, To>, N>;

// `otherwise` for values that this version does not know.
template <class From, class To, std::size_t N>
constexpr To Find(const Lookup<From, To, N>& table, From value, To otherwise) {
  for (const auto& [from, to] : table) {
    if (from == value) return to;
  }
  return otherwise;
}

// "CAMPAIGN_STATE_RUNNING" → "running".
std::string WithoutPrefix(const std::string& name, std::string_view prefix);

}  // namespace callfleet::supervisor
