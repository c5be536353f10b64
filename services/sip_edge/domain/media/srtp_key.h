#pragma once
// Master keys of SRTP as SDES negotiates them: suites of RFC 4568 6.2 (AES_CM) and RFC 7714 14.2
// (AEAD_AES_*_GCM).
#include <array>
#include <cstddef>
#include <cstdint>

namespace callfleet::sip_edge::media {

enum class SrtpSuite : std::uint8_t {
  kAesCm128HmacSha1_80,
  kAesCm128HmacSha1_32,
  kAeadAes128Gcm,
  kAeadAes256Gcm,
};

// Octets of master key and master salt together.
constexpr std::size_t KeyBytes(SrtpSuite suite) {
  switch (suite) {
    case SrtpSuite::kAesCm128HmacSha1_80:
    case SrtpSuite::kAesCm128HmacSha1_32:
      return 16 + 14;
    case SrtpSuite::kAeadAes128Gcm:
      return 16 + 12;
    case SrtpSuite::kAeadAes256Gcm:
      return 32 + 12;
  }
  return 0;
}

inline constexpr std::size_t kMaxSrtpKeyBytes = 32 + 12;

struct SrtpKey {
  SrtpSuite suite = SrtpSuite::kAesCm128HmacSha1_80;
  std::array<std::uint8_t, kMaxSrtpKeyBytes> octets{};  // The first KeyBytes(suite) of them.
  friend bool operator==(const SrtpKey&, const SrtpKey&) = default;
};

// One suite, a key for each way.
struct SrtpKeys {
  SrtpKey send{};
  SrtpKey receive{};
  friend bool operator==(const SrtpKeys&, const SrtpKeys&) = default;
};

}  // namespace callfleet::sip_edge::media
