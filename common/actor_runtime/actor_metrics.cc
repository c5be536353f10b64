#include "common/actor_runtime/actor_metrics.h"

#include <caf/all.hpp>
#include <chrono>

namespace callfleet::actor_runtime {

void AddActorMetrics(metrics::Registry* registry, caf::actor_system* system) {
  const auto actors = registry->NewGauge("callfleet_actors", "Actors that live.");
  const auto lag = registry->NewGauge("callfleet_actor_lag_seconds",
                                      "How long a message waited for a worker, at the last look.");
  registry->OnCollect([=] {
    actors.Set(static_cast<double>(system->registry().running()));
    // It ends by itself: an actor without behaviour is over after its body.
    system->spawn([lag, asked = std::chrono::steady_clock::now()](caf::event_based_actor*) {
      lag.Set(std::chrono::duration<double>(std::chrono::steady_clock::now() - asked).count());
    });
  });
}

}  // namespace callfleet::actor_runtime
