#pragma once
// Our own registration at a trunk, pure: what is known of it and when to send the next REGISTER.
#include <algorithm>
#include <chrono>
#include <cstdint>

namespace callfleet::sip_edge {

enum class RegistrationState : std::uint8_t { kOff = 1, kTrying, kRegistered, kFailed };

struct TrunkRegistration {
  static constexpr std::uint32_t kLongest = 86'400;

  RegistrationState state = RegistrationState::kTrying;
  int sip_code = 0;               // Last final response; 408: none came.
  std::uint32_t expires_s = 300;  // Asked for.
  int failures = 0;               // Since the last success.

  // Half of what was granted, so that one lost REGISTER costs nothing.
  std::chrono::seconds OnGranted(std::uint32_t granted_s) {
    state = RegistrationState::kRegistered;
    sip_code = 200;
    failures = 0;
    return std::chrono::seconds(std::clamp<std::uint32_t>(granted_s, 2, kLongest) / 2);
  }

  // RFC 3261 10.2.8: 423 names the least that it takes, which is asked for at once. Else 5 s,
  // doubling to 320 s.
  std::chrono::seconds OnRefused(int code, std::uint32_t min_expires_s) {
    sip_code = code;
    if (code == 423 && min_expires_s > expires_s && min_expires_s <= kLongest) {
      expires_s = min_expires_s;
      return std::chrono::seconds(0);
    }
    state = RegistrationState::kFailed;
    failures = std::min(failures + 1, 7);
    return std::chrono::seconds(5 << (failures - 1));
  }
};

}  // namespace callfleet::sip_edge
