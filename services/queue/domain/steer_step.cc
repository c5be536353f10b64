// Calls in progress: what people ask over the API, and the way back into a queue. The edge decides
// every race; here agents are taken and let go.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

Error SteerRefusal(const char* reason, const char* message) {
  const bool unknown = std::string_view(reason) == "CALL_NOT_FOUND";
  return Error{.code = unknown ? ErrorCode::kNotFound : ErrorCode::kFailedPrecondition,
               .reason = reason,
               .message = message};
}

}  // namespace

// Once it is kept how: whoever asks again asks a successor perhaps.
void QueueStepper::Answered(const std::string& request, std::optional<Error> refused) {
  if (request.empty()) return;
  KeepAnswer(request, refused);
  out_.Durable(AnswerSteer{.request = request, .refused = std::move(refused)});
}

void QueueStepper::KeepAnswer(const std::string& request, const std::optional<Error>& refused,
                              const TicketId& with) {
  m_.steers.Settle(request, refused, with.str());
  for (auto& write : out_.writes) {
    auto* begun = std::get_if<KeepRequest>(&write);
    if (begun == nullptr || begun->request != request) continue;
    begun->answered = true;
    begun->refused = refused;
    begun->ticket = with;
    return;
  }
  out_.writes.emplace_back(KeepRequest{
      .request = request, .answered = true, .refused = refused, .ticket = with, .at = now_.wall});
}

void QueueStepper::On(const Steer& event) {
  const auto answer = [&](const auto& refused) {
    out_.Durable(AnswerSteer{.request = event.request, .refused = refused});
  };
  if (!m_.steers.Takes(event.request, answer)) return;
  out_.writes.emplace_back(KeepRequest{.request = event.request, .at = now_.wall});
  Ticket* ticket = FindByCall(event.call);
  if (ticket == nullptr || ticket->refused) {
    return Answered(event.request, SteerRefusal("CALL_NOT_FOUND", "No such call of this queue."));
  }
  const bool back_soon = ticket->IsCallback() && ticket->state == TicketState::kOffered;
  if (event.what == SteerWhat::kHangUp && !back_soon) {
    if (ticket->state != TicketState::kEnding) {
      FireEnd(*ticket, TicketEvent::kRemoved, TicketEnd::kRemoved, "hung_up");
    } else if (!ticket->fact.ended) {  // A supervisor has taken the customer over.
      HangUp(*ticket);
    }
    return Answered(event.request);
  }
  const bool talks = ticket->state == TicketState::kConnected && !ticket->talking_leg.empty() &&
                     !ticket->talk_reported;
  const bool whom = event.agent.empty() || event.agent == ticket->agent ||
                    event.agent.str() == ticket->agent_name;
  if (!talks || !whom) {
    return Answered(event.request,
                    SteerRefusal("NOT_BRIDGED", "This agent does not talk in this call."));
  }
  SteerTalk(*ticket, event);
}

void QueueStepper::SteerTalk(Ticket& ticket, const Steer& event) {
  const bool pending = ticket.transfer || ticket.fact.transfer.pending();
  switch (event.what) {
    case SteerWhat::kHold:
    case SteerWhat::kResume:
      out_.Urgent(HoldLeg{.call = RefOf(ticket),
                          .leg = ticket.customer_leg,
                          .held = event.what == SteerWhat::kHold});
      return Answered(event.request);
    case SteerWhat::kComplete:
    case SteerWhat::kCancel:
    case SteerWhat::kConference:
      return SteerTheTransfer(ticket, event);
    case SteerWhat::kTransfer:
    case SteerWhat::kConsult:
    case SteerWhat::kRequeue:
      break;
    case SteerWhat::kHangUp:
      return Answered(event.request,
                      SteerRefusal("NOT_BRIDGED", "The customer is not called yet."));
  }
  if (pending) {
    return Answered(event.request,
                    SteerRefusal("TRANSFER_PENDING", "Another transfer is under way."));
  }
  const bool home = event.what == SteerWhat::kRequeue || event.to_queue == m_.queue.id;
  if (home && !ticket.required_agent.empty()) {
    return Answered(event.request, SteerRefusal("NOT_QUEUED", "It came from no queue."));
  }
  if (home) return BackIntoQueue(ticket, event.request);
  if (!event.to_queue.empty()) return PassToQueue(ticket, event.to_queue, event.request);
  const TicketTransfer transfer{.id = ids_.Next(), .consult = event.what == SteerWhat::kConsult};
  if (!event.to_number.empty()) return LookUp(ticket, transfer, event.to_number, event.request);
  BeginTransfer(ticket, transfer, event.to_agent, event.request);
}

