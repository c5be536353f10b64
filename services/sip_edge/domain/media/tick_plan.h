#pragma once
// What a 20 ms tick does when it comes late.
#include <algorithm>
#include <cstdint>

namespace callfleet::sip_edge::media {

inline constexpr std::uint32_t kTickMs = 20;
inline constexpr std::uint64_t kMaxMadeUpTicks = 2;

struct TickPlan {
  std::uint64_t run = 0;  // Ticks to perform now: the one that is due and at most 2 missed ones.
  std::uint64_t skipped =
      0;  // Lost for good: the engine resyncs to the clock, listeners hear a gap.
};

// `expirations`: what the timer says has passed since the last look.
constexpr TickPlan PlanTicks(std::uint64_t expirations) {
  const std::uint64_t run = std::min(expirations, 1 + kMaxMadeUpTicks);
  return {run, expirations - run};
}

}  // namespace callfleet::sip_edge::media
