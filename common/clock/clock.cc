#include "common/clock/clock.h"

namespace callfleet {

Instant SystemClock::Now() const {
  using std::chrono::microseconds;
  using std::chrono::time_point_cast;
  return {time_point_cast<microseconds>(std::chrono::steady_clock::now()),
          time_point_cast<microseconds>(std::chrono::system_clock::now())};
}

}  // namespace callfleet
