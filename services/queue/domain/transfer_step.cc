// Transfers and consultations, asked for by people or by an agent's phone: the target is taken,
// rung, and gets the customer or is let go. The edge's record says which.
#include <algorithm>
#include <utility>

#include "common/agent_pool/seize_refusal.h"
#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

Error NoTransferTo(const std::string& reason) {
  const ErrorCode code = reason == "AGENT_NOT_FOUND"           ? ErrorCode::kNotFound
                         : reason == agent_pool::kRegistryAway ? ErrorCode::kUnavailable
                                                               : ErrorCode::kFailedPrecondition;
  return Error{.code = code, .reason = reason, .message = "The customer cannot be passed there."};
}

TransferTo ToOf(const Ticket& ticket) {
  return {.id = ticket.transfer->id,
          .consult = ticket.transfer->consult,
          .referrer = ticket.talking_leg,
          .by_person = ticket.transfer->by_person};
}

Error NotPlaced(const TicketTransfer& transfer, const std::string& reason) {
  if (reason != "NUMBER_NOT_ALLOWED") return NoTransferTo(reason);
  const std::string verb = transfer.consult ? "consult" : "transfer";
  return Error{.code = ErrorCode::kInvalidArgument,
               .reason = reason,
               .message = "Agents may not dial this number.",
               .fields = {{"action." + verb + ".target.number", "one that agents may dial"}}};
}

}  // namespace

void QueueStepper::BeginTransfer(Ticket& ticket, TicketTransfer transfer, const AgentId& agent,
                                 const std::string& request) {
  if (!transfer.number.empty()) {
    const bool has_trunk =
        !transfer.trunk.empty() || !ticket.fact.trunk.empty() || settings().callback;
    if (!has_trunk) {  // The call came from a phone of the house: no trunk is ours to use.
      if (transfer.by_phone) return RefuseRefer(ticket, transfer.id, 403);
      return Answered(request, NoTransferTo("NUMBER_NOT_ALLOWED"));
    }
    transfer.leg = LegId(ids_.Next());
    transfer.request = request;
    ticket.transfer = std::move(transfer);
    return PlaceTarget(ticket);
  }
  if (!m_.session_ready) {
    if (transfer.by_phone) return RefuseRefer(ticket, transfer.id, 480);
    return Answered(request, NoTransferTo(agent_pool::kRegistryAway));
  }
  m_.seizures[transfer.id] = {
      .ticket = ticket.id, .agent = agent, .transfer = true, .request = request};
  out_.Urgent(SeizeAgent{.seize = transfer.id,
                         .agent = agent,
                         .override_rules = true,
                         .ticket = ticket.id,
                         .call = ticket.call,
                         .edge = ticket.edge});
  ticket.transfer = std::move(transfer);
}

void QueueStepper::PlaceTarget(Ticket& ticket) {
  const TicketTransfer& transfer = *ticket.transfer;
  if (transfer.agent) {
    out_.Urgent(RingAgent{.call = RefOf(ticket),
                          .leg = transfer.leg,
                          .agent = *transfer.agent,
                          .ring_timeout = settings().ring_timeout,
                          .shown_number = ticket.caller,
                          .shown_name = settings().name,
                          .ticket = ticket.id,
                          .transfer = ToOf(ticket),
                          .campaign = ticket.from_campaign,
                          .recording = settings().recording});
    return;
  }
  const TrunkId trunk = !transfer.trunk.empty()      ? transfer.trunk
                        : !ticket.fact.trunk.empty() ? ticket.fact.trunk
                                                     : settings().callback->trunk;
  out_.Urgent(DialOut{.call = RefOf(ticket),
                      .leg = transfer.leg,
                      .to = ToNumber{.trunk = trunk, .number = transfer.number},
                      .bridge_with = LegId(),
                      .caller_id = settings().caller_id,
                      .transfer = ToOf(ticket),
                      .recording = settings().recording});
}

void QueueStepper::RefuseRefer(Ticket& ticket, const std::string& transfer, int sip_code) {
  out_.Urgent(SteerTransfer{.call = RefOf(ticket),
                            .transfer = transfer,
                            .verb = TransferVerb::kRefuse,
                            .sip_code = sip_code});
}

