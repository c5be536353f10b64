// Callbacks: the caller hangs up, the place stays; when its turn comes the agent's phone rings
// first, then the customer's.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {

using std::chrono::milliseconds;

namespace {
constexpr milliseconds kGoodbye{4'000};  // For the prompt that says that we call back.
}  // namespace

void QueueStepper::Confirm(Ticket& ticket) {
  const auto& confirmation = settings().callback->confirmation;
  if (confirmation.empty() || !ticket.answered_here) return;
  out_.Urgent(PlaySound{
      .call = RefOf(ticket), .leg = ticket.customer_leg, .sound = {.prompts = {confirmation}}});
  ticket.saying_goodbye = ticket.call;
}

void QueueStepper::LetHear(const Ticket& ticket) {
  After(kGoodbye, TimerKind::kNextSound, ticket.id);
}

void QueueStepper::SayGoodbye(Ticket& ticket) {
  const auto call = m_.loose.find(std::exchange(ticket.saying_goodbye, CallId()));
  if (call == m_.loose.end()) return;  // The caller has hung up first.
  out_.Urgent(HangUpCall{.call = call->second.call, .sip_code = 480, .q850 = 16});
}

// One that is still to be called: whoever talks may be asked when to be called again.
Ticket* QueueStepper::OpenCallbackOf(const std::string& number) {
  const auto open = std::ranges::find_if(m_.tickets, [&](const auto& each) {
    const Ticket& ticket = each.second;
    const bool to_be_called = ticket.Waits() || ticket.state == TicketState::kCallingBack;
    return to_be_called && ticket.IsCallback() && ticket.callback->number == number;
  });
  return open == m_.tickets.end() ? nullptr : &open->second;
}

// The callback that this caller's ticket gives way to. None: it becomes one itself, also instead of
// one that stands behind it, as no ticket ever changes its `since`.
Ticket* QueueStepper::CallbackBefore(const Ticket& ticket, const std::string& number) {
  Ticket* open = OpenCallbackOf(number);
  const bool behind =
      open != nullptr && open->state == TicketState::kCallback && ticket.since < open->since;
  return behind ? nullptr : open;
}

// Who asks again has one callback all the same: the higher priority, due at the earlier time, all
// tries anew and as old as the newest wish. A try under way may miss because its customer talks to
// us just now: it is none of these.
void QueueStepper::AskedAgain(Ticket& open, int priority, WallTime not_before) {
  const bool placed = open.in_order;
  LeaveOrder(open);  // By the place that it has there.
  open.priority = std::max(open.priority, priority);
  open.callback->attempts = 0;
  open.callback->not_before = std::min(open.callback->not_before, not_before);
  open.asked_while_tried = open.state != TicketState::kCallback;
  Note(open, TicketChange::kCallback, open.callback->number);
  CountCallbackAsked(open);
  Disarm(TimerKind::kCallbackAge, open.id);  // Of the wish before.
  if (placed) AddToOrder(open);
  Save(open);
  Disarm(TimerKind::kCallbackDue, open.id);
  if (open.callback->not_before > now_.wall) {
    After(open.callback->not_before - now_.wall, TimerKind::kCallbackDue, open.id);
  }
  CallbackDue(open);
  Changed(open);
}

// The caller has a callback already: this ticket is over, and the confirmation is heard as ever.
// The call goes to that callback, so that a successor ends it too.
void QueueStepper::JoinCallback(Ticket& ticket, Ticket& open, WallTime not_before) {
  Confirm(ticket);
  Withdraw(ticket);
  Fire(ticket, TicketEvent::kAskedCallback);  // Without its call.
  SayGoodbye(open);                           // To an earlier call of this caller.
  open.left_call = ticket.left_call;
  open.saying_goodbye = std::exchange(ticket.saying_goodbye, CallId());
  if (open.state == TicketState::kCallback) {  // Else it is where its own call is.
    open.edge = ticket.edge;
    open.boot = ticket.boot;
  }
  if (open.state == TicketState::kCallingBack) {
    SayGoodbye(open);  // Its line must be free by now.
  } else if (!open.saying_goodbye.empty()) {
    LetHear(open);
  }
  AskedAgain(open, ticket.priority, not_before);
  FireEnd(ticket, TicketEvent::kRemoved, TicketEnd::kRemoved, "has_callback");
}

// As many as may wait, whether they are due or not; who has one already needs no room.
bool QueueStepper::HasRoomForCallback(const std::string& number) {
  if (OpenCallbackOf(number) != nullptr) return true;
  const auto callbacks =
      std::ranges::count_if(m_.tickets, [](const auto& each) { return each.second.IsCallback(); });
  return static_cast<std::size_t>(callbacks) < settings().max_size;
}

// One that is due when it is too old would never be called.
Status QueueStepper::MayBeDue(WallTime not_before) const {
  const auto longest = settings().callback->max_age;
  if (not_before < now_.wall + longest) return {};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest);
  return InvalidField("not_before", "Less than the queue's callback.max_age of " +
                                        std::to_string(seconds.count()) + " s ahead.");
}

