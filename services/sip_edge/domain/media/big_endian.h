#pragma once
// Network byte order, read and written byte by byte: no alignment, no aliasing.
#include <cstdint>

namespace callfleet::sip_edge::media {

constexpr std::uint16_t Load16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
constexpr std::uint32_t Load32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
         static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}
constexpr void Store16(std::uint8_t* p, std::uint16_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
constexpr void Store32(std::uint8_t* p, std::uint32_t v) {
  Store16(p, static_cast<std::uint16_t>(v >> 16));
  Store16(p + 2, static_cast<std::uint16_t>(v));
}

}  // namespace callfleet::sip_edge::media
