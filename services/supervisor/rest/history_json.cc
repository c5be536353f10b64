#include "services/supervisor/rest/history_json.h"

#include <array>

#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/view_json.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::array<std::string_view, 2> kDirections{"inbound", "outbound"};
constexpr std::array<std::string_view, 3> kPastStates{"setup", "connected", "ended"};

const char* PastState(const CallRow& call) {
  if (call.ended) return "ended";
  return call.answered ? "connected" : "setup";
}

struct WaitStep {
  Json up_to;
  std::uint64_t calls;
};

constexpr auto kWaitRows = std::to_array<Row<WaitStep>>(
    {{"upToSeconds", kInteger.OrNull(), "Waited so long at most; null: longer than the last.",
      [](const WaitStep& w) { return w.up_to; }},
     {"calls", kInteger, "Answered and abandoned calls.",
      [](const WaitStep& w) { return Json(w.calls); }}});

constexpr auto kLevelRows = std::to_array<Row<ServiceLevel>>(
    {{"formula", kText, "With T in seconds put in.",
      [](const ServiceLevel& l) { return Json(l.words); }},
     {"value", kNumber.OrNull(), "0 to 1; null without calls.",
      [](const ServiceLevel& l) { return OrNull(l.value); }},
     {"default", kBoolean, "The one in serviceLevel.",
      [](const ServiceLevel& l) { return Json(l.formula == 4); }}});

}  // namespace

const Table<ServiceLevel>& LevelTable() {
  static const Table<ServiceLevel> kTable("ServiceLevel", kLevelRows);
  return kTable;
}

namespace {

const Table<WaitStep>& WaitTable() {
  static const Table<WaitStep> kTable("WaitStep", kWaitRows);
  return kTable;
}

struct AvoidableStep {
  Json up_to;
  std::uint64_t offers;
};

constexpr auto kAvoidableRows = std::to_array<Row<AvoidableStep>>(
    {{"upToMs", kInteger.OrNull(), "Waited for each other so long at most; null: longer.",
      [](const AvoidableStep& w) { return w.up_to; }},
     {"offers", kInteger, "Matched offers.",
      [](const AvoidableStep& w) { return Json(w.offers); }}});

const Table<AvoidableStep>& AvoidableTable() {
  static const Table<AvoidableStep> kTable("AvoidableWait", kAvoidableRows);
  return kTable;
}

Json AvoidableWaits(const Figures& figures) {
  std::vector<AvoidableStep> steps;
  for (std::size_t i = 0; i < figures.avoidable_waits.size(); ++i) {
    steps.push_back({.up_to = i < kAvoidableSteps.size() ? Json(kAvoidableSteps.at(i)) : Json(),
                     .offers = figures.avoidable_waits.at(i)});
  }
  return AvoidableTable().Each(steps);
}

Json Waits(const Figures& figures) {
  std::vector<WaitStep> steps;
  for (std::size_t i = 0; i < figures.waits.size(); ++i) {
    steps.push_back({.up_to = i < kWaitSteps.size() ? Json(kWaitSteps.at(i)) : Json(),
                     .calls = figures.waits.at(i)});
  }
  return WaitTable().Each(steps);
}

Json Lost(const Figures& figures) {
  Json lost = Json::object();
  for (const auto& [cause, time] : figures.lost) lost[cause] = Seconds(time);
  return lost;
}

ServiceLevel DefaultLevel(const ReportRow& r) {
  return ServiceLevels(r.row.figures, r.report.query.threshold)[3];
}

}  // namespace

