// Calls to one agent: nobody waits in a place. The agent is taken and rung, or the call goes on
// where its number says; it is answered when the agent does.
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRegistryPatience{5'000};  // For a registry that is away.
constexpr milliseconds kCallersEnd{2'000};        // Until the edge has told that the caller left.

std::string WordFor(const std::string& refusal) {
  if (refusal == "FULL") return "agent_busy";
  if (refusal == "NOT_READY") return "agent_not_ready";
  if (refusal == "AGENT_NOT_FOUND") return "agent_unknown";
  if (refusal == "NOT_AT_EDGE") return "agent_unreachable";
  return "agent_offline";
}

// How the offer before ended.
std::string LastOfferEnd(const Ticket& ticket) {
  for (auto note = ticket.notes.rbegin(); note != ticket.notes.rend(); ++note) {
    if (note->what == TicketChange::kOfferEnded) return note->detail;
  }
  return std::string(Name(OfferEnd::kWithdrawn));
}

}  // namespace

// Nothing is kept of it before the agent is taken: until then it is like a caller not let in.
void QueueStepper::TakeDirect(Ticket& ticket, const std::string& why) {
  ticket.refused = true;
  ticket.reason = why;
  if (ticket.required_agent.empty()) {
    return SendOn(ticket, ToRejection{.sip_code = 480}, "no_agent");
  }
  After(kRegistryPatience, TimerKind::kMaxWait, ticket.id);
  SeizeRequired(ticket);
}

// An earlier owner ended before its agent was rung, or while nobody watched.
void QueueStepper::AskAgain(Ticket& ticket) {
  if (ticket.state != TicketState::kWaiting) return;
  After(kRegistryPatience, TimerKind::kMaxWait, ticket.id);
  SeizeRequired(ticket);
}

// A registry that is away is asked once it is back.
void QueueStepper::SeizeRequired(Ticket& ticket) {
  const bool waits =
      ticket.state == TicketState::kWaiting && !ticket.required_agent.empty() && !ticket.adopted;
  if (!waits || !m_.session_ready || std::exchange(ticket.agent_asked, true)) return;
  SeizeFor(ticket, ticket.required_agent, false, ids_.Next(), SeizedFor::kRule);
}

void QueueStepper::RequiredSeized(Ticket& ticket, const SeizeAnswered& event) {
  ticket.agent_asked = false;
  if (ticket.state != TicketState::kWaiting) {  // The caller has gone.
    if (event.offer) out_.Urgent(ReportOffer{event.offer->reservation, OfferEnd::kWithdrawn});
    return;
  }
  if (!event.offer) {
    if (event.reason == agent_pool::kRegistryAway) return;  // The timer goes on.
    return AgentDoesNotTake(ticket, WordFor(event.reason));
  }
  Disarm(TimerKind::kMaxWait, ticket.id);
  if (std::exchange(ticket.refused, false)) {
    ++m_.figures.offered;
    Note(ticket, TicketChange::kEnqueued, std::exchange(ticket.reason, {}));
    Save(ticket);
  }
  TakeOffers(ticket, 0, {*event.offer});
}

// RFC 3261 21.4.24 and 21.4.19: the caller's number has the say, else busy is busy.
void QueueStepper::AgentDoesNotTake(Ticket& ticket, const std::string& why) {
  const bool busy = why == "agent_busy" || why == "agent_declined";
  const Destination refusal = ToRejection{.sip_code = busy ? 486 : 480};
  SendOn(ticket, ticket.otherwise.value_or(refusal), why);
}

// No phone rings any more for it.
void QueueStepper::OffersOver(Ticket& ticket) {
  Fire(ticket, TicketEvent::kOffersOver);
  const bool last_chance = std::exchange(ticket.last_chance, false);
  if (ticket.state != TicketState::kWaiting) return;
  if (ticket.fact.customer && ticket.fact.customer->over) return;  // That was why.
  const std::string end = LastOfferEnd(ticket);
  if (ticket.required_agent.empty()) {
    if (last_chance) SendOn(ticket, ToRejection{.sip_code = 480}, "agent_" + end);
    return;
  }
  if (end == Name(OfferEnd::kWithdrawn)) {
    return After(kCallersEnd, TimerKind::kMaxWait, ticket.id);
  }
  AgentDoesNotTake(ticket, "agent_" + end);
}

}  // namespace callfleet::queue
