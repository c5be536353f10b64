#include "services/dialer/domain/gate.h"

#include <algorithm>

namespace callfleet::dialer {

namespace {
// A number in a call is asked again soon; the other call may last hours.
constexpr std::chrono::seconds kInCallDelay{60};
}  // namespace

GateDecision DecideGate(const NumberFacts& facts, const WindowAnswer& window, const NumberCap& cap,
                        WallTime now) {
  if (facts.suppressed) return {.reason = GateReason::kSuppressed};
  if (window.zone_unknown) return {.reason = GateReason::kZoneUnknown};
  if (!window.open) return {.reason = GateReason::kWindowClosed, .retry_at = now + window.wait};
  if (facts.in_call) return {.reason = GateReason::kNumberInCall, .retry_at = now + kInCallDelay};
  if (facts.placed_within >= cap.calls) {
    const WallTime free_at = facts.oldest_placed + cap.within + std::chrono::seconds(1);
    return {.reason = GateReason::kNumberCap,
            .retry_at = std::max(free_at, now + std::chrono::seconds(1))};
  }
  return {};
}

}  // namespace callfleet::dialer
