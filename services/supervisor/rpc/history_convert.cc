#include "services/supervisor/rpc/history_convert.h"

#include "common/grpc_server/pb_time.h"
#include "services/supervisor/domain/ratios.h"
#include "services/supervisor/rpc/convert.h"

namespace callfleet::supervisor {
namespace {

using grpc_server::LengthOf;
using grpc_server::MillisOf;
using grpc_server::TimeOf;
using grpc_server::ToPb;

void AddRatios(const Figures& f, Micros threshold, v1::Performance* out) {
  if (auto v = AverageWait(f)) out->set_average_wait_seconds(*v);
  if (auto v = AverageHandle(f)) out->set_average_handle_seconds(*v);
  if (auto v = AnswerRate(f)) out->set_answer_rate(*v);
  if (auto v = AbandonmentRate(f)) out->set_abandonment_rate(*v);
  if (auto v = Occupancy(f)) out->set_occupancy(*v);
  if (auto v = OutboundAbandonmentRate(f)) out->set_outbound_abandonment_rate(*v);
  for (const auto& level : ServiceLevels(f, threshold)) {
    *out->add_service_levels() = ToProto(level);
    if (level.formula != v1::SERVICE_LEVEL_FORMULA_WITHOUT_SHORT_WAITS) continue;
    out->set_service_level_formula(level.words);
    if (level.value) out->set_service_level(*level.value);
  }
}

void AddCounts(const Figures& f, v1::Performance* out) {
  out->set_total(f.total);
  out->set_answered(f.answered);
  out->set_queued(f.queued);
  out->set_abandoned(f.abandoned);
  out->set_answered_in_threshold(f.answered_in_threshold);
  out->set_abandoned_in_threshold(f.abandoned_in_threshold);
  out->set_short_abandoned(f.short_abandoned);
  out->set_overflowed(f.overflowed);
  out->set_offers(f.offers);
  out->set_offers_answered(f.offers_answered);
  out->set_offers_missed(f.offers_missed);
  out->set_attempts(f.attempts);
  out->set_answered_by_person(f.by_person);
  out->set_outbound_abandoned(f.outbound_abandoned);
  out->set_leads_final(f.leads_final);
  out->set_longest_wait_seconds(InSeconds(f.longest_wait));
  out->set_wait_seconds(InSeconds(f.wait));
  out->set_talk_seconds(InSeconds(f.talk));
  out->set_hold_seconds(InSeconds(f.hold));
  out->set_wrap_up_seconds(InSeconds(f.wrap_up));
  out->set_idle_seconds(InSeconds(f.idle));
  out->set_not_ready_seconds(InSeconds(f.not_ready));
  out->mutable_work_by_outcome()->insert(f.outcomes.begin(), f.outcomes.end());
  for (const auto& [cause, time] : f.lost) {
    (*out->mutable_lost_seconds_by_cause())[cause] = InSeconds(time);
  }
  out->mutable_avoidable_waits()->Add(f.avoidable_waits.begin(), f.avoidable_waits.end());
}

void AddQueueCounts(const Figures& f, v1::Performance* out) {
  out->set_refused(f.refused);
  out->set_interrupted(f.interrupted);
  out->set_removed(f.removed);
  out->set_callbacks(f.callbacks);
  out->set_callbacks_answered(f.callbacks_answered);
  out->set_callbacks_failed(f.callbacks_failed);
  out->set_callbacks_waiting(f.callbacks_waiting);
  out->set_returned(f.returned);
  out->set_waiting(f.waiting);
  if (f.waiting_since) *out->mutable_waiting_since() = ToPb(*f.waiting_since);
}

void Add(const PerformanceRow& row, const Report& report, v1::Performance* to) {
  to->set_subject(row.subject);
  if (const auto name = report.names.find(row.subject); name != report.names.end()) {
    to->set_name(name->second);
  }
  *to->mutable_start_time() = ToPb(row.start);
  *to->mutable_end_time() = ToPb(row.end);
  AddCounts(row.figures, to);
  AddQueueCounts(row.figures, to);
  AddRatios(row.figures, report.query.threshold, to);
}

}  // namespace

PerformanceQuery ToQuery(const v1::GetPerformanceRequest& request) {
  PerformanceQuery query{.start = TimeOf(request.start_time()),
                         .end = TimeOf(request.end_time()),
                         .breakdown = static_cast<Breakdown>(request.breakdown()),
                         .bucket = LengthOf(request.bucket()),
                         .subjects = {request.subjects().begin(), request.subjects().end()}};
  if (request.has_service_level_threshold()) {
    query.threshold = LengthOf(request.service_level_threshold());
  }
  return query;
}

v1::GetPerformanceResponse ToProto(const Report& report) {
  v1::GetPerformanceResponse out;
  for (const auto& row : report.rows) Add(row, report, out.add_rows());
  for (const auto& hole : report.holes) {
    auto* to = out.add_holes();
    to->set_source(hole.source);
    *to->mutable_start_time() = ToPb(hole.start);
    *to->mutable_end_time() = ToPb(hole.end);
    to->set_events(hole.events);
  }
  if (report.complete_until) *out.mutable_complete_until() = ToPb(*report.complete_until);
  return out;
}

v1::WatchPerformanceResponse ToWatched(const Report& report) {
  v1::WatchPerformanceResponse out;
  for (const auto& row : report.rows) Add(row, report, out.add_rows());
  if (report.complete_until) *out.mutable_complete_until() = ToPb(*report.complete_until);
  return out;
}

RepairQuery ToQuery(const v1::ListRepairsRequest& request) {
  RepairQuery query{.start = TimeOf(request.start_time()),
                    .source = request.source(),
                    .kind = request.kind(),
                    .after = request.page_token()};
  if (request.has_end_time()) query.end = TimeOf(request.end_time());
  if (request.page_size() > 0) query.size = request.page_size();
  return query;
}

v1::Repair ToProto(const RepairRow& repair) {
  v1::Repair out;
  out.set_repair_id(repair.id);
  *out.mutable_time() = ToPb(repair.time);
  out.set_source(repair.source);
  out.set_kind(repair.kind);
  out.set_reason(repair.reason);
  out.set_unit(repair.unit);
  out.set_agent_id(repair.agent);
  out.set_reservation_id(repair.reservation);
  out.set_call_id(repair.call);
  out.set_lead_id(repair.lead);
  out.set_ticket_id(repair.ticket);
  return out;
}

RecordingQuery ToQuery(const v1::ListPastRecordingsRequest& request) {
  RecordingQuery query{.start = TimeOf(request.start_time()),
                       .call = request.call_id(),
                       .agent = request.agent_id(),
                       .failed = request.failed(),
                       .after = request.page_token()};
  if (request.has_end_time()) query.end = TimeOf(request.end_time());
  if (request.page_size() > 0) query.size = request.page_size();
  return query;
}

v1::PastRecording ToProto(const RecordingRow& row) {
  v1::PastRecording out;
  out.set_recording_id(row.id);
  out.set_call_id(row.call);
  out.set_edge_id(row.edge);
  out.set_file_name(row.file);
  for (const auto& leg : row.left) out.add_left_leg_ids(leg);
  for (const auto& leg : row.right) out.add_right_leg_ids(leg);
  out.set_agent_id(row.agent);
  out.set_unit(row.unit);
  *out.mutable_start_time() = ToPb(row.start);
  *out.mutable_end_time() = ToPb(row.end);
  *out.mutable_duration() = ToPb(std::chrono::duration_cast<std::chrono::milliseconds>(row.length));
  out.set_size_bytes(row.bytes);
  out.set_sha256(row.sha256);
  out.set_reason(row.reason);
  out.set_pauses(row.pauses);
  *out.mutable_paused_time() =
      ToPb(std::chrono::duration_cast<std::chrono::milliseconds>(row.paused));
  auto* policy = out.mutable_policy();
  policy->set_mode(static_cast<callfleet::common::v1::RecordingMode>(row.mode));
  policy->set_sample_percent(row.sample_percent);
  policy->set_consent_prompt(row.consent_prompt);
  policy->set_include_whisper(row.include_whisper);
  policy->set_keep_days(row.keep_days);
  out.set_by_command(row.by_command);
  *out.mutable_delete_time() = ToPb(row.delete_at);
  return out;
}

v1::Call ToProto(const CallRow& call) {
  v1::Call out;
  const bool outbound = call.kind == CallKind::kOutbound;
  out.set_call_id(call.call);
  out.set_caller(call.caller);
  out.set_called(call.called);
  out.set_direction(outbound ? v1::CALL_DIRECTION_OUTBOUND : v1::CALL_DIRECTION_INBOUND);
  out.set_state(call.ended      ? v1::CALL_STATE_ENDED
                : call.answered ? v1::CALL_STATE_CONNECTED
                                : v1::CALL_STATE_SETUP);
  out.set_agent_id(call.agent);
  out.set_queue_id(call.queue);
  out.set_campaign_id(call.campaign);
  if (outbound) out.set_dispatch_id(call.id);
  out.set_customer_type(call.customer_type);
  *out.mutable_create_time() = ToPb(call.began);
  if (call.picked_up) *out.mutable_answer_time() = ToPb(*call.picked_up);
  if (call.answered) *out.mutable_connect_time() = ToPb(*call.answered);
  if (call.ended) {
    *out.mutable_end_time() = ToPb(*call.ended);
    out.set_duration_seconds(InSeconds(*call.ended - call.began));
  }
  out.set_wait_seconds(InSeconds(call.wait));
  out.set_talk_seconds(InSeconds(call.talk));
  out.set_end_reason(call.outcome);
  for (const auto& id : call.recordings) out.add_recording_ids(id);
  for (const auto& leg : call.legs) *out.add_legs() = ToProto(leg);
  out.set_sip_code(call.sip_code);
  out.set_q850_cause(call.q850_cause);
  return out;
}

AlertRule ToRule(const v1::AlertRule& rule) {
  AlertRule out{.id = rule.alert_rule_id(),
                .name = rule.name(),
                .figure = rule.figure(),
                .threshold = rule.threshold(),
                .below = rule.below(),
                .hold_for = MillisOf(rule.hold_for()),
                .disabled = rule.disabled(),
                .subject = rule.subject(),
                .customer_type = rule.customer_type(),
                .min_samples = std::max(rule.min_samples(), 1U)};
  if (rule.has_window()) out.window = MillisOf(rule.window());
  if (!rule.severity().empty()) out.severity = rule.severity();
  return out;
}

v1::AlertRule ToProto(const AlertRule& rule) {
  v1::AlertRule out;
  out.set_alert_rule_id(rule.id);
  out.set_name(rule.name);
  out.set_figure(rule.figure);
  out.set_threshold(rule.threshold);
  out.set_below(rule.below);
  *out.mutable_hold_for() = ToPb(rule.hold_for);
  out.set_disabled(rule.disabled);
  out.set_subject(rule.subject);
  out.set_customer_type(rule.customer_type);
  *out.mutable_window() = ToPb(rule.window);
  out.set_min_samples(rule.min_samples);
  out.set_severity(rule.severity);
  out.set_built_in(rule.built_in);
  return out;
}

v1::Alert ToProto(const Alert& alert) {
  v1::Alert out;
  out.set_alert_id(alert.id);
  out.set_alert_rule_id(alert.rule_id);
  out.set_name(alert.name);
  out.set_figure(alert.figure);
  out.set_severity(alert.severity);
  out.set_subject(alert.subject);
  out.set_subject_name(alert.subject_name);
  out.set_value(alert.value);
  out.set_threshold(alert.threshold);
  *out.mutable_start_time() = ToPb(alert.start);
  if (alert.end) *out.mutable_end_time() = ToPb(*alert.end);
  return out;
}

}  // namespace callfleet::supervisor
