#include "services/queue/app/core.h"

#include <utility>

namespace callfleet::queue {

Core::Core(const caf::actor& routing)
    : roots_(std::make_unique<actor_runtime::ShutdownList>()), desk_(routing), facts_(routing) {
  roots_->Add(routing);
}

Core Build(RoutingPorts ports, caf::actor_system& system, Directory directory,
           const logging::Logger& log) {
  return Core(system.spawn(RoutingActor, std::move(ports), std::move(directory), log));
}

}  // namespace callfleet::queue
