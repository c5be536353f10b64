#pragma once
// A reservation's id as a number: the pool's token in the upper 24 bits, a counter in the lower 40.
// The token is raised in the database at each start, so no id is ever given twice.
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/ids/ids.h"

namespace callfleet::agent_registry {

struct ReservationKey {
  std::uint64_t value = 0;  // 0 = none.
  friend auto operator<=>(const ReservationKey&, const ReservationKey&) = default;
  explicit operator bool() const { return value != 0; }
};

constexpr ReservationKey MakeReservationKey(Token token, std::uint64_t number) {
  return {(token << 40) | (number & ((std::uint64_t{1} << 40) - 1))};
}

// "r-<16 hex digits>-<pool>"; at most 83 characters with a pool of 64.
ReservationId ToWire(ReservationKey key, const PoolId& pool);
// Nothing where the text is not of this pool.
std::optional<ReservationKey> FromWire(std::string_view text, const PoolId& pool);

}  // namespace callfleet::agent_registry

template <>
struct std::hash<callfleet::agent_registry::ReservationKey> {
  std::size_t operator()(callfleet::agent_registry::ReservationKey key) const noexcept {
    return key.value * 0x9E3779B97F4A7C15ULL;
  }
};
