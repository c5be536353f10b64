#pragma once
#include <caf/actor_system_config.hpp>
#include <cstddef>

namespace callfleet::actor_runtime {

// The sharing scheduler: it neither polls nor sleeps when idle, and its hop from an outside thread
// costs a third of work stealing's. A hot actor gives its worker up after 50 messages.
class SystemConfig : public caf::actor_system_config {
 public:
  explicit SystemConfig(std::size_t workers);  // 1 or more.
};

}  // namespace callfleet::actor_runtime
