#include "common/actor_runtime/system_config.h"

#include <algorithm>
#include <caf/atom.hpp>
#include <thread>

namespace callfleet::actor_runtime {

std::size_t Workers() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency() / 2, 1, 4);
}

SystemConfig::SystemConfig(std::size_t workers, std::size_t at_once) {
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", workers);
  set("scheduler.max-throughput", at_once);
}

}  // namespace callfleet::actor_runtime
