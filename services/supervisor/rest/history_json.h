#pragma once
#include <nlohmann/json.hpp>

#include "services/supervisor/domain/alert_rules.h"
#include "services/supervisor/domain/ratios.h"
#include "services/supervisor/ports/reports.h"
#include "services/supervisor/rest/answer.h"

namespace callfleet::supervisor::rest {

struct ReportRow {
  const PerformanceRow& row;
  const Report& report;
};

const Table<ServiceLevel>& LevelTable();
const Table<ReportRow>& PerformanceTable();
const Table<Hole>& HoleTable();
const Table<RepairRow>& RepairTable();
const Table<CallRow>& PastCallTable();  // As a call of the live view, as far as history knows it.
inline constexpr std::array<std::string_view, 2> kSeverities{"warning", "critical"};
const Table<AlertRule>& AlertRuleTable();
const Table<Alert>& AlertTable();

}  // namespace callfleet::supervisor::rest
