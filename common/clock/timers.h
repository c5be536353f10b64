#pragma once
// Timers as a port: the real ones fire on a thread of their own, those of tests when their clock is
// turned. A timer is not the truth: its owner carries a generation number and ignores late firings.
#include <chrono>
#include <cstdint>
#include <functional>

namespace callfleet {

using MonoDuration = std::chrono::microseconds;
using TimerId = std::uint64_t;  // 0 is none.

class Timers {
 public:
  virtual ~Timers() = default;
  // `fire` runs once, `after` from now (0 or less: at once, but never inside Start). It must not
  // block; it usually sends a message. Any thread.
  virtual TimerId Start(MonoDuration after, std::function<void()> fire) = 0;
  // False: it has fired, is firing or was cancelled. Any thread, also inside a firing.
  virtual bool Cancel(TimerId id) = 0;
};

}  // namespace callfleet