constexpr auto kPerformanceRows = std::to_array<Row<ReportRow>>(
    {{"subject", kText, "all, queue:<id>, campaign:<id>, agent:<id>.",
      [](const ReportRow& r) { return Json(r.row.subject); }},
     {"name", kText.OrNull(), "Of the subject.",
      [](const ReportRow& r) {
        const auto name = r.report.names.find(r.row.subject);
        return name == r.report.names.end() ? Json() : Json(name->second);
      }},
     {"start", kTime, "From this moment on.",
      [](const ReportRow& r) { return TimeJson(std::optional(r.row.start)); }},
     {"end", kTime, "Until before this moment.",
      [](const ReportRow& r) { return TimeJson(std::optional(r.row.end)); }},
     {"averageWaitSeconds", kNumber.OrNull(), "ASA: of answered calls.",
      [](const ReportRow& r) { return OrNull(AverageWait(r.row.figures)); }},
     {"averageHandleSeconds", kNumber.OrNull(), "AHT: talk + hold + wrap-up.",
      [](const ReportRow& r) { return OrNull(AverageHandle(r.row.figures)); }},
     {"serviceLevel", kNumber.OrNull(), "By serviceLevelFormula.",
      [](const ReportRow& r) { return OrNull(DefaultLevel(r).value); }},
     {"serviceLevelFormula", kText, "Formula of serviceLevel.",
      [](const ReportRow& r) { return Json(DefaultLevel(r).words); }},
     {"serviceLevels", kObject<LevelTable>.List(), "All four formulas.",
      [](const ReportRow& r) {
        return LevelTable().Each(ServiceLevels(r.row.figures, r.report.query.threshold));
      }},
     {"answerRate", kNumber.OrNull(), "answered / total.",
      [](const ReportRow& r) { return OrNull(AnswerRate(r.row.figures)); }},
     {"abandonmentRate", kNumber.OrNull(), "abandoned / total.",
      [](const ReportRow& r) { return OrNull(AbandonmentRate(r.row.figures)); }},
     {"outboundAbandonmentRate", kNumber.OrNull(), "No agent within 2 s / answered by a person.",
      [](const ReportRow& r) { return OrNull(OutboundAbandonmentRate(r.row.figures)); }},
     {"occupancy", kNumber.OrNull(), "handle / (handle + idle).",
      [](const ReportRow& r) { return OrNull(Occupancy(r.row.figures)); }},
     {"waits", kObject<WaitTable>.List(), "Histogram of waits.",
      [](const ReportRow& r) { return Waits(r.row.figures); }},
     {"total", kInteger, "People who wanted an agent, and calls placed.",
      [](const ReportRow& r) { return Json(r.row.figures.total); }},
     {"answered", kInteger, "Agent and person heard each other.",
      [](const ReportRow& r) { return Json(r.row.figures.answered); }},
     {"queued", kInteger, "Waited for an agent.",
      [](const ReportRow& r) { return Json(r.row.figures.queued); }},
     {"abandoned", kInteger, "Left before an agent answered.",
      [](const ReportRow& r) { return Json(r.row.figures.abandoned); }},
     {"answeredInThreshold", kInteger, "Answered within T.",
      [](const ReportRow& r) { return Json(r.row.figures.answered_in_threshold); }},
     {"abandonedInThreshold", kInteger, "Abandoned within T.",
      [](const ReportRow& r) { return Json(r.row.figures.abandoned_in_threshold); }},
     {"shortAbandoned", kInteger, "Abandoned within 5 s, in a queue within its own threshold.",
      [](const ReportRow& r) { return Json(r.row.figures.short_abandoned); }},
     {"overflowed", kInteger, "Sent elsewhere.",
      [](const ReportRow& r) { return Json(r.row.figures.overflowed); }},
     {"refused", kInteger, "Not let in by a queue, or left before.",
      [](const ReportRow& r) { return Json(r.row.figures.refused); }},
     {"interrupted", kInteger, "Lost with their edge.",
      [](const ReportRow& r) { return Json(r.row.figures.interrupted); }},
     {"removed", kInteger, "Ended by an operator before an agent answered.",
      [](const ReportRow& r) { return Json(r.row.figures.removed); }},
     {"returned", kInteger, "Dropped and got their place back.",
      [](const ReportRow& r) { return Json(r.row.figures.returned); }},
     {"callbacks", kInteger, "Chose to be called back, or were to be.",
      [](const ReportRow& r) { return Json(r.row.figures.callbacks); }},
     {"callbacksAnswered", kInteger, "Of them talked with an agent.",
      [](const ReportRow& r) { return Json(r.row.figures.callbacks_answered); }},
     {"callbacksFailed", kInteger, "Of them given up.",
      [](const ReportRow& r) { return Json(r.row.figures.callbacks_failed); }},
     {"callbacksWaiting", kInteger, "Of them still to be called.",
      [](const ReportRow& r) { return Json(r.row.figures.callbacks_waiting); }},
     {"waiting", kInteger, "Still wait, as far as events are in.",
      [](const ReportRow& r) { return Json(r.row.figures.waiting); }},
     {"waitingSince", kTime.OrNull(), "Since when the one waits who waits longest.",
      [](const ReportRow& r) { return TimeJson(r.row.figures.waiting_since); }},
     {"attempts", kInteger, "Calls really placed.",
      [](const ReportRow& r) { return Json(r.row.figures.attempts); }},
     {"answeredByPerson", kInteger, "Of them answered by a person.",
      [](const ReportRow& r) { return Json(r.row.figures.by_person); }},
     {"outboundAbandoned", kInteger, "Of them without an agent within 2 s.",
      [](const ReportRow& r) { return Json(r.row.figures.outbound_abandoned); }},
     {"leadsFinal", kInteger, "Leads that are over.",
      [](const ReportRow& r) { return Json(r.row.figures.leads_final); }},
     {"offers", kInteger, "Offers to agents.",
      [](const ReportRow& r) { return Json(r.row.figures.offers); }},
     {"offersAnswered", kInteger, "Of them answered.",
      [](const ReportRow& r) { return Json(r.row.figures.offers_answered); }},
     {"offersMissed", kInteger, "Of them missed (RONA).",
      [](const ReportRow& r) { return Json(r.row.figures.offers_missed); }},
     {"handled", kInteger, "Pieces of work that are over.",
      [](const ReportRow& r) { return Json(r.row.figures.handled); }},
     {"waitSeconds", kNumber, "Sum, of answered calls.",
      [](const ReportRow& r) { return Seconds(r.row.figures.wait); }},
     {"longestWaitSeconds", kNumber, "Longest of them.",
      [](const ReportRow& r) { return Seconds(r.row.figures.longest_wait); }},
     {"talkSeconds", kNumber, "Agents' time inside the span.",
      [](const ReportRow& r) { return Seconds(r.row.figures.talk); }},
     {"holdSeconds", kNumber, "Agents' time inside the span.",
      [](const ReportRow& r) { return Seconds(r.row.figures.hold); }},
     {"wrapUpSeconds", kNumber, "Agents' time inside the span.",
      [](const ReportRow& r) { return Seconds(r.row.figures.wrap_up); }},
     {"idleSeconds", kNumber, "Agents' time inside the span: ready without work.",
      [](const ReportRow& r) { return Seconds(r.row.figures.idle); }},
     {"notReadySeconds", kNumber, "Agents' time inside the span.",
      [](const ReportRow& r) { return Seconds(r.row.figures.not_ready); }},
     {"workByOutcome", kInteger.Map(), "Pieces of work by what came of them.",
      [](const ReportRow& r) { return Json(r.row.figures.outcomes); }},
     {"avoidableWaits", kObject<AvoidableTable>.List(),
      "Histogram of how long agent and caller were there for each other before an offer.",
      [](const ReportRow& r) { return AvoidableWaits(r.row.figures); }},
     {"lostSecondsByCause", kNumber.Map(), "Agents' time by cause.",
      [](const ReportRow& r) { return Lost(r.row.figures); }}});

