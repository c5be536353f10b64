#pragma once
// One clock for SIP and RTP, so that both appear on one time line in the report.
#include <chrono>
#include <cstdint>

namespace callfleet::phones {

// Microseconds since the first call in this process. Thread safe, monotonic.
inline int64_t NowUs() {
  static const auto start = std::chrono::steady_clock::now();
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               start)
      .count();
}

}  // namespace callfleet::phones
