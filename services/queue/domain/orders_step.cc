// What operators order. Each is checked before anything changes.
#include <algorithm>
#include <utility>

#include "common/agent_pool/seize_refusal.h"
#include "common/steering/request_reused.h"
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

tl::unexpected<Error> NoCallbacks() {
  return FailedPrecondition("NO_CALLBACKS", "The queue has no callback policy.");
}

// Not remembered as the answer of a request: there may be room when it comes again.
tl::unexpected<Error> Full() {
  return Fail({.code = ErrorCode::kResourceExhausted,
               .reason = "QUEUE_FULL",
               .message = "The queue has its most callers."});
}

Status CheckPriority(int priority) {
  if (priority >= -100 && priority <= 100) return {};
  return InvalidField("priority", "-100 to 100.");
}

}  // namespace

Error NotTaken(const std::string& reason) {
  return agent_pool::SeizeRefusal(reason, "The agent cannot take the caller.", "agent_id");
}

// Of a request that has come before: nothing is done again. None: it is new.
std::optional<Result<TicketId>> QueueStepper::AnsweredBefore(const std::string& request,
                                                             const TicketId& ticket) {
  if (!m_.steers.Knows(request)) return std::nullopt;
  std::optional<Error> refused;
  if (m_.steers.Begin(request) == SteerBook::Known::kAnswered) {
    refused = m_.steers.AnswerOf(request);
  }
  if (refused) return Result<TicketId>(Fail(*std::move(refused)));
  const std::string& named = m_.steers.NamedBy(request);
  return Result<TicketId>(named.empty() ? ticket : TicketId(named));
}

// Nothing was done, so nothing is kept: a successor may judge anew.
tl::unexpected<Error> QueueStepper::Refused(const std::string& request, tl::unexpected<Error> no) {
  if (request.empty()) return no;
  m_.steers.Begin(request);
  m_.steers.Settle(request, no.value());
  return no;
}

// Kept together with what was done, so that a successor knows it too.
void QueueStepper::Done(const std::string& request, const TicketId& with) {
  if (request.empty()) return;
  m_.steers.Begin(request);
  KeepAnswer(request, {}, with);
}

// Kept as done once the caller is there (Fire): a successor has it here again until then.
void QueueStepper::Moves(Ticket& ticket, const std::string& request) {
  if (request.empty()) return;
  m_.steers.Begin(request);
  m_.steers.Settle(request, {});
  out_.writes.emplace_back(KeepRequest{.request = request, .at = now_.wall});
  ticket.moved_by = request;
}

Result<TicketId> QueueStepper::SetPriority(const TicketId& id, int priority) {
  if (auto valid = CheckPriority(priority); !valid) return Fail(valid.error());
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
  if (auto before = AnsweredBefore(seize, id)) return *std::move(before);
  Ticket* ticket = Find(id);
  if (ticket == nullptr) return NoTicket();
  if (!m_.session_ready) {
    return Unavailable(agent_pool::kRegistryAway, "The registry is away; try again.");
  }
  if (ticket->adopted && !ticket->call.empty()) {
    return Unavailable("EDGE_AWAY", "The edge of this call is away; try again.");
  }
  bool may = ticket->Waits() && !ticket->parting;
  for (const auto& offer : ticket->offers) {
    // That phone rings for it already.
    may &= ticket->state != TicketState::kOffered || offer.reported || offer.agent.agent != agent;
  }
  if (!may) return Refused(seize, WrongState(*ticket));
  m_.steers.Begin(seize);
  out_.writes.emplace_back(KeepRequest{.request = seize, .at = now_.wall});
  SeizeFor(*ticket, agent, override_rules, seize, SeizedFor::kOperator);
  return id;
}

