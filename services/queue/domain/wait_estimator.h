#pragma once
// How long a caller at a given place will wait. Where the queue's agents serve it alone, the
// queue-length estimator (place / service rate); where they are shared with other work, the wait
// of the last caller served (head of line), because their number says nothing then. Both after
// Ibrahim and Whitt, "Real-time delay estimation based on delay history", 2009.
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"

namespace callfleet::queue {

struct WaitRange {
  std::chrono::milliseconds low{0};
  std::chrono::milliseconds high{0};
};

// What the estimate goes by, now.
struct StaffNow {
  int ready = 0;      // Ready members, busy or not.
  int available = 0;  // Of them, with a free slot.
  int ours = 0;       // Busy with this queue: ringing, talking, in wrap-up after it.
};

class WaitEstimator {
 public:
  using Ms = std::chrono::milliseconds;

  void OnServed(Ms handle);  // Talk and wrap-up of one call.
  void OnAnswered(Ms wait) { last_wait_ = wait; }
  // `place` from 1. nullopt: nothing was measured yet, or nobody serves.
  std::optional<Ms> Mean(int place, const StaffNow& staff) const;
  // The mean and one standard deviation around it: of a sum of `place` exponential spans.
  std::optional<WaitRange> Range(int place, const StaffNow& staff) const;
  static bool Shared(const StaffNow& staff);

 private:
  static constexpr double kWeight = 0.05;  // Of the newest call in the moving mean.
  double handle_ms_ = 0;
  std::uint64_t served_ = 0;
  std::optional<Ms> last_wait_;
};

}  // namespace callfleet::queue
