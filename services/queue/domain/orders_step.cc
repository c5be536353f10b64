// What operators order. Each is checked before anything changes.
#include <algorithm>
#include <utility>

#include "common/agent_pool/seize_refusal.h"
#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

tl::unexpected<Error> NoTicket() {
  return NotFound("TICKET_NOT_FOUND", "No such ticket in this queue.");
}

tl::unexpected<Error> WrongState(const Ticket& ticket) {
  return Fail({.code = ErrorCode::kFailedPrecondition,
               .reason = "WRONG_STATE",
               .message = "The ticket's state does not allow this.",
               .metadata = {{"state", std::string(TicketMachine::Name(ticket.state))}}});
}

}  // namespace

Error NotTaken(const std::string& reason) {
  return agent_pool::SeizeRefusal(reason, "The agent cannot take the caller.", "agent_id");
}

Result<TicketId> QueueStepper::SetPriority(const TicketId& id, int priority) {
  if (priority < -100 || priority > 100) return InvalidField("priority", "-100 to 100.");
  Ticket* ticket = Find(id);
  if (ticket == nullptr) return NoTicket();
  if (!ticket->Waits()) return WrongState(*ticket);
  const bool placed = ticket->in_order;
  LeaveOrder(*ticket);
  ticket->priority = priority;
  if (placed) AddToOrder(*ticket);
  Note(*ticket, TicketChange::kPriority, std::to_string(priority));
  if (ticket->demanded) Demand(*ticket);
  Save(*ticket);
  Changed(*ticket);
  return id;
}

Result<TicketId> QueueStepper::Force(const TicketId& id, const AgentId& agent, bool override_rules,
                                     const std::string& seize) {
  if (agent.empty() || agent.str().size() > 64) {
    return InvalidField("agent_id", "1 to 64 characters.");
  }
  Ticket* ticket = Find(id);
  if (ticket == nullptr) return NoTicket();
  if (!m_.session_ready) {
    return Unavailable(agent_pool::kRegistryAway, "The registry is away; try again.");
  }
  if (ticket->adopted && !ticket->call.empty()) {
    return Unavailable("EDGE_AWAY", "The edge of this call is away; try again.");
  }
  switch (m_.steers.Begin(seize)) {
    case SteerBook::Known::kNew:
      break;
    case SteerBook::Known::kUnderWay:
      return id;
    case SteerBook::Known::kAnswered:
      if (auto refused = m_.steers.AnswerOf(seize)) return Fail(*std::move(refused));
      return id;
  }
  bool may = ticket->Waits() && !ticket->parting;
  for (const auto& offer : ticket->offers) {
    // That phone rings for it already.
    may &= ticket->state != TicketState::kOffered || offer.reported || offer.agent.agent != agent;
  }
  if (!may) {
    auto no = WrongState(*ticket);
    m_.steers.Settle(seize, no.value());
    return no;
  }
  out_.writes.emplace_back(KeepRequest{.request = seize, .at = now_.wall});
  SeizeFor(*ticket, agent, override_rules, seize, SeizedFor::kOperator);
  return id;
}

Result<TicketId> QueueStepper::Requeue(const TicketId& id, const QueueId& to,
                                       std::optional<int> priority) {
  if (priority && (*priority < -100 || *priority > 100)) {
    return InvalidField("priority", "-100 to 100.");
  }
  Ticket* ticket = Find(id);
  if (ticket == nullptr) return NoTicket();
  const bool calls =
      (ticket->state == TicketState::kWaiting || ticket->state == TicketState::kOffered) &&
      !ticket->IsCallback() && !ticket->parting;
  const bool elsewhere = !to.empty() && to != m_.queue.id;
  if (!calls || (!elsewhere && !ticket->required_agent.empty())) return WrongState(*ticket);
  LeaveOrder(*ticket);  // By the priority that it stands there with.
  if (priority) ticket->priority = *priority;
  if (elsewhere) {
    SendOn(*ticket, ToQueue{to}, "moved");
    return id;
  }
  AddToOrder(*ticket);
  Note(*ticket, TicketChange::kRequeued);
  if (ticket->state == TicketState::kOffered) {
    WithdrawOffers(*ticket);
  } else if (ticket->demanded) {
    Demand(*ticket);
  }
  Save(*ticket);
  Changed(*ticket);
  return id;
}

