#pragma once
// Time as an argument. The clock is a port; only app/ and adapters/ hold the real one.
#include <chrono>

namespace callfleet {

using MonoTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

// Both clocks, read together: leases and deadlines use `mono`, order and history use `wall`.
struct Instant {
  MonoTime mono{};
  WallTime wall{};
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() const = 0;  // Thread safe.
};

class SystemClock final : public Clock {
 public:
  Instant Now() const override;
};

}  // namespace callfleet