void QueueStepper::TurnIntoCallback(Ticket& ticket, const std::string& number,
                                    WallTime not_before) {
  if (!settings().callback || !ticket.required_agent.empty()) return;
  const bool may = !ticket.IsCallback() &&
                   (ticket.state == TicketState::kWaiting || ticket.state == TicketState::kOffered);
  if (!may) return;
  if (Ticket* open = CallbackBefore(ticket, number)) {
    return JoinCallback(ticket, *open, not_before);
  }
  Ticket* behind = OpenCallbackOf(number);
  DisarmAll(ticket.id);
  Note(ticket, TicketChange::kCallback, number);
  CountCallbackAsked(ticket);
  Confirm(ticket);
  Withdraw(ticket);
  Callback callback{.number = number, .not_before = not_before};
  Fire(ticket, TicketEvent::kAskedCallback);
  LeaveOrder(ticket);
  if (behind != nullptr) {
    ticket.priority = std::max(ticket.priority, behind->priority);
    callback.not_before = std::min(not_before, behind->callback->not_before);
    FireEnd(*behind, TicketEvent::kRemoved, TicketEnd::kRemoved, "has_callback");
  }
  ticket.callback = callback;
  ticket.caller = number;
  Save(ticket);
  CallbackDue(ticket);
}

// The call that goes on without its ticket is ended, and acknowledged when it is over.
void QueueStepper::DropCall(Ticket& ticket) {
  if (ticket.call.empty()) return;
  const CallRef call = RefOf(ticket);
  m_.by_call.erase(ticket.call);
  CompleteTalk(ticket, LegFact{.leg = ticket.talking_leg});  // An agent who waited for a customer.
  if (ticket.fact.ended) {
    DropOffers(ticket);
    m_.done[ticket.call] = ticket.edge;
    out_.Durable(AcknowledgeCall{call});
  } else {
    m_.loose[ticket.call] = {.call = call, .ringing = TakeRinging(ticket)};
    ticket.left_call = ticket.call;
    // The confirmation is heard, then the line is closed; the ticket is kept before that.
    if (ticket.saying_goodbye == ticket.call) {
      LetHear(ticket);
    } else {
      out_.Durable(HangUpCall{.call = call, .sip_code = 480, .q850 = 16});
    }
  }
  ticket.call = CallId();
  ticket.customer_leg = LegId();
  ticket.talking_leg = LegId();
  ticket.talking_reservation = ReservationId();
  ticket.talk_reported = false;
  ticket.offers.clear();
  ticket.fact = {};
}

// It grows old also while an agent's phone rings for it, and while nobody owns it.
void QueueStepper::ArmCallbackAge(Ticket& ticket) {
  if (!settings().callback || ticket.timers.contains(static_cast<int>(TimerKind::kCallbackAge))) {
    return;
  }
  if (ticket.callback_asked == WallTime{}) ticket.callback_asked = now_.wall;  // Not known.
  const WallTime ends = ticket.callback_asked + settings().callback->max_age;
  After(ends - now_.wall, TimerKind::kCallbackAge, ticket.id);
}

void QueueStepper::CallbackDue(Ticket& ticket) {
  if (!ticket.callback || ticket.state != TicketState::kCallback) return;
  ArmCallbackAge(ticket);
  if (ticket.callback->not_before > now_.wall) {
    return After(ticket.callback->not_before - now_.wall, TimerKind::kCallbackDue, ticket.id);
  }
  AddToOrder(ticket);
  Demand(ticket);
  Changed(ticket);
}

void QueueStepper::DialCustomer(Ticket& ticket) {
  if (!settings().callback) {  // The policy went while the agent's phone rang.
    Fire(ticket, TicketEvent::kMissed);
    return;
  }
  SayGoodbye(ticket);  // Its line must be free by now.
  ++ticket.callback->attempts;
  out_.Durable(DialOut{
      .call = RefOf(ticket),
      .leg = ticket.customer_leg,
      .to = ToNumber{.trunk = settings().callback->trunk, .number = ticket.callback->number},
      .bridge_with = ticket.talking_leg,
      .ring_timeout = settings().callback->ring_timeout,
      .caller_id = settings().caller_id,
      .transfer = {},
      .recording = settings().recording});
  Save(ticket);
}

void QueueStepper::FollowCallback(Ticket& ticket) {
  if (ticket.state != TicketState::kCallingBack) return;
  const auto& customer = ticket.fact.customer;
  if (customer && customer->bridged) {
    Fire(ticket, TicketEvent::kBridged);
    return;
  }
  const bool customer_over = customer && customer->over;
  const bool agent_over = ticket.talk_reported;
  if (!customer_over && !agent_over) return;
  ticket.reason = customer_over ? customer->why : "agent_hung_up";
  // The agent is free at once: nobody was talked to.
  if (!agent_over) CompleteTalk(ticket, LegFact{.leg = ticket.talking_leg});
  Fire(ticket, TicketEvent::kMissed);
}

void QueueStepper::ScheduleRetry(Ticket& ticket) {
  Note(ticket, TicketChange::kCallbackMissed, ticket.reason, ticket.agent);
  ticket.agent = AgentId();
  ticket.agent_name.clear();
  const auto retry = settings().callback ? settings().callback->retry_after : milliseconds(300'000);
  ticket.callback->not_before = now_.wall + retry;
  if (std::exchange(ticket.asked_while_tried, false)) ticket.callback->attempts = 0;
  const int most = settings().callback ? settings().callback->max_attempts : 0;
  if (ticket.callback->attempts >= most) {
    After(milliseconds(0), TimerKind::kCallbackAge, ticket.id);  // Given up in a step of its own.
    return;
  }
  After(retry, TimerKind::kCallbackDue, ticket.id);
}

void QueueStepper::GiveUpCallback(Ticket& ticket, const std::string& why) {
  if (!ticket.callback || ticket.state != TicketState::kCallback) return;
  const bool tried =
      settings().callback && ticket.callback->attempts >= settings().callback->max_attempts;
  FireEnd(ticket, TicketEvent::kRemoved, TicketEnd::kCallbackFailed, tried ? "no_answer" : why);
}

}  // namespace callfleet::queue
