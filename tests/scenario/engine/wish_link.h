#pragma once
// The queue's way to the registry with what an agent has dialled for itself.
#include <functional>

#include "services/queue/domain/feature_code.h"
#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

// The reply comes once, within 2 s, unless `life` ends before.
void AskRegistry(House* house, const LifeRef& life, const queue::AgentWish& wish,
                 std::function<void(Status)> reply);

}  // namespace callfleet::engine
