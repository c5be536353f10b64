#include "services/supervisor/domain/alert_rules.h"

#include <algorithm>
#include <cmath>

#include "services/supervisor/domain/subject.h"

namespace callfleet::supervisor {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): literals only.

bool KnownSubject(const std::string& subject) {
  return subject.empty() || subject == "all" || !SubjectKind(subject).empty();
}

}  // namespace

const AlertFigure* FindFigure(std::string_view name) {
  const auto found = std::ranges::find(kAlertFigures, name, &AlertFigure::name);
  return found == kAlertFigures.end() ? nullptr : &*found;
}

Status CheckRule(const AlertRule& rule) {
  std::vector<FieldViolation> faults;
  const auto need = [&](bool holds, const char* field, std::string what) {
    if (!holds) faults.push_back({field, std::move(what)});
  };
  need(!rule.name.empty() && rule.name.size() <= 64, "name", "must have 1 to 64 characters");
  if (FindFigure(rule.figure) == nullptr) {
    std::string names;
    for (const auto& figure : kAlertFigures) {
      names += (names.empty() ? "" : ", ") + std::string(figure.name);
    }
    need(false, "figure", "must be one of " + names);
  }
  need(std::isfinite(rule.threshold), "threshold", "must be a number");
  need(rule.hold_for >= 0ms && rule.hold_for <= 1h, "hold_for", "must be 0 to 1 h");
  need(rule.window >= 1min && rule.window <= 24h, "window", "must be 1 min to 24 h");
  need(KnownSubject(rule.subject) && rule.subject.size() <= 128, "subject",
       "must be queue:<id>, campaign:<id>, agent:<id>, call:<id> or all");
  need(rule.customer_type.size() <= 64, "customer_type", "must have at most 64 characters");
  need(rule.severity == "warning" || rule.severity == "critical", "severity",
       "must be one of warning, critical");
  if (faults.empty()) return {};
  Error error{.code = ErrorCode::kInvalidArgument,
              .reason = "INVALID_ARGUMENT",
              .message = faults.front().field + ": " + faults.front().description};
  error.fields = std::move(faults);
  return Fail(std::move(error));
}

std::vector<AlertRule> DefaultRules() {
  const auto rule = [](const char* name, const char* figure, double threshold,
                       std::chrono::milliseconds hold_for = 0ms) {
    return AlertRule{.id = name,
                     .name = name,
                     .figure = figure,
                     .threshold = threshold,
                     .hold_for = hold_for,
                     .built_in = true};
  };
  std::vector<AlertRule> rules{
      rule("queued-over-twice-available", "queued_over_twice_available", 0, 5s),
      rule("queue-average-wait", "queue_average_wait_seconds", 120),
      rule("queue-longest-wait", "queue_longest_wait_seconds", 180),
      rule("queue-depth", "queue_depth", 15),
      rule("vip-wait", "call_wait_seconds", 60),
      rule("long-call", "call_duration_seconds", 600),
      rule("service-level", "service_level", 0.8, 10s),
      rule("answer-rate", "answer_rate", 0.9, 10s),
      rule("abandonment", "abandonment_rate", 0.05, 10s),
      rule("agent-performance", "agent_performance", 0.7),
  };
  rules[4].customer_type = "vip";
  rules[4].severity = "critical";
  for (const int index : {6, 7, 8}) rules[static_cast<std::size_t>(index)].min_samples = 20;
  for (const int index : {6, 7, 9}) rules[static_cast<std::size_t>(index)].below = true;
  return rules;
}

}  // namespace callfleet::supervisor