void QueueStepper::SteerTheTransfer(Ticket& ticket, const Steer& event) {
  const TransferFact& transfer = ticket.fact.transfer;
  if (transfer.state != TransferFact::State::kUnderWay) {
    return Answered(event.request, SteerRefusal("NO_TRANSFER", "No transfer is under way."));
  }
  out_.Urgent(SteerTransfer{.call = RefOf(ticket),
                            .transfer = transfer.id,
                            .verb = event.what == SteerWhat::kComplete ? TransferVerb::kComplete
                                    : event.what == SteerWhat::kCancel
                                        ? TransferVerb::kCancel
                                        : TransferVerb::kConference});
  Answered(event.request);
}

// After the ticket is kept as one that waits: an owner that dies before finds the talk going on.
void QueueStepper::LetAgentGo(Ticket& ticket) {
  ticket.parting = true;
  ticket.may_stay = true;
  const TransferFact& asked = ticket.fact.transfer;
  if (asked.by_phone && asked.state == TransferFact::State::kAsked) {  // It is told of its success.
    out_.Durable(
        SteerTransfer{.call = RefOf(ticket), .transfer = asked.id, .verb = TransferVerb::kRelease});
    return;
  }
  out_.Durable(HangUpCall{.call = RefOf(ticket), .leg = ticket.talking_leg, .keep_peers = true});
}

// In its old place: the person began to wait when the call came.
void QueueStepper::BackIntoQueue(Ticket& ticket, const std::string& request) {
  ticket.callback.reset();  // The customer is here now.
  ticket.waits_again = now_.wall;
  Note(ticket, TicketChange::kRequeued, {}, ticket.agent);
  Fire(ticket, TicketEvent::kRequeued);
  LetAgentGo(ticket);
  Answered(request);
}

void QueueStepper::PassToQueue(Ticket& ticket, const QueueId& to, const std::string& request) {
  ticket.callback.reset();
  ticket.leaving_to = ToQueue{to};
  ticket.reason = "transferred";
  ticket.hops = 0;  // A person decided; rules that send in circles are counted from here.
  Note(ticket, TicketChange::kOverflowed, "transfer " + Describe(*ticket.leaving_to), ticket.agent);
  Fire(ticket, TicketEvent::kPassedOn);
  LetAgentGo(ticket);
  Answered(request);
}

// The agent's leg is over and its work complete; nobody hears the customer any more.
void QueueStepper::Parted(Ticket& ticket) {
  ticket.parting = false;
  ticket.talking_leg = LegId();
  ticket.talking_reservation = ReservationId();
  ticket.talk_reported = false;
  ticket.segment = {};
  // A phone whose INVITE was lost stops ringing later. The registry keeps its agent until then.
  DropOffers(ticket);
  ticket.offers.clear();
  if (ticket.fact.ended || (ticket.fact.customer && ticket.fact.customer->over)) return;
  if (ticket.state == TicketState::kWaiting) WaitAgain(ticket);
  if (ticket.state == TicketState::kLeaving) GoThere(ticket, *ticket.leaving_to);
}

void QueueStepper::WaitAgain(Ticket& ticket) {
  PlayMusic(ticket);
  ArmMaxWait(ticket);
  ArmRelaxation(ticket);
  ArmAnnouncement(ticket, true);
  AddToOrder(ticket);
  Demand(ticket);
  Changed(ticket);
}

// The other queue did not take a customer who had talked here: better our queue than none.
void QueueStepper::CameBack(Ticket& ticket) {
  ticket.leaving_to.reset();
  ticket.waits_again = now_.wall;
  Note(ticket, TicketChange::kRequeued, "nobody_took_it");
  Fire(ticket, TicketEvent::kCameBack);
  if (!ticket.required_agent.empty()) return AgentDoesNotTake(ticket, "nobody_took_it");
  WaitAgain(ticket);
}

}  // namespace callfleet::queue
