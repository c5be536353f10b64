// The look-ahead: pages of queued leads in order, held in memory by the hundred, never by the
// million.
#include <algorithm>
#include <utility>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t kMostAhead = 2 * LeadBook::kPage;
constexpr std::string_view kRegion = "region:";  // No zone is called so.
}  // namespace

void Stepper::On(const LeadsAdded& event) {
  m_.counters.Leads(LeadState::kQueued) += event.count;
  m_.book.dirty = true;
  if (m_.state == CampaignState::kRunning) WantPage();
}

void Stepper::WantPage() {
  LeadBook& book = m_.book;
  if (book.page_pending) return;
  book.page_pending = true;
  book.dirty = false;
  book.settled.clear();
  ++book.generation;
  // Leads that lines hold are still queued in the table and come first in it.
  const int held = static_cast<int>(m_.lines.size() + book.ahead.size());
  out_.Durable(LoadPage{
      .generation = book.generation, .limit = LeadBook::kPage + held, .closed = ClosedNow()});
}

bool Stepper::Held(const LeadId& lead) const {
  return std::any_of(m_.lines.begin(), m_.lines.end(),
                     [&](const auto& entry) { return entry.second.lead.id == lead; });
}

void Stepper::On(const PageLoaded& event) {
  m_.counters.Leads(LeadState::kWaiting) -= event.woken;
  m_.counters.Leads(LeadState::kQueued) += event.woken;
  LeadBook& book = m_.book;
  if (!book.page_pending || event.generation != book.generation) return;
  m_.store_away = event.failed;
  if (event.failed) {
    Arm(TimerKind::kPageRetry, 1s);  // Pending until then.
    return;
  }
  book.page_pending = false;
  std::set<LeadId> known;
  for (const auto& lead : book.ahead) known.insert(lead.id);
  for (const auto& [id, line] : m_.lines) known.insert(line.lead.id);
  bool fresh = false;
  for (const auto& lead : event.leads) {
    if (known.contains(lead.id) || book.settled.contains(lead.id)) continue;
    PutBack(lead);
    fresh = true;
  }
  if (fresh) book.dirty = true;  // There may be more behind them.
  if (event.next_due) DueAt(*event.next_due);
  const bool nothing_moves =
      book.ahead.empty() && m_.lines.empty() && book.settled.empty() && book.closed.empty();
  if (nothing_moves && !event.next_due && !book.dirty && m_.state == CampaignState::kRunning) {
    Turn(CampaignEvent::kNoLeadLeft);
  } else if (book.ahead.empty() && !book.settled.empty()) {
    book.dirty = true;  // Leads moved while the page was read: look again.
  }
}

void Stepper::PutBack(Lead lead) {
  auto& ahead = m_.book.ahead;
  const auto at = std::upper_bound(ahead.begin(), ahead.end(), lead,
                                   [](const Lead& a, const Lead& b) { return a.Before(b); });
  ahead.insert(at, std::move(lead));
  if (ahead.size() > kMostAhead) {
    ahead.pop_back();  // Still queued in the table.
    m_.book.dirty = true;
  }
}

// What decides when a lead may be called.
std::string Stepper::HoursOf(const Lead& lead) const {
  if (!lead.zone.empty()) return lead.zone;
  return m_.settings.time_zone.empty() ? std::string(kRegion) + lead.region : std::string();
}

WindowAnswer Stepper::WindowOf(const Lead& lead) {
  const std::string hours = HoursOf(lead);
  if (const auto known = windows_.find(hours); known != windows_.end()) return known->second;
  const std::string own = !lead.zone.empty() ? lead.zone : m_.settings.time_zone;
  const auto zones = own.empty() ? zones_.ZonesOf(lead.region) : std::vector{own};
  return windows_[hours] = AskWindow(m_.settings.window, zones, zones_, now_.wall);
}

ClosedHours Stepper::ClosedNow() const {
  ClosedHours closed;
  for (const auto& [hours, opens] : m_.book.closed) {
    if (hours.empty()) {
      closed.zoneless = true;
    } else if (hours.starts_with(kRegion)) {
      closed.regions.push_back(hours.substr(kRegion.size()));
    } else {
      closed.zones.push_back(hours);
    }
  }
  return closed;
}

// Rows of leads are not touched: they stay queued, and pages leave them out until the hours open.
void Stepper::HoldUntilOpen(const Lead& lead, const GateDecision& decision) {
  if (m_.book.closed.emplace(HoursOf(lead), decision.retry_at).second) {
    out_.writes.push_back(NoteDecision{.lead = lead, .decision = decision, .at = now_.wall});
    ++m_.counters.denied;
    m_.book.dirty = true;  // Others may be open.
  }
  DueAt(decision.retry_at);
}

std::optional<Lead> Stepper::TakeHead() {
  auto& ahead = m_.book.ahead;
  while (!ahead.empty()) {
    Lead lead = std::move(ahead.front());
    ahead.pop_front();
    const WindowAnswer window = WindowOf(lead);
    if (window.open) return lead;
    Postpone(lead, DecideGate({}, window, m_.settings.cap, now_.wall), AttemptId());
  }
  return std::nullopt;
}

void Stepper::Postpone(const Lead& lead, const GateDecision& decision, const AttemptId& attempt) {
  if (decision.reason == GateReason::kWindowClosed) return HoldUntilOpen(lead, decision);
  const LeadState to = decision.for_good() ? LeadState::kFailed : LeadState::kWaiting;
  const Outcome outcome =
      decision.reason == GateReason::kRefused ? Outcome::kRefused : Outcome::kSuppressed;
  out_.writes.push_back(SettleLead{.lead = lead,
                                   .attempt = attempt,
                                   .state = to,
                                   .decision = decision,
                                   .at = now_.wall,
                                   .outcome = outcome});
  ++m_.counters.denied;
  if (to == LeadState::kFailed) ++m_.counters.leads_ended[static_cast<std::size_t>(outcome)];
  MoveCount(LeadState::kQueued, to);
  m_.book.settled.insert(lead.id);
  if (to == LeadState::kWaiting) DueAt(decision.retry_at);
  if (m_.book.ahead.empty()) m_.book.dirty = true;
}

void Stepper::DueAt(WallTime due) {
  auto& next = m_.book.next_due;
  if (!next || due < *next) next = due;
  if (m_.due_timer_at != WallTime{} && m_.due_timer_at <= *next) return;
  m_.due_timer_at = *next;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - now_.wall);
  Arm(TimerKind::kLeadsDue, std::max<std::chrono::milliseconds>(wait, 10ms));
}

void Stepper::MoveCount(LeadState from, LeadState to) {
  --m_.counters.Leads(from);
  ++m_.counters.Leads(to);
}

}  // namespace callfleet::dialer
