#pragma once
// Words that every part of the media engine shares. Plain data: copied into rings and packets'
// paths.
#include <array>
#include <compare>
#include <cstdint>
#include <string>

namespace callfleet::sip_edge::media {

inline constexpr std::uint32_t kClockHz = 8000;  // RTP clock of G.711, G.722 and their events.
inline constexpr std::uint32_t kSamplesPerMs = kClockHz / 1000;

enum class Codec : std::uint8_t { kPcmu, kPcma, kG722 };
constexpr bool IsG711(Codec codec) { return codec != Codec::kG722; }
const char* Name(Codec codec);

// From our side: kSendOnly means that we send and the peer listens.
enum class Direction : std::uint8_t { kSendRecv, kSendOnly, kRecvOnly, kInactive };
constexpr bool WeSend(Direction d) {
  return d == Direction::kSendRecv || d == Direction::kSendOnly;
}
constexpr bool PeerSends(Direction d) {
  return d == Direction::kSendRecv || d == Direction::kRecvOnly;
}

// IPv6, or IPv4 as ::ffff:a.b.c.d. All zero bytes, or the mapped 0.0.0.0, is "unspecified".
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  static constexpr IpAddress V4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    return IpAddress{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d}};
  }
  bool IsV4() const;
  bool IsUnspecified() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

struct MediaAddress {
  IpAddress ip{};
  std::uint16_t port = 0;
  // Somewhere to send to; c=0.0.0.0 (the old hold) and port 0 (a refused stream) are not.
  bool IsSet() const { return port != 0 && !ip.IsUnspecified(); }
  friend bool operator==(const MediaAddress&, const MediaAddress&) = default;
};
std::string ToString(const MediaAddress& address);  // "192.0.2.1:4000", "[2001:db8::1]:4000".

// prefix_bits counts in the 128-bit form: an IPv4 /24 is 96 + 24 = 120.
struct Subnet {
  IpAddress base{};
  std::uint8_t prefix_bits = 128;
  bool Contains(const IpAddress& ip) const;
};

}  // namespace callfleet::sip_edge::media
