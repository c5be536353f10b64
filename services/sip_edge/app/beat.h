#pragma once
// Upkeep that no event asks for: a step each few seconds on a thread of its own.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace callfleet::sip_edge {

class Beat {
 public:
  Beat(std::chrono::milliseconds every, std::function<void()> step)
      : thread_([this, every, step = std::move(step)] {
          std::unique_lock lock(mutex_);
          while (!stop_.wait_for(lock, every, [this] { return stopped_; })) step();
        }) {}
  ~Beat() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    stop_.notify_all();
    thread_.join();
  }
  Beat(const Beat&) = delete;
  Beat& operator=(const Beat&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ = false;
  std::thread thread_;  // Last: starts when the others are there.
};

}  // namespace callfleet::sip_edge
