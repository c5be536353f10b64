#pragma once
// callfleet_actors{}: actors that live; callfleet_actor_lag_seconds: how long a message waited for
// a worker when that was last asked (at each exposition, for the next one). Above some milliseconds
// the workers are saturated, or an actor holds one.
#include <caf/fwd.hpp>

#include "common/metrics/registry.h"

namespace callfleet::actor_runtime {

// The system outlives the last exposition.
void AddActorMetrics(metrics::Registry* registry, caf::actor_system* system);

}  // namespace callfleet::actor_runtime
