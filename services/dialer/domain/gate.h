#pragma once
// May this number be called now? Asked before each attempt; the answer and its reason are stored.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/clock/clock.h"
#include "services/dialer/domain/calling_window.h"

namespace callfleet::dialer {

enum class GateReason : std::uint8_t {
  kAllowed,
  kSuppressed,
  kZoneUnknown,
  kWindowClosed,
  kNumberInCall,
  kNumberCap,
  kRefused
};

constexpr std::string_view Name(GateReason reason) {
  switch (reason) {
    case GateReason::kAllowed:
      return "allowed";
    case GateReason::kSuppressed:
      return "suppressed";
    case GateReason::kZoneUnknown:
      return "zone_unknown";
    case GateReason::kWindowClosed:
      return "window_closed";
    case GateReason::kNumberInCall:
      return "number_in_call";
    case GateReason::kNumberCap:
      return "number_cap";
    case GateReason::kRefused:
      return "refused_by_edge";
  }
  return "?";
}

// Stored with each decision, so that an old one can be read by the rules of its day.
inline constexpr int kGateVersion = 1;

struct NumberCap {
  int calls = 3;                       // Placed calls to one number over all campaigns; 1 to 100.
  std::chrono::seconds within{86400};  // Rolling; 1 h to 30 days.
};

// What the store knows about a number over all campaigns. With nothing against it the store has
// reserved the number for this attempt, so that two campaigns cannot both be allowed.
struct NumberFacts {
  bool suppressed = false;
  bool in_call = false;
  int placed_within = 0;     // In the cap's window.
  WallTime oldest_placed{};  // Of those; when it leaves the window, one more is allowed.
};

struct GateDecision {
  GateReason reason = GateReason::kAllowed;
  WallTime retry_at{};  // Of a denial that passes; zero where it is for good.
  bool allowed() const { return reason == GateReason::kAllowed; }
  bool for_good() const { return !allowed() && retry_at == WallTime{}; }
};

GateDecision DecideGate(const NumberFacts& facts, const WindowAnswer& window, const NumberCap& cap,
                        WallTime now);

}  // namespace callfleet::dialer
