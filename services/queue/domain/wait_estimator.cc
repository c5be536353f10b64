#include "services/queue/domain/wait_estimator.h"

#include <algorithm>
#include <cmath>

namespace callfleet::queue {

void WaitEstimator::OnServed(Ms handle) {
  const auto ms = static_cast<double>(handle.count());
  ++served_;
  // A plain mean at first: the first call alone would be remembered for long.
  const double weight = std::max(kWeight, 1.0 / static_cast<double>(served_));
  handle_ms_ += weight * (ms - handle_ms_);
}

// More of the busy members are busy elsewhere than chance allows.
bool WaitEstimator::Shared(const StaffNow& staff) {
  const int busy = std::max(staff.ready - staff.available, 0);
  return busy - staff.ours > std::max(1, busy / 5);
}

std::optional<WaitEstimator::Ms> WaitEstimator::Mean(int place, const StaffNow& staff) const {
  if (staff.ready <= 0 || served_ == 0) return std::nullopt;
  if (staff.available >= place) return Ms(0);
  if (Shared(staff)) return last_wait_;
  // All agents busy: each leaves after handle / ready on average (E[W | n ahead] in M/M/s).
  const double mean = handle_ms_ * place / staff.ready;
  return Ms(static_cast<std::int64_t>(mean));
}

std::optional<WaitRange> WaitEstimator::Range(int place, const StaffNow& staff) const {
  const auto mean = Mean(place, staff);
  if (!mean) return std::nullopt;
  const double spread = 1.0 / std::sqrt(static_cast<double>(std::max(place, 1)));
  const auto ms = static_cast<double>(mean->count());
  return WaitRange{.low = Ms(static_cast<std::int64_t>(ms * std::max(0.0, 1.0 - spread))),
                   .high = Ms(static_cast<std::int64_t>(ms * (1.0 + spread)))};
}

}  // namespace callfleet::queue