const Table<ReportRow>& PerformanceTable() {
  static const Table<ReportRow> kTable("Performance", kPerformanceRows);
  return kTable;
}

constexpr auto kRepairRows = std::to_array<Row<RepairRow>>({
    {"id", kText, "Id of its event.", [](const RepairRow& r) { return Json(r.id); }},
    {"time", kTime, "When.", [](const RepairRow& r) { return TimeJson(std::optional(r.time)); }},
    {"source", kText, "Service that put it right.",
     [](const RepairRow& r) { return Json(r.source); }},
    {"kind", kText, "interrupted, lease_lapsed, …",
     [](const RepairRow& r) { return Json(r.kind); }},
    {"reason", kText, "Why.", [](const RepairRow& r) { return Json(r.reason); }},
    {"unit", kText.OrNull(), "Whose work it was, campaign:<id>.",
     [](const RepairRow& r) { return TextOrNull(r.unit); }},
    {"agentId", kText.OrNull(), "Agent.", [](const RepairRow& r) { return TextOrNull(r.agent); }},
    {"reservationId", kText.OrNull(), "Reservation.",
     [](const RepairRow& r) { return TextOrNull(r.reservation); }},
    {"callId", kText.OrNull(), "Call.", [](const RepairRow& r) { return TextOrNull(r.call); }},
    {"leadId", kText.OrNull(), "Lead.", [](const RepairRow& r) { return TextOrNull(r.lead); }},
    {"ticketId", kText.OrNull(), "Ticket.",
     [](const RepairRow& r) { return TextOrNull(r.ticket); }},
});

