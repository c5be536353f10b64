#pragma once
#include <caf/actor_system_config.hpp>
#include <cstddef>

namespace callfleet::actor_runtime {

// For a service on this machine: half its cores, 1 to 4. gRPC has as many threads again, and a
// worker more than there is work for costs a wake-up a message.
std::size_t Workers();

// The sharing scheduler: it neither polls nor sleeps when idle, and its hop from an outside thread
// costs a third of work stealing's.
class SystemConfig : public caf::actor_system_config {
 public:
  // `workers` is 1 or more. A hot actor gives its worker up after `at_once` messages: more cost
  // less CPU each, and let the others wait longer.
  explicit SystemConfig(std::size_t workers, std::size_t at_once = 50);
};

}  // namespace callfleet::actor_runtime
