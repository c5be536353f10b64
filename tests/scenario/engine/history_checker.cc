// At the end reports, live figures and tables tell the same.
#include <utility>

#include "services/supervisor/domain/performance.h"
#include "tests/scenario/engine/world.h"

namespace callfleet::engine {

namespace {

std::optional<WallTime> Given(WallTime time) {
  return time == WallTime{} ? std::nullopt : std::optional(time);
}

std::string OutcomeOf(queue::TicketEnd end) {
  using End = queue::TicketEnd;
  switch (end) {
    case End::kNone:
      return "";
    case End::kAnswered:
      return "completed";
    case End::kAbandoned:
      return "abandoned";
    case End::kOverflowed:
      return "overflowed";
    case End::kInterrupted:
      return "interrupted";
    case End::kCallbackFailed:
      return "callback_failed";
    case End::kRemoved:
      return "removed";
  }
  return "";
}

}  // namespace

void World::CheckHistory() {
  CheckAllRead(house_.dialer_tables.events, history_tables_.dialer);
  if (TakesCalls()) CheckAllRead(house_.queue_tables.events, history_tables_.queue);
  if (!kernel_.broken().empty()) return;
  const supervisor::PerformanceQuery all{.start = WallTime{},
                                         .end = WallTime(std::chrono::hours(1'000'000)),
                                         .breakdown = supervisor::Breakdown::kCampaign};
  supervisor::PerformanceQuery by_queue = all;
  by_queue.breakdown = supervisor::Breakdown::kQueue;
  supervisor::PerformanceReport report(all);
  supervisor::PerformanceReport queues(by_queue);
  std::map<supervisor::CallKind, std::size_t> rows;
  for (const auto& [key, row] : history_tables_.calls) {
    report.Add(row);
    queues.Add(row);
    ++rows[row.kind];
    if (row.kind == supervisor::CallKind::kOutbound) CheckCallRow(row);
    if (row.kind == supervisor::CallKind::kInbound) CheckTicketRow(row);
  }
  const auto differ = [&](const char* what, std::size_t told, std::size_t kept) {
    if (told == kept) return;
    kernel_.Broken("history has " + std::to_string(told) + " " + what + ", the tables " +
                   std::to_string(kept));
  };
  differ("calls", rows[supervisor::CallKind::kOutbound], house_.dialer_tables.attempts.size());
  differ("tickets", rows[supervisor::CallKind::kInbound], house_.queue_tables.tickets.size());
  differ("refused calls", rows[supervisor::CallKind::kRefused], house_.queue_tables.refused.size());
  std::map<std::string, supervisor::Figures> figures;
  for (auto& row : std::move(report).Rows()) figures[row.subject] = row.figures;
  for (auto& row : std::move(queues).Rows()) figures[row.subject] = row.figures;
  for (const auto& [id, row] : house_.dialer_tables.campaigns) {
    CheckReport(id, figures["campaign:" + id.str()]);
  }
  for (const auto& [id, queue] : house_.queue_tables.queues()) {
    CheckQueueFigures(id, figures["queue:" + id.str()]);
  }
}

void World::CheckAllRead(const EventLog& events, const HistoryTables::Cursor& cursor) {
  if (cursor.read == events.size()) return;
  kernel_.Broken("history has read " + std::to_string(cursor.read) + " of " +
                 std::to_string(events.size()) + " events");
}

void World::CheckTicketRow(const supervisor::CallRow& row) {
  const auto found = house_.queue_tables.tickets.find(TicketId(row.id));
  if (found == house_.queue_tables.tickets.end()) {
    return kernel_.Broken("history knows a ticket that there was not: " + row.id);
  }
  const QueueTables::TicketRow& ticket = found->second;
  const bool same = row.outcome == OutcomeOf(ticket.end) && row.queue == ticket.queue.str() &&
                    row.answered == ticket.answered && row.ended == Given(ticket.ended);
  if (!same) {
    kernel_.Broken("history tells another story of ticket " + row.id + ": " + row.outcome +
                   ", not " + OutcomeOf(ticket.end));
  }
}

// The report counts what the tables hold; the live figures what was written since the queue was
// loaded last.
void World::CheckQueueFigures(const QueueId& id, const supervisor::Figures& report) {
  QueueTables::Counts kept;
  for (const auto& [ticket, row] : house_.queue_tables.tickets) {
    if (row.queue != id) continue;
    kept.answered += row.answered.has_value();
    ++kept.ends[row.end];
  }
  const auto differ = [&](const char* what, std::uint64_t told, std::uint64_t counted) {
    if (told == counted) return;
    kernel_.Broken(id.str() + ": " + what + " " + std::to_string(told) + ", written " +
                   std::to_string(counted));
  };
  using End = queue::TicketEnd;
  differ("answered as reported", report.answered, kept.answered);
  differ("abandoned as reported", report.abandoned, kept.ends[End::kAbandoned]);
  differ("overflowed as reported", report.overflowed, kept.ends[End::kOverflowed]);
  const auto view = queue_ ? queue_->views.find(id) : decltype(queue_->views)::iterator{};
  if (!queue_ || view == queue_->views.end()) return;
  const queue::Figures& live = view->second.figures;
  auto& since = house_.queue_tables.since_load[id];
  differ("answered", live.answered, since.answered);
  differ("abandoned", live.abandoned, since.ends[End::kAbandoned]);
  differ("overflowed", live.overflowed, since.ends[End::kOverflowed]);
  differ("interrupted", live.interrupted, since.ends[End::kInterrupted]);
  differ("removed", live.removed, since.ends[End::kRemoved]);
  differ("callbacks that failed", live.callbacks_failed, since.ends[End::kCallbackFailed]);
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
