#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "common/clock/clock.h"
#include "common/clock/timers.h"

namespace callfleet {

// One thread for all timers of a process, by the monotonic clock. Stop them before what the
// callbacks touch is destroyed.
class RealTimers final : public Timers {
 public:
  RealTimers();
  ~RealTimers() override;  // Stop.

  TimerId Start(MonoDuration after, std::function<void()> fire) override;
  bool Cancel(TimerId id) override;
  std::size_t waiting() const;
  void Stop();  // No firing runs or comes afterwards; Start then returns 0.

 private:
  using Heap = std::multimap<std::chrono::steady_clock::time_point, TimerId>;
  struct Timer {
    Heap::iterator place;
    std::function<void()> fire;
  };
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Heap by_time_;
  std::unordered_map<TimerId, Timer> timers_;
  TimerId last_id_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace callfleet
