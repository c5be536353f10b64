#pragma once
// Machines and what runs on them: clocks that are wrong, processes that are killed or stand still.
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/scenario/engine/kernel.h"

namespace callfleet::engine {

// A place in the network. Its clocks are off by a constant and run a little fast or slow.
struct Host {
  std::string name;
  MonoDuration wall_offset{0};
  double rate = 1.0;
  bool cut = false;                // From everybody.
  std::set<std::string> cut_to{};  // From these alone.
};

inline bool Apart(const Host& a, const Host& b) {
  return a.cut || b.cut || a.cut_to.contains(b.name) || b.cut_to.contains(a.name);
}

// One life of a process: what is for a dead one is dropped, what is for a stopped one waits.
class Life final : public Timers, public Clock, public std::enable_shared_from_this<Life> {
 public:
  // 2026-01-05 10:00 UTC, a Monday.
  static constexpr seconds kStart{1'767'607'200};

  Life(Kernel* kernel, Host* host) : kernel_(kernel), host_(host) {}

  Kernel& kernel() { return *kernel_; }
  Host& host() { return *host_; }
  bool alive() const { return alive_; }
  bool stopped() const { return stopped_; }

  // Here and now, or when the process runs again.
  void Run(Task task);
  void RunAfter(MonoDuration delay, const char* what, Task task);
  void Kill() {
    alive_ = false;
    backlog_.clear();
    armed_.clear();
  }
  void StandStill() {
    stopped_ = true;
    stopped_at_ = kernel_->now();
  }
  // When it did its last thing, as seen now.
  MonoDuration ran_until() const { return stopped_ ? stopped_at_ : kernel_->now(); }
  void MoveTo(Host* host) { host_ = host; }
  void StopTimers() {
    timers_stopped_ = true;
    armed_.clear();
  }
  void GoOn();

  TimerId Start(MonoDuration after, Task fire) override;
  bool Cancel(TimerId id) override;
  Instant Now() const override;

 private:
  void Fire(TimerId id, Task fire);

  Kernel* kernel_;
  Host* host_;
  bool alive_ = true;
  bool stopped_ = false;
  bool timers_stopped_ = false;
  MonoDuration stopped_at_{0};
  TimerId last_timer_ = 0;
  std::vector<bool> armed_;  // By id: that it will fire.
  std::deque<Task> backlog_;
};

using LifeRef = std::shared_ptr<Life>;

}  // namespace callfleet::engine
