#pragma once
// The reading of facts, stopped while their writer is pressed: whoever sends them keeps them.
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace callfleet::grpc_server {

// Thread safe.
class Intake {
 public:
  explicit Intake(std::function<bool()> pressed) : pressed_(std::move(pressed)) {}

  bool stopped() const {
    const std::lock_guard lock(mutex_);
    return !open_for_good_ && pressed_();
  }
  // Runs `go_on` when facts are taken again: at once where they are now.
  void Later(std::function<void()> go_on) {
    {
      const std::lock_guard lock(mutex_);
      if (!open_for_good_ && pressed_()) {
        waiting_.push_back(std::move(go_on));
        return;
      }
    }
    go_on();
  }
  void Relieved() { RunAll(false); }  // The committer's on_relieved.
  // For the way down: streams end only when nobody holds them.
  void OpenForGood() { RunAll(true); }

 private:
  void RunAll(bool for_good) {
    std::vector<std::function<void()>> waiting;
    {
      const std::lock_guard lock(mutex_);
      open_for_good_ |= for_good;
      waiting.swap(waiting_);
    }
    for (const auto& go_on : waiting) go_on();
  }

  std::function<bool()> pressed_;
  mutable std::mutex mutex_;
  bool open_for_good_ = false;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace callfleet::grpc_server