Result<TicketId> QueueStepper::Requeue(const RequeueOrder& order) {
  if (auto before = AnsweredBefore(order.request, order.ticket)) return *std::move(before);
  if (auto valid = CheckPriority(order.priority.value_or(0)); !valid) return Fail(valid.error());
  Ticket* ticket = Find(order.ticket);
  if (ticket == nullptr) return NoTicket();
  const bool calls =
      (ticket->state == TicketState::kWaiting || ticket->state == TicketState::kOffered) &&
      !ticket->IsCallback() && !ticket->parting;
  const bool elsewhere = !order.to.empty() && order.to != m_.queue.id;
  if (!calls || (!elsewhere && !ticket->required_agent.empty())) {
    return Refused(order.request, WrongState(*ticket));
  }
  if (elsewhere) {
    Moves(*ticket, order.request);
  } else {
    Done(order.request);
  }
  LeaveOrder(*ticket);  // By the priority that it stands there with.
  if (order.priority) ticket->priority = *order.priority;
  if (elsewhere) {
    ticket->hops = 0;  // A person decided; rules that send in circles are counted from here.
    SendOn(*ticket, ToQueue{order.to}, "moved");
    return order.ticket;
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
  return order.ticket;
}

Result<TicketId> QueueStepper::Remove(const TicketId& id) {
  Ticket* ticket = Find(id);
  if (ticket == nullptr) return NoTicket();
  if (ticket->state == TicketState::kEnding) return WrongState(*ticket);
  FireEnd(*ticket, TicketEvent::kRemoved, TicketEnd::kRemoved, "removed");
  return id;
}

Result<TicketId> QueueStepper::CallBack(const CallbackOrder& order) {
  if (auto before = AnsweredBefore(order.request, order.ticket)) return *std::move(before);
  Ticket* ticket = Find(order.ticket);
  if (ticket == nullptr) return NoTicket();
  if (!settings().callback || !ticket->required_agent.empty()) {
    return Refused(order.request, NoCallbacks());
  }
  const std::string to = order.number.empty() ? ticket->caller : order.number;
  if (!IsE164(to)) return InvalidField("number", "E.164: + and 2 to 15 digits.");
  if (auto may = MayBeDue(order.not_before); !may) return Fail(may.error());
  const bool waits =
      (ticket->state == TicketState::kWaiting || ticket->state == TicketState::kOffered) &&
      !ticket->IsCallback() && !ticket->parting;
  if (!waits) return Refused(order.request, WrongState(*ticket));
  if (!HasRoomForCallback(to)) return Full();
  const Ticket* open = CallbackBefore(*ticket, to);
  const TicketId answer = open != nullptr ? open->id : order.ticket;
  Done(order.request, answer);
  TurnIntoCallback(*ticket, to, order.not_before);
  return answer;
}

// The queue's desk has asked the store for the ticket first: what an earlier owner made, and what
// is over by now, is not made again.
Result<TicketId> QueueStepper::NewCallback(const CallbackOrder& order) {
  const TicketId id = order.request.empty() ? TicketId(ids_.Next()) : CallbackTicket(order.request);
  if (auto before = AnsweredBefore(order.request, id)) {
    // The ticket that it was answered with, where this queue still has it, tells its number.
    const Ticket* named = *before ? Find(**before) : nullptr;
    if (named != nullptr && named->caller != order.number) return RequestReused();
    return *std::move(before);
  }
  if (m_.tickets.contains(id)) return id;
  if (!IsE164(order.number)) return InvalidField("number", "E.164: + and 2 to 15 digits.");
  if (auto valid = CheckPriority(order.priority); !valid) return Fail(valid.error());
  if (!settings().callback || m_.queue.id == DirectQueue()) {
    return Refused(order.request, NoCallbacks());
  }
  if (auto may = MayBeDue(order.not_before); !may) return Fail(may.error());
  if (Ticket* open = OpenCallbackOf(order.number)) {
    Done(order.request, open->id);
    AskedAgain(*open, order.priority, order.not_before);
    return open->id;
  }
  if (m_.order.size() >= settings().max_size || !HasRoomForCallback(order.number)) return Full();
  Ticket& ticket = m_.tickets[id];
  ticket.id = id;
  ticket.caller = order.number;
  ticket.since = now_.wall;
  ticket.created = now_.wall;
  ticket.priority = order.priority;
  ticket.state = TicketState::kCallback;
  ticket.callback = Callback{.number = order.number, .not_before = order.not_before};
  ++m_.figures.offered;
  CountCallbackAsked(ticket);
  Note(ticket, TicketChange::kEnqueued, "callback");
  Done(order.request);
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
