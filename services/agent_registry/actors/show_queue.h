#pragma once
// Agents whose records are due for the feed. A few are shown at once; when thousands change, each
// waits its turn, so that showing never costs more than a fixed share of the machine.
#include <caf/all.hpp>

#include <deque>
#include <memory>
#include <mutex>

#include "common/clock/timers.h"

namespace callfleet::agent_registry {

// Thread safe. Held by shared_ptr: a late timer finds it gone.
class ShowQueue : public std::enable_shared_from_this<ShowQueue> {
 public:
  static constexpr std::chrono::milliseconds kEvery{20};
  static constexpr std::size_t kMostAtOnce = 500;  // 25,000 a second.

  explicit ShowQueue(Timers* timers) : timers_(timers) {}
  void Add(const caf::actor& agent);  // Once until it has been shown.

 private:
  void Arm();
  void Flush();

  Timers* timers_;
  std::mutex mutex_;
  std::deque<caf::weak_actor_ptr> due_;
  bool armed_ = false;
};

}  // namespace callfleet::agent_registry
