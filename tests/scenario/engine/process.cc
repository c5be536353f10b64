#include "tests/scenario/engine/process.h"

#include <utility>

namespace callfleet::engine {

void Life::Run(Task task) {
  if (!alive_) return;
  if (stopped_) {
    backlog_.push_back(std::move(task));
  } else {
    task();
  }
}

void Life::RunAfter(MonoDuration delay, const char* what, Task task) {
  kernel_->After(delay, what, [self = shared_from_this(), task = std::move(task)]() mutable {
    self->Run(std::move(task));
  });
}

void Life::GoOn() {
  stopped_ = false;
  // One event each, so that actors settle between two of them.
  for (Task& task : std::exchange(backlog_, {}))
    RunAfter(MonoDuration(0), "backlog", std::move(task));
}

TimerId Life::Start(MonoDuration after, Task fire) {
  if (timers_stopped_) return 0;
  const TimerId id = ++last_timer_;
  armed_.resize(id + 1);
  armed_[id] = true;
  // Rounded up: no timer fires before its own process's clock has come so far.
  const MonoDuration real(
      static_cast<std::int64_t>(static_cast<double>(after.count()) / host_->rate) + 2);
  kernel_->After(real, "timer", [self = shared_from_this(), id, fire = std::move(fire)]() mutable {
    if (self->alive_) self->Fire(id, std::move(fire));
  });
  return id;
}

bool Life::Cancel(TimerId id) {
  if (id >= armed_.size() || !armed_[id]) return false;
  armed_[id] = false;
  return true;
}

void Life::Fire(TimerId id, Task fire) {
  if (stopped_) {
    backlog_.push_back([this, id, fire = std::move(fire)] { Fire(id, fire); });
  } else if (Cancel(id)) {
    fire();
  }
}

Instant Life::Now() const {
  const MonoDuration own(
      static_cast<std::int64_t>(static_cast<double>(kernel_->now().count()) * host_->rate));
  return {MonoTime(std::chrono::hours(1) + own), WallTime(kStart + own + host_->wall_offset)};
}

}  // namespace callfleet::engine
