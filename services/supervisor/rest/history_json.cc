#include "services/supervisor/rest/history_json.h"

#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

Json TextOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json Levels(const Figures& figures, Micros threshold) {
  Json levels = Json::array();
  for (const auto& level : ServiceLevels(figures, threshold)) {
    levels.push_back({{"formula", level.words},
                      {"value", OrNull(level.value)},
                      {"default", level.formula == 4}});
  }
  return levels;
}

Json Waits(const Figures& figures) {
  Json waits = Json::array();
  for (std::size_t i = 0; i < figures.waits.size(); ++i) {
    waits.push_back({{"upToSeconds", i < kWaitSteps.size() ? Json(kWaitSteps.at(i)) : Json()},
                     {"calls", figures.waits.at(i)}});
  }
  return waits;
}

void AddCounts(const Figures& f, Json* json) {
  json->update({{"total", f.total},
                {"answered", f.answered},
                {"queued", f.queued},
                {"abandoned", f.abandoned},
                {"answeredInThreshold", f.answered_in_threshold},
                {"abandonedInThreshold", f.abandoned_in_threshold},
                {"shortAbandoned", f.short_abandoned},
                {"overflowed", f.overflowed},
                {"attempts", f.attempts},
                {"answeredByPerson", f.by_person},
                {"outboundAbandoned", f.outbound_abandoned},
                {"leadsFinal", f.leads_final},
                {"offers", f.offers},
                {"offersAnswered", f.offers_answered},
                {"offersMissed", f.offers_missed},
                {"handled", f.handled}});
}

void AddTimes(const Figures& f, Json* json) {
  json->update({{"waitSeconds", Seconds(f.wait)},
                {"longestWaitSeconds", Seconds(f.longest_wait)},
                {"talkSeconds", Seconds(f.talk)},
                {"holdSeconds", Seconds(f.hold)},
                {"wrapUpSeconds", Seconds(f.wrap_up)},
                {"idleSeconds", Seconds(f.idle)},
                {"notReadySeconds", Seconds(f.not_ready)}});
  Json lost = Json::object();
  for (const auto& [cause, time] : f.lost) lost[cause] = Seconds(time);
  (*json)["lostSecondsByCause"] = std::move(lost);
}

}  // namespace

Json ToJson(const PerformanceRow& row, const Report& report) {
  const Figures& f = row.figures;
  const auto name = report.names.find(row.subject);
  Json json{{"subject", row.subject},
            {"name", name == report.names.end() ? Json() : Json(name->second)},
            {"start", TimeJson(std::optional(row.start))},
            {"end", TimeJson(std::optional(row.end))},
            {"averageWaitSeconds", OrNull(AverageWait(f))},
            {"averageHandleSeconds", OrNull(AverageHandle(f))},
            {"serviceLevels", Levels(f, report.query.threshold)},
            {"answerRate", OrNull(AnswerRate(f))},
            {"abandonmentRate", OrNull(AbandonmentRate(f))},
            {"outboundAbandonmentRate", OrNull(OutboundAbandonmentRate(f))},
            {"occupancy", OrNull(Occupancy(f))},
            {"waits", Waits(f)}};
  const auto level = ServiceLevels(f, report.query.threshold)[3];
  json["serviceLevel"] = OrNull(level.value);
  json["serviceLevelFormula"] = level.words;
  AddCounts(f, &json);
  AddTimes(f, &json);
  json["workByOutcome"] = f.outcomes;
  return json;
}

Json ToJson(const Hole& hole) {
  return {{"source", hole.source},
          {"start", TimeJson(std::optional(hole.start))},
          {"end", TimeJson(std::optional(hole.end))},
          {"events", hole.events == 0 ? Json() : Json(hole.events)}};
}

Json ToJson(const RepairRow& repair) {
  return {{"id", repair.id},
          {"time", TimeJson(std::optional(repair.time))},
          {"source", repair.source},
          {"kind", repair.kind},
          {"reason", repair.reason},
          {"unit", TextOrNull(repair.unit)},
          {"agentId", TextOrNull(repair.agent)},
          {"reservationId", TextOrNull(repair.reservation)},
          {"callId", TextOrNull(repair.call)},
          {"leadId", TextOrNull(repair.lead)},
          {"ticketId", TextOrNull(repair.ticket)}};
}

Json ToJson(const CallRow& call) {
  return {{"id", call.call},
          {"direction", call.kind == CallKind::kOutbound ? "outbound" : "inbound"},
          {"state", call.ended      ? "ended"
                    : call.answered ? "connected"
                                    : "setup"},
          {"caller", TextOrNull(call.caller)},
          {"called", TextOrNull(call.called)},
          {"agentId", TextOrNull(call.agent)},
          {"queueId", TextOrNull(call.queue)},
          {"campaignId", TextOrNull(call.campaign)},
          {"dispatchId", call.kind == CallKind::kOutbound ? Json(call.id) : Json()},
          {"customerType", TextOrNull(call.customer_type)},
          {"createdAt", TimeJson(std::optional(call.began))},
          {"answeredAt", TimeJson(call.picked_up)},
          {"connectedAt", TimeJson(call.answered)},
          {"endedAt", TimeJson(call.ended)},
          {"durationSeconds", call.ended ? Seconds(*call.ended - call.began) : Json()},
          {"waitSeconds", Seconds(call.wait)},
          {"talkSeconds", Seconds(call.talk)},
          {"endReason", TextOrNull(call.outcome)},
          {"sipCode", call.sip_code},
          {"q850Cause", call.q850_cause},
          {"fromHistory", true}};
}

Json ToJson(const AlertRule& rule) {
  return {{"id", rule.id},
          {"name", rule.name},
          {"figure", rule.figure},
          {"threshold", rule.threshold},
          {"below", rule.below},
          {"holdForSeconds", Seconds(rule.hold_for)},
          {"disabled", rule.disabled},
          {"subject", TextOrNull(rule.subject)},
          {"customerType", TextOrNull(rule.customer_type)},
          {"windowSeconds", Seconds(rule.window)},
          {"minSamples", rule.min_samples},
          {"severity", rule.severity},
          {"builtIn", rule.built_in}};
}

Json ToJson(const Alert& alert) {
  return {{"id", alert.id},
          {"ruleId", alert.rule_id},
          {"name", alert.name},
          {"figure", alert.figure},
          {"severity", alert.severity},
          {"subject", alert.subject},
          {"subjectName", TextOrNull(alert.subject_name)},
          {"value", alert.value},
          {"threshold", alert.threshold},
          {"startedAt", TimeJson(std::optional(alert.start))},
          {"endedAt", TimeJson(alert.end)}};
}

}  // namespace callfleet::supervisor::rest
