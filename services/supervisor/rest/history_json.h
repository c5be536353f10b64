#pragma once
#include <nlohmann/json.hpp>

#include "services/supervisor/domain/alert_rules.h"
#include "services/supervisor/domain/ratios.h"
#include "services/supervisor/ports/reports.h"

namespace callfleet::supervisor::rest {

using Json = nlohmann::json;

Json ToJson(const PerformanceRow& row, const Report& report);
Json ToJson(const Hole& hole);
Json ToJson(const RepairRow& repair);
Json ToJson(const CallRow& call);  // As a call of the live view, as far as history knows it.
Json ToJson(const AlertRule& rule);
Json ToJson(const Alert& alert);

}  // namespace callfleet::supervisor::rest
