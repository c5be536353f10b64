#include "services/agent_registry/domain/reservation_key.h"

#include <charconv>

namespace callfleet::agent_registry {

ReservationId ToWire(ReservationKey key, const PoolId& pool) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "r-";
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(key.value >> shift) & 15];
  return ReservationId(text + "-" + pool.str());
}

std::optional<ReservationKey> FromWire(std::string_view text, const PoolId& pool) {
  constexpr std::size_t kHead = 2 + 16 + 1;
  if (text.size() != kHead + pool.str().size() || !text.starts_with("r-")) return std::nullopt;
  if (text[kHead - 1] != '-' || text.substr(kHead) != pool.str()) return std::nullopt;
  ReservationKey key;
  const char* end = text.data() + 18;
  const auto parsed = std::from_chars(text.data() + 2, end, key.value, 16);
  if (parsed.ec != std::errc{} || parsed.ptr != end || !key) return std::nullopt;
  return key;
}

}  // namespace callfleet::agent_registry
