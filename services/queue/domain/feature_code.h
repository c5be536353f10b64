#pragma once
// Codes that agents dial at their phones to change their own state.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "common/ids/ids.h"

namespace callfleet::queue {

struct AgentWish {
  enum class Kind : std::uint8_t { kSignIn, kSignOut, kReady, kNotReady, kEndWrapUp, kMoreWrapUp };
  AgentId agent{};
  Kind kind = Kind::kReady;
  std::string reason{};             // kNotReady.
  std::chrono::minutes wrap_up{5};  // kMoreWrapUp: time left from now.
};

// Every code begins so; no number does that an agent may call.
inline bool IsFeatureCode(const std::string& dialled) { return dialled.starts_with('*'); }

struct FeatureCode {
  std::optional<AgentWish> wish;  // None: refused with the code.
  int sip_code = 404;             // 484: incomplete (RFC 3261 21.4.22); 404: no such code.
};

// *01 sign in (not ready) · *02 sign out · *03 ready · *04 or *04*<reason code of 1 to 4 digits>
// not ready · *05 end wrap-up · *06 or *06*<1 to 60 minutes> more wrap-up.
FeatureCode ReadFeatureCode(const std::string& dialled, const AgentId& agent);

}  // namespace callfleet::queue
