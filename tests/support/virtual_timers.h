#pragma once
// A clock that stands still until the test turns it, and timers that fire as it passes them.
#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "common/clock/clock.h"
#include "common/clock/timers.h"

namespace callfleet::test {

// One thread. Timers of the same instant fire in the order in which they were started.
class VirtualTimers final : public Timers, public Clock {
 public:
  // 2026-01-05 10:00 UTC, a Monday: inside every usual calling window of Europe.
  static constexpr std::chrono::seconds kStart{1'767'607'200};

  Instant Now() const override {
    return {MonoTime(std::chrono::hours(1) + passed_), WallTime(kStart + passed_)};
  }
  TimerId Start(MonoDuration after, std::function<void()> fire) override {
    const TimerId id = ++last_id_;
    const MonoDuration at = passed_ + std::max(after, MonoDuration(0));
    timers_.emplace(std::pair(at, id), std::move(fire));
    return id;
  }
  bool Cancel(TimerId id) override {
    return std::erase_if(timers_, [id](const auto& t) { return t.first.second == id; }) > 0;
  }

  // Fires what is due on the way, each at its own time; `settle` runs after each firing (an actor
  // system's messages, for instance) and may start more timers.
  void Advance(
      MonoDuration by, const std::function<void()>& settle = [] {}) {
    const MonoDuration until = passed_ + by;
    settle();
    while (!timers_.empty() && timers_.begin()->first.first <= until) {
      auto node = timers_.extract(timers_.begin());
      passed_ = node.key().first;
      node.mapped()();
      settle();
    }
    passed_ = until;
  }
  // Until nothing is due any more, or `limit` has passed: false.
  bool RunOut(
      MonoDuration limit, const std::function<void()>& settle = [] {}) {
    const MonoDuration until = passed_ + limit;
    settle();
    while (!timers_.empty() && timers_.begin()->first.first <= until) {
      Advance(timers_.begin()->first.first - passed_, settle);
    }
    return timers_.empty();
  }
  std::size_t waiting() const { return timers_.size(); }

 private:
  MonoDuration passed_{0};
  TimerId last_id_ = 0;
  std::map<std::pair<MonoDuration, TimerId>, std::function<void()>> timers_;
};

}  // namespace callfleet::test
