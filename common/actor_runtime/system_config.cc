#include "common/actor_runtime/system_config.h"

#include <caf/atom.hpp>

namespace callfleet::actor_runtime {

SystemConfig::SystemConfig(std::size_t workers) {
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", workers);
  set("scheduler.max-throughput", std::size_t{50});
}

}  // namespace callfleet::actor_runtime
