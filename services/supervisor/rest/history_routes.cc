// /performance (S11), /alert-rules and /alerts (S15).
#include <array>
#include <charconv>

#include "services/supervisor/rest/history_json.h"
#include "services/supervisor/rest/history_reads.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/route_table.h"
#include "services/supervisor/rest/time_text.h"
#include "services/supervisor/rest/view_reads.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr std::array<std::string_view, 4> kGroupings{"none", "queue", "campaign", "agent"};
constexpr std::array<std::string_view, 3> kSources{"agent_registry", "dialer", "queue"};
constexpr std::array<FieldSpec, 6> kPerformanceQuery{{
    {.name = "start", .about = "From this moment on, RFC 3339.", .required = true, .max = 40},
    {.name = "end", .about = "Until before this moment; now unless given.", .max = 40},
    {.name = "groupBy", .about = "none unless given.", .one_of = kGroupings},
    {.name = "bucket",
     .type = JsonType::kInteger,
     .about = "Width of a bucket, seconds; one bucket unless given.",
     .min = 60,
     .max = 31 * 86'400},
    {.name = "subject", .about = "Only these: \"queue:<id>,agent:<id>\".", .max = 8'000},
    {.name = "threshold",
     .type = JsonType::kNumber,
     .about = "T of the service levels, seconds; 20 unless given.",
     .min = 1,
     .max = 3'600},
}};
constexpr std::array<FieldSpec, 5> kPerformanceWatch{{
    kPerformanceQuery[0],
    kPerformanceQuery[2],
    kPerformanceQuery[3],
    kPerformanceQuery[4],
    kPerformanceQuery[5],
}};
constexpr std::array<FieldSpec, 6> kRepairQuery{{
    {.name = "start", .about = "From this moment on, RFC 3339.", .max = 40},
    {.name = "end", .about = "Until before this moment.", .max = 40},
    {.name = "source", .about = "Only of this service.", .one_of = kSources},
    {.name = "kind", .about = "Only of this kind: interrupted, lease_lapsed, …", .max = 64},
    {.name = "pageSize",
     .type = JsonType::kInteger,
     .about = "100 unless given.",
     .min = 1,
     .max = 1'000},
    {.name = "pageToken", .about = "nextPageToken of the answer before.", .max = 512},
}};
constexpr std::array<FieldSpec, 11> kRuleFields{{
    {.name = "name", .about = "Unique name.", .required = true, .min = 1, .max = 64},
    {.name = "figure", .about = "What is judged.", .required = true, .min = 1, .max = 64},
    {.name = "threshold",
     .type = JsonType::kNumber,
     .about = "Raised above it.",
     .required = true,
     .min = -1e12,
     .max = 1e12},
    {.name = "below", .type = JsonType::kBoolean, .about = "Raised below it instead."},
    {.name = "holdForSeconds",
     .type = JsonType::kNumber,
     .about = "Must hold for so long first.",
     .max = 3'600},
    {.name = "disabled", .type = JsonType::kBoolean, .about = "Switched off."},
    {.name = "subject", .about = "Only about this: queue:<id>, agent:<id>, all.", .max = 128},
    {.name = "customerType", .about = "Only calls of these customers.", .max = 64},
    {.name = "windowSeconds",
     .type = JsonType::kNumber,
     .about = "How far a figure over time looks back; 900 unless given.",
     .min = 60,
     .max = 86'400},
    {.name = "minSamples",
     .type = JsonType::kInteger,
     .about = "Not judged below so many calls.",
     .min = 0,
     .max = 1'000'000},
    {.name = "severity", .about = "warning unless given.", .one_of = kSeverities},
}};
constexpr std::array<FieldSpec, 3> kAlertQuery{{
    {.name = "includeEnded",
     .type = JsonType::kBoolean,
     .about = "Also those of the last 24 h that are over."},
    {.name = "pageSize",
     .type = JsonType::kInteger,
     .about = "100 unless given.",
     .min = 1,
     .max = 1'000},
    {.name = "pageToken", .about = "nextPageToken of the answer before.", .max = 512},
}};

constexpr auto kBesidePerformance = std::to_array<MemberShape>({
    {"completeUntil", kTime.OrNull(), "All events before it are in the figures.", true},
    {"holes", kObject<HoleTable>.List(), "Spans whose events were lost.", true},
});
constexpr Answer kPerformanceAnswer{.data = kObject<PerformanceTable>.List(),
                                    .beside = kBesidePerformance};

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < list.size();) {
    const auto comma = std::min(list.find(',', at), list.size());
    if (comma > at) parts.push_back(list.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

Result<PerformanceQuery> ToQuery(const Json& in, WallTime now) {
  const auto span = ReadSpan(in);
  if (!span) return Fail(span.error());
  PerformanceQuery query{.start = span->start, .end = span->end.value_or(now)};
  const auto grouping = Get<std::string>(in, "groupBy").value_or("none");
  query.breakdown =
      static_cast<Breakdown>(std::ranges::find(kGroupings, grouping) - kGroupings.begin());
  query.bucket = std::chrono::seconds(Get<long>(in, "bucket").value_or(0));
  query.subjects = Split(Get<std::string>(in, "subject").value_or(""));
  query.threshold =
      Micros(static_cast<std::int64_t>(Get<double>(in, "threshold").value_or(20.0) * 1e6));
  return query;
}

Result<Topic> WatchPerformance(Context& context, const Request& request) {
  auto query = ToQuery(request.query, context.clock->Now().wall);
  if (!query) return Fail(std::move(query.error()));
  if (auto checked = context.performances->Check(*query); !checked) {
    return Fail(std::move(checked.error()));
  }
  return Topic{.kind = TopicKind::kPerformance, .query = std::move(*query)};
}

Result<Reply> GetPerformance(Context& context, const Request& request) {
  auto query = ToQuery(request.query, context.clock->Now().wall);
  if (!query) return Fail(std::move(query.error()));
  auto report = Wait<Report>([&](std::function<void(Result<Report>)> reply) {
    context.reports->Performance(*query, std::move(reply));
  });
  if (!report) return Fail(std::move(report.error()));
  Reply reply{.data = Json::array()};
  for (const auto& row : report->rows)
    reply.data.push_back(PerformanceTable()({.row = row, .report = *report}));
  reply.beside["completeUntil"] = TimeJson(report->complete_until);
  reply.beside["holes"] = Json::array();
  for (const auto& hole : report->holes) reply.beside["holes"].push_back(HoleTable()(hole));
  return reply;
}

Result<Reply> ListRepairs(Context& context, const Request& request) {
  const auto span = ReadSpan(request.query);
  if (!span) return Fail(span.error());
  RepairQuery query{.start = span->start,
                    .end = span->end,
                    .source = Get<std::string>(request.query, "source").value_or(""),
                    .kind = Get<std::string>(request.query, "kind").value_or(""),
                    .size = Get<int>(request.query, "pageSize").value_or(100),
                    .after = Get<std::string>(request.query, "pageToken").value_or("")};
  auto page = Wait<RepairPage>([&](std::function<void(Result<RepairPage>)> reply) {
    context.reports->Repairs(query, std::move(reply));
  });
  if (!page) return Fail(std::move(page.error()));
  Reply reply{.data = RepairTable().Each(page->repairs)};
  reply.beside["nextPageToken"] = page->next;
  return reply;
}

Result<Topic> WatchRepairs(Context& /*context*/, const Request& /*request*/) {
  return Topic{TopicKind::kRepairs};
}

AlertRule ToRule(const Json& body) {
  AlertRule rule{.id = "",
                 .name = body["name"].get<std::string>(),
                 .figure = body["figure"].get<std::string>(),
                 .threshold = body["threshold"].get<double>()};
  const auto ms = [](double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  };
  rule.below = Get<bool>(body, "below").value_or(false);
  rule.disabled = Get<bool>(body, "disabled").value_or(false);
  rule.hold_for = ms(Get<double>(body, "holdForSeconds").value_or(0));
  rule.window = ms(Get<double>(body, "windowSeconds").value_or(900));
  rule.subject = Get<std::string>(body, "subject").value_or("");
  rule.customer_type = Get<std::string>(body, "customerType").value_or("");
  rule.min_samples = Get<unsigned>(body, "minSamples").value_or(1);
  rule.severity = Get<std::string>(body, "severity").value_or("warning");
  return rule;
}

Result<Reply> Answer(const std::function<void(Alerts::Reply)>& command) {
  auto rule = Wait<AlertRule>(command);
  if (!rule) return Fail(std::move(rule.error()));
  return Reply{.data = AlertRuleTable()(*rule)};
}

Result<Reply> ListRules(Context& context, const Request& request) {
  std::map<std::string, AlertRule> by_id;
  std::vector<std::string> ids;
  for (auto& rule : context.alerts->Rules()) {
    ids.push_back(rule.id);
    by_id[rule.id] = std::move(rule);
  }
  return PageOf(ids, request.query,
                [&](const std::string& id) { return AlertRuleTable()(by_id[id]); });
}

Result<Reply> CreateRule(Context& context, const Request& request) {
  return Answer(
      [&](Alerts::Reply reply) { context.alerts->Create(ToRule(request.body), std::move(reply)); });
}

Result<Reply> UpdateRule(Context& context, const Request& request) {
  return Answer([&](Alerts::Reply reply) {
    auto rule = ToRule(request.body);
    rule.id = request.Id();
    context.alerts->Update(std::move(rule), std::move(reply));
  });
}

Result<Reply> DeleteRule(Context& context, const Request& request) {
  return Answer(
      [&](Alerts::Reply reply) { context.alerts->Delete(request.Id(), std::move(reply)); });
}

Result<Reply> ListAlerts(Context& context, const Request& request) {
  std::map<std::string, Alert> by_id;
  std::vector<std::string> ids;
  for (auto& alert :
       context.alerts->List(Get<bool>(request.query, "includeEnded").value_or(false))) {
    ids.push_back(alert.id);
    by_id[alert.id] = std::move(alert);
  }
  return PageOf(ids, request.query, [&](const std::string& id) { return AlertTable()(by_id[id]); });
}

Result<Topic> WatchAlerts(Context& /*context*/, const Request& /*request*/) {
  return Topic{TopicKind::kAlerts};
}

}  // namespace

std::span<const Route> HistoryRoutes() {
  using enum Method;
  using auth::Role;
  static const std::array<Route, 10> kRoutes{{
      {{kGet, "/api/v1/performance", Role::kViewer,
        "Figures of any span, by queue, campaign or agent and over time."},
       {.handle = GetPerformance, .query = kPerformanceQuery, .answer = kPerformanceAnswer}},
      {{kGet, "/api/v1/performance/watch", Role::kViewer,
        "The same until now, as events come in; at most one a second."},
       {.events = WatchPerformance, .query = kPerformanceWatch, .answer = kPerformanceAnswer}},
      {{kGet, "/api/v1/repairs", Role::kViewer,
        "What the services put right by themselves, newest first."},
       {.handle = ListRepairs, .query = kRepairQuery, .answer = kList<RepairTable>}},
      {{kGet, "/api/v1/repairs/watch", Role::kViewer, "The newest 100, then each as it is told."},
       {.events = WatchRepairs, .answer = kList<RepairTable>}},
      {{kGet, "/api/v1/alert-rules", Role::kViewer, "Alert rules by name."},
       {.handle = ListRules, .query = PageQuery(), .answer = kList<AlertRuleTable>}},
      {{kPost, "/api/v1/alert-rules", Role::kSupervisor, "Adds an alert rule."},
       {.handle = CreateRule, .body = kRuleFields, .success = 201, .answer = kOne<AlertRuleTable>}},
      {{kPut, "/api/v1/alert-rules/:id", Role::kSupervisor, "Replaces an alert rule."},
       {.handle = UpdateRule, .body = kRuleFields, .answer = kOne<AlertRuleTable>}},
      {{kDelete, "/api/v1/alert-rules/:id", Role::kSupervisor, "Removes an alert rule."},
       {.handle = DeleteRule, .answer = kOne<AlertRuleTable>}},
      {{kGet, "/api/v1/alerts", Role::kViewer, "Alerts that are raised, newest first."},
       {.handle = ListAlerts, .query = kAlertQuery, .answer = kList<AlertTable>}},
      {{kGet, "/api/v1/alerts/watch", Role::kViewer, "Alerts as they are raised and end."},
       {.events = WatchAlerts, .answer = kList<AlertTable>}},
  }};
  return kRoutes;
}

}  // namespace callfleet::supervisor::rest
