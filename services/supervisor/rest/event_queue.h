#pragma once
// Between the live view and one reader of server-sent events: bounded, and emptied rather than
// stale. A reader that is too slow gets a new snapshot.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "services/supervisor/ports/live_view.h"

namespace callfleet::supervisor::rest {

class EventQueue final : public Watcher {
 public:
  static constexpr std::size_t kCapacity = 64;

  bool OnUpdate(const std::shared_ptr<const ViewUpdate>& update) override {
    const std::lock_guard lock(mutex_);
    if (update->end) {  // Asked for again, the route tells why.
      ended_ = true;
      changed_.notify_one();
      return true;
    }
    if (waiting_.size() >= kCapacity) {
      waiting_.clear();
      return false;
    }
    waiting_.push_back(update);
    changed_.notify_one();
    return true;
  }

  // nullptr: nothing came in time, or the queue is closed.
  std::shared_ptr<const ViewUpdate> Next(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return closed_ || ended_ || !waiting_.empty(); });
    if (closed_ || waiting_.empty()) return nullptr;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    return next;
  }

  void Close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_ || (ended_ && waiting_.empty());
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const ViewUpdate>> waiting_;
  bool closed_ = false;
  bool ended_ = false;  // What waits is still told.
};

}  // namespace callfleet::supervisor::rest
