#include "common/actor_runtime/real_timers.h"

#include <utility>

namespace callfleet {

RealTimers::RealTimers() : thread_([this] { Run(); }) {}

RealTimers::~RealTimers() { Stop(); }

TimerId RealTimers::Start(MonoDuration after, std::function<void()> fire) {
  const auto at = std::chrono::steady_clock::now() + after;
  const std::lock_guard lock(mutex_);
  if (stopping_) return 0;
  const TimerId id = ++last_id_;
  const auto place = by_time_.emplace(at, id);
  timers_.emplace(id, Timer{place, std::move(fire)});
  // Only a new first one changes how long the thread has to sleep.
  if (place == by_time_.begin()) wake_.notify_one();
  return id;
}

bool RealTimers::Cancel(TimerId id) {
  const std::lock_guard lock(mutex_);
  const auto found = timers_.find(id);
  if (found == timers_.end()) return false;
  by_time_.erase(found->second.place);
  timers_.erase(found);
  return true;
}

std::size_t RealTimers::waiting() const {
  const std::lock_guard lock(mutex_);
  return timers_.size();
}

void RealTimers::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (by_time_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const auto next = by_time_.begin();
    const auto at = next->first;  // A copy: a cancel may erase the node while this thread sleeps.
    if (at > std::chrono::steady_clock::now()) {
      wake_.wait_until(lock, at);
      continue;
    }
    auto node = timers_.extract(next->second);
    by_time_.erase(next);
    lock.unlock();
    node.mapped().fire();
    node = {};  // What the callback holds is released outside the lock.
    lock.lock();
  }
}

void RealTimers::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  timers_.clear();
  by_time_.clear();
}

}  // namespace callfleet