void QueueStepper::TransferSeized(const Seizure& seizure, const SeizeAnswered& event) {
  Ticket* ticket = Find(seizure.ticket);
  const bool wanted = ticket != nullptr && ticket->transfer &&
                      ticket->transfer->id == event.seize &&
                      ticket->state == TicketState::kConnected;
  if (!wanted) {
    if (event.offer) out_.Urgent(ReportOffer{event.offer->reservation, OfferEnd::kWithdrawn});
    return Answered(seizure.request, NoTransferTo("NOT_BRIDGED"));
  }
  if (!event.offer) {
    if (ticket->transfer->by_phone) {
      RefuseRefer(*ticket, event.seize,
                  event.reason == "AGENT_NOT_FOUND" ? 404
                  : event.reason == "FULL"          ? 486
                                                    : 480);
    }
    const bool consult = std::exchange(ticket->transfer, std::nullopt)->consult;
    return Answered(seizure.request,
                    agent_pool::SeizeRefusal(event.reason, "The customer cannot be passed there.",
                                             agent_pool::TargetField(consult)));
  }
  TicketTransfer& transfer = *ticket->transfer;
  transfer.agent = event.offer;
  transfer.leg = LegFor(event.offer->reservation);
  out_.Urgent(TakeGrant{.grant = 0,
                        .demand = ticket->id,
                        .held = {{.reservation = event.offer->reservation,
                                  .agent = event.offer->agent,
                                  .demand = ticket->id,
                                  .call = ticket->call,
                                  .leg = transfer.leg}}});
  Note(*ticket, TicketChange::kOffered, "transfer", event.offer->agent);
  PlaceTarget(*ticket);
  Answered(seizure.request);
}

// The edge did not place the target: nothing has changed there.
void QueueStepper::TargetRefused(Ticket& ticket, const std::string& reason) {
  const TicketTransfer transfer = *std::exchange(ticket.transfer, std::nullopt);
  if (transfer.agent) {
    const bool device = reason == "NOT_REGISTERED";
    out_.Urgent(ReportOffer{transfer.agent->reservation,
                            device ? OfferEnd::kDeviceFault : OfferEnd::kWithdrawn});
  }
  if (transfer.by_phone) RefuseRefer(ticket, transfer.id, 480);
  Answered(transfer.request, NotPlaced(transfer, reason));
}

// The number's leg is there, whatever becomes of it; or it never will be.
void QueueStepper::AnswerPlaced(Ticket& ticket, std::optional<Error> refused) {
  if (ticket.transfer) Answered(std::exchange(ticket.transfer->request, {}), std::move(refused));
}

void QueueStepper::FollowTransfer(Ticket& ticket, const CallFact& before) {
  const TransferFact& now = ticket.fact.transfer;
  if (now.id.empty()) return;
  if (ticket.transfer && ticket.transfer->id == now.id &&
      now.state != TransferFact::State::kAsked) {
    AnswerPlaced(ticket, {});
  }
  const bool fresh = before.transfer.id != now.id;
  if (fresh && now.by_phone && now.state == TransferFact::State::kAsked) DecideRefer(ticket);
  if (auto& transfer = ticket.transfer; transfer && transfer->agent && !transfer->told_answered) {
    const LegFact* target = FindLeg(ticket.fact.agents, transfer->leg);
    if (target != nullptr && target->answered_at_all()) {
      transfer->told_answered = true;
      out_.Urgent(ReportOffer{transfer->agent->reservation, OfferEnd::kAnswered});
    }
  }
  const bool over = now.state == TransferFact::State::kOver;
  if (over && (fresh || before.transfer.state != now.state)) SettleTransfer(ticket);
}

// A phone's REFER: a number of ours or of the world, or the name of a colleague.
void QueueStepper::DecideRefer(Ticket& ticket) {
  const TransferFact& asked = ticket.fact.transfer;
  const bool talks =
      ticket.state == TicketState::kConnected && asked.referrer == ticket.talking_leg;
  if (!talks) return RefuseRefer(ticket, asked.id, 403);
  if (ticket.transfer) return RefuseRefer(ticket, asked.id, 491);
  LookUp(ticket, {.id = asked.id, .by_phone = true}, asked.dialled, {});
}

