#include "common/actor_runtime/system_config.h"

#include <caf/atom.hpp>

namespace callfleet::actor_runtime {

SystemConfig::SystemConfig(std::size_t workers, std::size_t at_once) {
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", workers);
  set("scheduler.max-throughput", at_once);
}

}  // namespace callfleet::actor_runtime