Result<TicketId> QueueStepper::Remove(const TicketId& id) {
  Ticket* ticket = Find(id);
  if (ticket == nullptr) return NoTicket();
  if (ticket->state == TicketState::kEnding) return WrongState(*ticket);
  FireEnd(*ticket, TicketEvent::kRemoved, TicketEnd::kRemoved, "removed");
  return id;
}

Result<TicketId> QueueStepper::CallBack(const TicketId& id, const std::string& number,
                                        WallTime not_before) {
  Ticket* ticket = Find(id);
  if (ticket == nullptr) return NoTicket();
  if (!settings().callback || !ticket->required_agent.empty()) {
    return FailedPrecondition("NO_CALLBACKS", "The queue has no callback policy.");
  }
  const std::string to = number.empty() ? ticket->caller : number;
  if (!IsE164(to)) return InvalidField("number", "E.164: + and 2 to 15 digits.");
  const bool waits =
      (ticket->state == TicketState::kWaiting || ticket->state == TicketState::kOffered) &&
      !ticket->IsCallback() && !ticket->parting;
  if (!waits) return WrongState(*ticket);
  TurnIntoCallback(*ticket, to, not_before);
  return id;
}

Result<TicketId> QueueStepper::NewCallback(const std::string& number, int priority,
                                           WallTime not_before) {
  if (!IsE164(number)) return InvalidField("number", "E.164: + and 2 to 15 digits.");
  if (priority < -100 || priority > 100) return InvalidField("priority", "-100 to 100.");
  if (!settings().callback) {
    return FailedPrecondition("NO_CALLBACKS", "The queue has no callback policy.");
  }
  const auto callbacks =
      std::ranges::count_if(m_.tickets, [](const auto& each) { return each.second.IsCallback(); });
  if (std::max<std::size_t>(m_.order.size(), static_cast<std::size_t>(callbacks)) >=
      settings().max_size) {
    return Fail({.code = ErrorCode::kResourceExhausted,
                 .reason = "QUEUE_FULL",
                 .message = "The queue has its most callers."});
  }
  const TicketId id(ids_.Next());
  Ticket& ticket = m_.tickets[id];
  ticket.id = id;
  ticket.caller = number;
  ticket.since = now_.wall;
  ticket.created = now_.wall;
  ticket.priority = priority;
  ticket.state = TicketState::kCallback;
  ticket.callback = Callback{.number = number, .not_before = not_before};
  ++m_.figures.offered;
  CountCallbackAsked(ticket);
  Note(ticket, TicketChange::kEnqueued, "callback");
  Save(ticket);
  CallbackDue(ticket);
  Changed(ticket);
  return id;
}

void QueueStepper::On(const Fenced&) { m_.fenced = true; }

void QueueStepper::On(const SettingsChanged& event) {
  std::vector<Ticket*> placed;
  for (auto& [id, ticket] : m_.tickets) {
    if (!ticket.in_order) continue;
    placed.push_back(&ticket);
    LeaveOrder(ticket);
  }
  m_.queue = event.queue;
  for (Ticket* ticket : placed) {
    AddToOrder(*ticket);  // The bonus of a priority may have changed.
    if (!ticket->IsCallback()) FollowSettings(*ticket);
    if (ticket->demanded) Demand(*ticket);
  }
  CheckStaffing();
}

// Rules go by the wait so far, as if they had always been so.
void QueueStepper::FollowSettings(Ticket& ticket) {
  Disarm(TimerKind::kMaxWait, ticket.id);
  ArmMaxWait(ticket);
  Disarm(TimerKind::kRelax, ticket.id);
  ticket.relaxed = 0;
  ArmRelaxation(ticket);
  if (!ticket.timers.contains(static_cast<int>(TimerKind::kNextSound))) {
    ArmAnnouncement(ticket, true);
  }
}

void QueueStepper::On(const Closing&) {
  m_.closing = true;
  for (auto& [id, ticket] : m_.tickets) Withdraw(ticket);
}

}  // namespace callfleet::queue