// The agent who passed the customer on goes to wrap-up; a target that did not get it is let go.
void QueueStepper::SettleTransfer(Ticket& ticket) {
  ticket.may_stay = true;
  std::optional<TicketTransfer> transfer;
  if (ticket.transfer && ticket.transfer->id == ticket.fact.transfer.id) {
    transfer = std::exchange(ticket.transfer, std::nullopt);
  }
  const TransferFact& now = ticket.fact.transfer;
  if (!now.completed) {
    if (transfer) LetTargetGo(ticket, *transfer);
    return;
  }
  const bool ours = !ticket.talking_leg.empty() && now.referrer == ticket.talking_leg;
  if (ours) return PassOn(ticket, transfer);
  if (transfer) LetTargetGo(ticket, *transfer);
}

void QueueStepper::PassOn(Ticket& ticket, const std::optional<TicketTransfer>& transfer) {
  CompleteTalk(ticket, LegFact{.leg = ticket.talking_leg});
  const LegId to = ticket.fact.transfer.target;
  const LegFact* agent = FindLeg(ticket.fact.agents, to);
  ticket.talking_leg = agent != nullptr ? to : LegId();
  ticket.talking_reservation = agent != nullptr ? agent->reservation : ReservationId();
  ticket.talk_reported = false;
  ticket.passed_leg = agent != nullptr ? LegId() : to;
  ticket.segment = now_.wall;
  if (agent != nullptr) {
    ticket.agent = agent->agent;
    const bool granted = transfer && transfer->agent;
    ticket.agent_name = granted ? transfer->agent->agent_name : "";
    ticket.agents_wrap_up = granted ? transfer->agent->wrap_up : std::nullopt;
  }
  if (ticket.state != TicketState::kConnected) return;  // Being hung up meanwhile.
  if (agent != nullptr) {
    m_.last_agents.Note(ticket.caller, ticket.agent, now_.wall);
    Note(ticket, TicketChange::kForced, "transfer", ticket.agent);
  } else {
    Note(ticket, TicketChange::kOverflowed,
         "transfer " + (transfer ? transfer->number : ticket.fact.transfer.dialled));
  }
  Save(ticket);
  Changed(ticket);
}

void QueueStepper::LetTargetGo(const Ticket& ticket, const TicketTransfer& transfer) {
  if (!transfer.agent) return;
  const LegFact* leg = FindLeg(ticket.fact.agents, transfer.leg);
  if (leg == nullptr || !leg->answered_at_all()) {
    out_.Urgent(ReportOffer{transfer.agent->reservation,
                            leg != nullptr && leg->over ? leg->end : OfferEnd::kWithdrawn});
    return;
  }
  const WallTime end = leg->over ? leg->ended : now_.wall;
  out_.Urgent(CompleteWork{
      .reservation = transfer.agent->reservation,
      .outcome = "consulted",
      .talk =
          std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(end - leg->answered)),
      .wrap_up = settings().wrap_up});
}

// The talk is over before the edge has heard of the transfer: it will refuse the target's leg.
void QueueStepper::DropTransfer(Ticket& ticket) {
  if (!ticket.transfer || ticket.transfer->id == ticket.fact.transfer.id) return;
  if (const auto& agent = ticket.transfer->agent) {
    out_.Urgent(ReportOffer{agent->reservation, OfferEnd::kWithdrawn});
  }
  AnswerPlaced(ticket, NoTransferTo("NOT_BRIDGED"));
  ticket.transfer.reset();
}

// Begun under an earlier owner, and still under way.
void QueueStepper::AdoptTransfer(Ticket& ticket, const LegFact& target) {
  const TransferFact& transfer = ticket.fact.transfer;
  ticket.transfer =
      TicketTransfer{.id = transfer.id,
                     .by_phone = transfer.by_phone,
                     .leg = target.leg,
                     .agent = AgentOffer{.reservation = target.reservation, .agent = target.agent}};
}

}  // namespace callfleet::queue
