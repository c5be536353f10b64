// What is counted, and requirements that give way with time.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {

using std::chrono::milliseconds;

std::chrono::microseconds QueueStepper::WaitOf(const Ticket& ticket, WallTime until) const {
  if (until == WallTime{}) until = now_.wall;
  return std::max(std::chrono::microseconds(0), until - ticket.since);
}

// Each ticket once, however often its caller asks.
void QueueStepper::CountCallbackAsked(Ticket& ticket) {
  if (std::exchange(ticket.callback_asked, now_.wall) == WallTime{}) ++m_.figures.callbacks;
}

void QueueStepper::CountCallbackAnswered(Ticket& ticket) {
  if (!ticket.IsCallback() || std::exchange(ticket.callback_answered, true)) return;
  ++m_.figures.callbacks_answered;
}

void QueueStepper::NoteAnswer(Ticket& ticket) {
  if (ticket.answered != WallTime{}) return NoteNextAnswer(ticket);
  ticket.answered = now_.wall;
  for (const auto& leg : ticket.fact.agents) {
    if (leg.leg == ticket.talking_leg && leg.answered_at_all() && !ticket.IsCallback()) {
      ticket.answered = leg.answered;
    }
  }
  if (ticket.IsCallback() && ticket.fact.customer && ticket.fact.customer->answered_at_all()) {
    ticket.answered = ticket.fact.customer->answered;
  }
  DisarmAll(ticket.id);
  const auto wait = WaitOf(ticket, ticket.answered);
  auto& figures = m_.figures;
  ++figures.answered;
  if (wait <= settings().service_level_threshold) ++figures.answered_in_threshold;
  CountCallbackAnswered(ticket);
  figures.answered_wait += wait;
  figures.longest_answered_wait = std::max(figures.longest_answered_wait, wait);
  // Who asked to be called back may wait for hours, whoever waits on the line does not.
  if (!ticket.IsCallback()) {
    m_.estimator.OnAnswered(std::chrono::duration_cast<milliseconds>(wait));
  }
  m_.last_agents.Note(ticket.caller, ticket.agent, now_.wall);
  Note(ticket, TicketChange::kAnswered, {}, ticket.agent);
}

// After it was put back into the queue: its wait was over with the first one, and is counted.
void QueueStepper::NoteNextAnswer(Ticket& ticket) {
  ticket.segment = now_.wall;
  const LegFact* leg = FindLeg(ticket.fact.agents, ticket.talking_leg);
  if (leg != nullptr && leg->answered_at_all()) ticket.segment = leg->answered;
  CountCallbackAnswered(ticket);
  DisarmAll(ticket.id);
  m_.last_agents.Note(ticket.caller, ticket.agent, now_.wall);
  Note(ticket, TicketChange::kAnswered, {}, ticket.agent);
}

void QueueStepper::NoteEnd(Ticket& ticket) {
  DropTransfer(ticket);
  if (ticket.end != TicketEnd::kNone) return;
  ticket.end = pending_end_;
  if (!pending_reason_.empty()) ticket.reason = pending_reason_;
  // Who was answered has an answered ticket, however the talk came to its end.
  if (ticket.answered != WallTime{}) ticket.end = TicketEnd::kAnswered;
  // Whoever asked for it may still hear so, in a call that is not this ticket's any more.
  if (ticket.IsCallback()) SayGoodbye(ticket);
  ticket.ended = now_.wall;
  const auto& customer = ticket.fact.customer;
  if (customer && customer->over && customer->ended != WallTime{}) ticket.ended = customer->ended;
  DisarmAll(ticket.id);
  auto& figures = m_.figures;
  const auto wait = WaitOf(ticket, ticket.ended);
  switch (ticket.refused ? TicketEnd::kNone : ticket.end) {
    case TicketEnd::kNone:
      ++figures.refused;
      break;
    case TicketEnd::kAnswered:
      break;  // Counted when it was.
    case TicketEnd::kAbandoned:
      ++figures.abandoned;
      if (wait <= settings().service_level_threshold) ++figures.abandoned_in_threshold;
      if (wait <= settings().short_abandon) ++figures.short_abandoned;
      figures.abandoned_wait += wait;
      m_.left_places.Note(ticket.caller, {.since = ticket.since, .priority = ticket.priority},
                          now_.wall);
      break;
    case TicketEnd::kOverflowed:
      ++figures.overflowed;
      break;
    case TicketEnd::kInterrupted:
      ++figures.interrupted;
      break;
    case TicketEnd::kCallbackFailed:
      ++figures.callbacks_failed;
      break;
    case TicketEnd::kRemoved:
      ++figures.removed;
      break;
  }
  Note(ticket, TicketChange::kEnded, ticket.reason, ticket.agent);
}

// Waiting counts from when the person began to wait, also in another queue.
void QueueStepper::ArmRelaxation(Ticket& ticket) {
  const auto& steps = settings().relaxations;
  while (ticket.relaxed < static_cast<int>(steps.size())) {
    const auto& step = steps[static_cast<std::size_t>(ticket.relaxed)];
    const auto left = ticket.since + step.after - now_.wall;
    if (left.count() > 0) return After(left, TimerKind::kRelax, ticket.id);
    ++ticket.relaxed;
  }
}

void QueueStepper::Relax(Ticket& ticket) {
  const int before = ticket.relaxed;
  ArmRelaxation(ticket);
  if (ticket.relaxed == before) return;
  for (int i = before; i < ticket.relaxed; ++i) {
    Note(ticket, TicketChange::kRelaxed, settings().relaxations[static_cast<std::size_t>(i)].skill);
  }
  if (ticket.demanded) Demand(ticket);  // The same demand, a newer revision.
  Changed(ticket);
}

}  // namespace callfleet::queue
