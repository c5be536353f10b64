// At the end reports, live figures and tables tell the same.
#include <utility>

#include "services/supervisor/domain/performance.h"
#include "tests/scenario/engine/world.h"

namespace callfleet::engine {

namespace {

std::optional<WallTime> Given(WallTime time) {
  return time == WallTime{} ? std::nullopt : std::optional(time);
}

}  // namespace

void World::CheckHistory() {
  const auto& tables = house_.dialer_tables;
  if (history_tables_.cursor != tables.events.size()) {
    return kernel_.Broken("history has read " + std::to_string(history_tables_.cursor) + " of " +
                          std::to_string(tables.events.size()) + " events");
  }
  std::size_t attempts = 0;
  const supervisor::PerformanceQuery all{.start = WallTime{},
                                         .end = WallTime(std::chrono::hours(1'000'000)),
                                         .breakdown = supervisor::Breakdown::kCampaign};
  supervisor::PerformanceReport report(all);
  for (const auto& [key, row] : history_tables_.calls) {
    report.Add(row);
    if (row.kind != supervisor::CallKind::kOutbound) continue;
    ++attempts;
    CheckCallRow(row);
  }
  if (attempts != tables.attempts.size()) {
    kernel_.Broken("history has " + std::to_string(attempts) + " calls, the dialer " +
                   std::to_string(tables.attempts.size()));
  }
  std::map<std::string, supervisor::Figures> figures;
  for (auto& row : std::move(report).Rows()) figures[row.subject] = row.figures;
  for (const auto& [id, row] : tables.campaigns) CheckReport(id, figures["campaign:" + id.str()]);
}

void World::CheckCallRow(const supervisor::CallRow& row) {
  const auto found = house_.dialer_tables.attempts.find(AttemptId(row.id));
  if (found == house_.dialer_tables.attempts.end()) {
    return kernel_.Broken("history knows a call that there was not: " + row.id);
  }
  const auto& attempt = found->second;
  const dialer::CallFacts& facts = attempt.line.facts;
  const bool same = row.outcome == dialer::Name(attempt.outcome) &&
                    row.picked_up == Given(facts.customer.answered) &&
                    row.answered == Given(facts.bridged) && row.ended == attempt.ended &&
                    row.placed == (facts.customer.placed != WallTime{});
  if (!same) {
    kernel_.Broken("history tells another story of " + row.id + ": " + row.outcome + ", not " +
                   std::string(dialer::Name(attempt.outcome)));
  }
}

void World::CheckReport(const CampaignId& id, const supervisor::Figures& report) {
  const auto view = dialer_->views.find(id);
  if (view == dialer_->views.end()) return;
  dialer::Counters live = view->second.counters;
  const auto differ = [&](const char* what, std::uint64_t told, std::int64_t kept) {
    if (static_cast<std::int64_t>(told) == kept) return;
    kernel_.Broken(id.str() + ": " + what + " reported " + std::to_string(told) + ", live " +
                   std::to_string(kept));
  };
  differ("answered by a person", report.by_person, live.answered);
  differ("final leads", report.leads_final,
         live.Leads(dialer::LeadState::kCompleted) + live.Leads(dialer::LeadState::kFailed));
}

}  // namespace callfleet::engine
