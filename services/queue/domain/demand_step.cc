// Agents are asked for: what a caller needs, and until when it is said again.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{1'000};
constexpr milliseconds kLongestPause{30'000};

// `refusals` from 1: doubles from one to the next.
milliseconds PauseAfter(int refusals) {
  constexpr int kMostDoublings = 5;
  return std::min(kLongestPause, kFirstPause * (1 << std::min(refusals - 1, kMostDoublings)));
}

}  // namespace

std::vector<SkillRequirement> QueueStepper::SkillsOf(const Ticket& ticket) const {
  auto skills = settings().skills;
  for (const auto& own : ticket.skills) {
    const auto same = std::find_if(skills.begin(), skills.end(),
                                   [&](const SkillRequirement& s) { return s.name == own.name; });
    if (same == skills.end()) {
      skills.push_back(own);
    } else {
      same->min_level = std::max(same->min_level, own.min_level);
    }
  }
  const auto& steps = settings().relaxations;
  for (int i = 0; i < ticket.relaxed && i < static_cast<int>(steps.size()); ++i) {
    const auto& step = steps[static_cast<std::size_t>(i)];
    for (auto& skill : skills) {
      if (skill.name == step.skill) skill.min_level = std::min(skill.min_level, step.min_level);
    }
  }
  std::erase_if(skills, [](const SkillRequirement& skill) { return skill.min_level == 0; });
  return skills;
}

// Which must be able to ring its agents. Empty for a callback whose call is still to be made: any.
EdgeId QueueStepper::EdgeOf(const Ticket& ticket) {
  return ticket.call.empty() ? EdgeId() : ticket.edge;
}

void QueueStepper::Demand(Ticket& ticket) {
  if (!m_.joined || m_.closing || ticket.refused) return;
  const bool waits =
      ticket.state == TicketState::kWaiting || ticket.state == TicketState::kCallback;
  const bool unheard = ticket.adopted && !ticket.call.empty();
  if (!waits || !ticket.in_order || unheard) return;
  ticket.demanded = true;
  ticket.refusals = 0;
  Disarm(TimerKind::kDemandAgain, ticket.id);
  SendDemandOf(ticket);
}

void QueueStepper::SendDemandOf(Ticket& ticket) {
  // A bonus is never negative: a low priority began to wait later instead.
  const milliseconds bonus = ticket.priority * settings().priority_bonus;
  out_.Urgent(SendDemand{.demand = ticket.id,
                         .revision = ++ticket.revision,
                         .skills = SkillsOf(ticket),
                         .strategy = settings().strategy,
                         .bonus = std::clamp(bonus, milliseconds(0), milliseconds(86'400'000)),
                         .since = ticket.since - std::min(bonus, milliseconds(0)),
                         .sticky = ticket.sticky,
                         .sticky_patience = settings().sticky_patience,
                         .call = ticket.call,
                         .edge = EdgeOf(ticket)});
}

void QueueStepper::Withdraw(Ticket& ticket) {
  ticket.refusals = 0;
  Disarm(TimerKind::kDemandAgain, ticket.id);
  if (std::exchange(ticket.demanded, false)) out_.Urgent(CancelDemand{ticket.id});
}

void QueueStepper::On(const DemandClosed& event) {
  Ticket* ticket = Find(event.demand);
  if (ticket == nullptr || !ticket->demanded) return;
  if (event.refused.empty()) {
    ticket->demanded = false;
    return Demand(*ticket);  // Not by our wish: asked for again.
  }
  // It stays demanded, so that whatever changes it asks at once.
  After(PauseAfter(++ticket->refusals), TimerKind::kDemandAgain, ticket->id);
}

void QueueStepper::DemandAgain(Ticket& ticket) {
  if (ticket.demanded) SendDemandOf(ticket);
}

void QueueStepper::On(const SessionChanged& event) {
  m_.session_ready = event.ready;
  if (!event.ready) m_.audience.reset();
  CheckStaffing();
  for (auto& [id, ticket] : m_.tickets) {
    SeizeRequired(ticket);
    // Whoever answers by now may take what was refused.
    if (event.ready && ticket.refusals > 0) Demand(ticket);
  }
}

void QueueStepper::On(const AudienceChanged& event) {
  m_.audience = event.audience;
  CheckStaffing();
}

}  // namespace callfleet::queue
