#pragma once
#include <memory>

#include "common/ids/ids.h"

namespace callfleet::agent_registry {

using UnitRef = std::shared_ptr<const Unit>;  // Shared: a unit's name is not copied for each call.

}  // namespace callfleet::agent_registry