const Table<RepairRow>& RepairTable() {
  static const Table<RepairRow> kTable("Repair", kRepairRows);
  return kTable;
}

constexpr auto kHoleRows =
    std::to_array<Row<Hole>>({{"source", kText, "Service whose events are missing.",
                               [](const Hole& h) { return Json(h.source); }},
                              {"start", kTime, "From this moment on.",
                               [](const Hole& h) { return TimeJson(std::optional(h.start)); }},
                              {"end", kTime, "Until before this moment.",
                               [](const Hole& h) { return TimeJson(std::optional(h.end)); }},
                              {"events", kInteger.OrNull(), "How many; null: not known.",
                               [](const Hole& h) { return NotZero(h.events); }}});

const Table<Hole>& HoleTable() {
  static const Table<Hole> kTable("Hole", kHoleRows);
  return kTable;
}

constexpr auto kPastCallRows = std::to_array<Row<CallRow>>(
    {{"id", kText, "Id.", [](const CallRow& c) { return Json(c.call); }},
     {"direction",
      {.choices = Words<kDirections>},
      "Seen from the house.",
      [](const CallRow& c) {
        return Json(c.kind == CallKind::kOutbound ? "outbound" : "inbound");
      }},
     {"state",
      {.choices = Words<kPastStates>},
      "As far as history knows.",
      [](const CallRow& c) { return Json(PastState(c)); }},
     {"caller", kText.OrNull(), "Number of the caller.",
      [](const CallRow& c) { return TextOrNull(c.caller); }},
     {"called", kText.OrNull(), "Number called.",
      [](const CallRow& c) { return TextOrNull(c.called); }},
     {"agentId", kText.OrNull(), "Agent.", [](const CallRow& c) { return TextOrNull(c.agent); }},
     {"queueId", kText.OrNull(), "Queue.", [](const CallRow& c) { return TextOrNull(c.queue); }},
     {"campaignId", kText.OrNull(), "Campaign.",
      [](const CallRow& c) { return TextOrNull(c.campaign); }},
     {"dispatchId", kText.OrNull(), "Dispatch, the attempt's.",
      [](const CallRow& c) { return c.kind == CallKind::kOutbound ? Json(c.id) : Json(); }},
     {"customerType", kText.OrNull(), "As its owner labelled it.",
      [](const CallRow& c) { return TextOrNull(c.customer_type); }},
     {"createdAt", kTime, "Began.",
      [](const CallRow& c) { return TimeJson(std::optional(c.began)); }},
     {"answeredAt", kTime.OrNull(), "The outside party was connected.",
      [](const CallRow& c) { return TimeJson(c.picked_up); }},
     {"connectedAt", kTime.OrNull(), "Agent and customer first heard each other.",
      [](const CallRow& c) { return TimeJson(c.answered); }},
     {"endedAt", kTime.OrNull(), "Ended.", [](const CallRow& c) { return TimeJson(c.ended); }},
     {"durationSeconds", kNumber.OrNull(), "From begin to end.",
      [](const CallRow& c) { return c.ended ? Seconds(*c.ended - c.began) : Json(); }},
     {"waitSeconds", kNumber, "Waited for an agent.",
      [](const CallRow& c) { return Seconds(c.wait); }},
     {"talkSeconds", kNumber, "Talked.", [](const CallRow& c) { return Seconds(c.talk); }},
     {"recordings", kText.List(), "Ids of its recordings.",
      [](const CallRow& c) { return Json(c.recordings); }},
     {"legs", kObject<LegTable>.List(), "Those that were answered, in order; at most 64.",
      [](const CallRow& c) { return LegTable().Each(c.legs); }},
     {"endReason", kText.OrNull(), "Outcome.",
      [](const CallRow& c) { return TextOrNull(c.outcome); }},
     {"sipCode", kInteger, "SIP response code; 0: none.",
      [](const CallRow& c) { return Json(c.sip_code); }},
     {"q850Cause", kInteger, "Q.850 cause; 0: none.",
      [](const CallRow& c) { return Json(c.q850_cause); }},
     {"fromHistory", kBoolean, "true.", [](const CallRow& /*c*/) { return Json(true); }}});

