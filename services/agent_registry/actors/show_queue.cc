#include "services/agent_registry/actors/show_queue.h"

#include <algorithm>
#include <vector>

#include "services/agent_registry/actors/agent_messages.h"

namespace callfleet::agent_registry {

void ShowQueue::Add(const caf::actor& agent) {
  bool arm = false;
  {
    const std::lock_guard lock(mutex_);
    due_.push_back(caf::actor_cast<caf::weak_actor_ptr>(agent));
    arm = !std::exchange(armed_, true);
  }
  if (arm) Arm();
}

void ShowQueue::Arm() {
  timers_->Start(kEvery, [weak = weak_from_this()] {
    if (auto queue = weak.lock()) queue->Flush();
  });
}

void ShowQueue::Flush() {
  std::vector<caf::weak_actor_ptr> now;
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t count = std::min(due_.size(), kMostAtOnce);
    const auto end = due_.begin() + static_cast<std::ptrdiff_t>(count);
    now.assign(std::make_move_iterator(due_.begin()), std::make_move_iterator(end));
    due_.erase(due_.begin(), end);
    more = armed_ = !due_.empty();
  }
  for (const auto& weak : now) {
    if (auto agent = caf::actor_cast<caf::actor>(weak)) caf::anon_send(agent, AgentShow{});
  }
  if (more) Arm();
}

}  // namespace callfleet::agent_registry
