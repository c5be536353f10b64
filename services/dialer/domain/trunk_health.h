#pragma once
// How many calls the campaign may give its trunk now: by what the edge publishes, and by its own
// last results, so that a fault met 10,000 times costs a handful of INVITEs and no lead.
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"

namespace callfleet::dialer {

enum class TrunkState : std::uint8_t { kUnknown, kUp, kDown, kBreakerOpen, kDisabled };

// What one edge makes of the trunk.
struct TrunkAtEdge {
  std::optional<int> free_channels{};  // Absent: no limit.
  bool breaker_open = false;           // One call at a time, as a probe.
  std::optional<WallTime> next_probe{};
};

class TrunkHealth {
 public:
  static constexpr int kFaultsToClose = 5;                  // In a row.
  static constexpr std::chrono::seconds kProbeInterval{5};  // As the edge's breaker; then doubled:
  static constexpr std::chrono::seconds kMostInterval{60};  // each may cost an agent a ring.

  // `free_channels` absent: the trunk has no limit. `probe_at`: the edge refuses until then.
  void Published(TrunkState state, std::optional<int> free_channels,
                 std::optional<MonoTime> probe_at = std::nullopt);
  void Fault(Instant now);
  // Any answer of the network about the person: the trunk works.
  void Works();
  // Nothing until then.
  void RefusedUntil(MonoTime until);
  // Refused by the edge: as long as it says, else longer each time in a row, up to a minute.
  void Refused(Instant now, std::optional<std::chrono::milliseconds> retry_after);
  void Accepted() { refusals_in_a_row_ = 0; }
  // An operator's start or resume: tried at once.
  void TryNow();

  bool Closed() const;
  // New lines allowed beside `undialed` lines on their way to the trunk and `unanswered` ones.
  int Allowance(Instant now, int undialed, int unanswered) const;
  // When Allowance may rise without news; nullopt: at news only.
  std::optional<MonoTime> NextTry(Instant now) const;
  // A line was opened; while closed it is the probe of this interval.
  void Opened(Instant now);
  TrunkState published() const { return state_; }

 private:
  TrunkState state_ = TrunkState::kUnknown;
  std::optional<int> free_;
  int faults_in_a_row_ = 0;
  int refusals_in_a_row_ = 0;
  std::chrono::seconds interval_ = kProbeInterval;
  MonoTime next_probe_{};
  MonoTime refused_until_{};
};

}  // namespace callfleet::dialer