const Table<CallRow>& PastCallTable() {
  static const Table<CallRow> kTable("PastCall", kPastCallRows);
  return kTable;
}

constexpr auto kAlertRuleRows = std::to_array<Row<AlertRule>>(
    {{"id", kText, "Id.", [](const AlertRule& r) { return Json(r.id); }},
     {"name", kText, "Unique name.", [](const AlertRule& r) { return Json(r.name); }},
     {"figure", kText, "What is judged.", [](const AlertRule& r) { return Json(r.figure); }},
     {"threshold", kNumber, "Raised above it.",
      [](const AlertRule& r) { return Json(r.threshold); }},
     {"below", kBoolean, "Raised below it instead.",
      [](const AlertRule& r) { return Json(r.below); }},
     {"holdForSeconds", kNumber, "Must hold for so long first.",
      [](const AlertRule& r) { return Seconds(r.hold_for); }},
     {"disabled", kBoolean, "Switched off.", [](const AlertRule& r) { return Json(r.disabled); }},
     {"subject", kText.OrNull(), "Only about this; null: each that has the figure.",
      [](const AlertRule& r) { return TextOrNull(r.subject); }},
     {"customerType", kText.OrNull(), "Only calls of these customers; null: all.",
      [](const AlertRule& r) { return TextOrNull(r.customer_type); }},
     {"windowSeconds", kNumber, "How far a figure over time looks back.",
      [](const AlertRule& r) { return Seconds(r.window); }},
     {"minSamples", kInteger, "Not judged below so many calls.",
      [](const AlertRule& r) { return Json(r.min_samples); }},
     {"severity",
      {.choices = Words<kSeverities>},
      "How bad it is.",
      [](const AlertRule& r) { return Json(r.severity); }},
     {"builtIn", kBoolean, "Comes with the service.",
      [](const AlertRule& r) { return Json(r.built_in); }}});

const Table<AlertRule>& AlertRuleTable() {
  static const Table<AlertRule> kTable("AlertRule", kAlertRuleRows);
  return kTable;
}

constexpr auto kAlertRows = std::to_array<Row<Alert>>(
    {{"id", kText, "One life of it.", [](const Alert& a) { return Json(a.id); }},
     {"ruleId", kText, "Rule.", [](const Alert& a) { return Json(a.rule_id); }},
     {"name", kText, "Of the rule.", [](const Alert& a) { return Json(a.name); }},
     {"figure", kText, "What is judged.", [](const Alert& a) { return Json(a.figure); }},
     {"severity",
      {.choices = Words<kSeverities>},
      "How bad it is.",
      [](const Alert& a) { return Json(a.severity); }},
     {"subject", kText, "queue:<id>, agent:<id>, all, …",
      [](const Alert& a) { return Json(a.subject); }},
     {"subjectName", kText.OrNull(), "Its name.",
      [](const Alert& a) { return TextOrNull(a.subject_name); }},
     {"value", kNumber, "At its last judgement.", [](const Alert& a) { return Json(a.value); }},
     {"threshold", kNumber, "Of the rule.", [](const Alert& a) { return Json(a.threshold); }},
     {"startedAt", kTime, "Raised.",
      [](const Alert& a) { return TimeJson(std::optional(a.start)); }},
     {"endedAt", kTime.OrNull(), "Over.", [](const Alert& a) { return TimeJson(a.end); }}});

const Table<Alert>& AlertTable() {
  static const Table<Alert> kTable("Alert", kAlertRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
