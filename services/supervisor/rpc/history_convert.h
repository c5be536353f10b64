#pragma once
#include "callfleet/supervisor/v1/supervisor_service.pb.h"
#include "services/supervisor/domain/alert_rules.h"
#include "services/supervisor/ports/reports.h"

namespace callfleet::supervisor {

PerformanceQuery ToQuery(const v1::GetPerformanceRequest& request);
v1::GetPerformanceResponse ToProto(const Report& report);
v1::WatchPerformanceResponse ToWatched(const Report& report);
RepairQuery ToQuery(const v1::ListRepairsRequest& request);
v1::Repair ToProto(const RepairRow& repair);
RecordingQuery ToQuery(const v1::ListPastRecordingsRequest& request);
v1::PastRecording ToProto(const RecordingRow& row);
v1::Call ToProto(const CallRow& call);  // As far as history knows it.
AlertRule ToRule(const v1::AlertRule& rule);
v1::AlertRule ToProto(const AlertRule& rule);
v1::Alert ToProto(const Alert& alert);

}  // namespace callfleet::supervisor
