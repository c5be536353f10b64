#pragma once
#include <nlohmann/json.hpp>

#include "services/supervisor/rest/route_table.h"

namespace callfleet::supervisor::rest {

// OpenAPI 3.0.3 of what the table serves, and of nothing else.
nlohmann::json OpenApi(const RouteTable& table);

}  // namespace callfleet::supervisor::rest
