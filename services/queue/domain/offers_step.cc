// Agents: granted, rung, answered or not.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

// Why the edge rings no agent where the phone is not at fault: the caller or its call has gone.
bool IsCallersEnd(const std::string& reason) {
  return reason == "TOO_LATE" || reason == "LEG_NOT_FOUND" || reason == "CALL_NOT_FOUND" ||
         reason == "DRAINING" || reason == "NOT_CONTROLLER" || reason == "BOOT_CHANGED";
}

}  // namespace

// Unique for ever, as the reservation is.
LegId QueueStepper::LegFor(const ReservationId& reservation) {
  return LegId(reservation.str() + "-a");
}

bool QueueStepper::HasOpenOffers(const Ticket& ticket) {
  return std::any_of(ticket.offers.begin(), ticket.offers.end(),
                     [](const LiveOffer& offer) { return !offer.reported; });
}

void QueueStepper::On(const Granted& event) {
  Ticket* ticket = Find(event.demand);
  const bool wanted =
      ticket != nullptr && ticket->demanded && !m_.closing && !m_.fenced &&
      (ticket->state == TicketState::kWaiting || ticket->state == TicketState::kCallback) &&
      !event.offers.empty();
  // Of an older revision: the skills may have been raised since then, so it is asked for anew.
  if (!wanted || event.revision != ticket->revision) {
    out_.Urgent(ReturnGrant{event.grant});
    return;
  }
  TakeOffers(*ticket, event.grant, event.offers);
}

// A callback is made where its caller came in if that edge can ring the agent, else where one can;
// where none of these is watched its orders wait at the one that the registry has named.
EdgeId QueueStepper::EdgeFor(const Ticket& ticket, const AgentOffer& agent) const {
  std::vector<EdgeId> may = agent.edges;
  if (may.empty() && !agent.edge.empty()) may.push_back(agent.edge);
  const auto up = [&](const EdgeId& edge) { return m_.edges.contains(edge); };
  if (may.empty()) {  // Nobody knows: any.
    if (up(ticket.edge)) return ticket.edge;
    return m_.edges.empty() ? EdgeId() : m_.edges.begin()->first;
  }
  const auto own = std::find(may.begin(), may.end(), ticket.edge);
  if (own != may.end() && up(*own)) return *own;
  const auto first = std::find_if(may.begin(), may.end(), up);
  return first != may.end() ? *first : may.front();
}

void QueueStepper::TakeOffers(Ticket& ticket, std::uint64_t grant,
                              const std::vector<AgentOffer>& offers) {
  ticket.demanded = false;
  ticket.refusals = 0;
  ticket.offers.clear();
  if (ticket.IsCallback()) {
    ticket.asked_while_tried = false;
    ticket.call = CallId(ids_.Next());  // A call of its own, made for the agent first.
    ticket.customer_leg = LegId(ticket.call.str() + "-c");
    ticket.edge = EdgeFor(ticket, offers.front());
    const auto up = m_.edges.find(ticket.edge);
    ticket.boot = up != m_.edges.end() ? up->second : BootId();
    ticket.fact = {};
    m_.by_call[ticket.call] = ticket.id;
  }
  TakeGrant take{.grant = grant, .demand = ticket.id, .held = {}};
  for (const auto& agent : offers) {
    const LegId leg = LegFor(agent.reservation);
    ticket.offers.push_back({.agent = agent, .leg = leg});
    take.held.push_back({.reservation = agent.reservation,
                         .agent = agent.agent,
                         .demand = ticket.id,
                         .call = ticket.call,
                         .leg = leg});
  }
  out_.Urgent(std::move(take));
  Fire(ticket, TicketEvent::kGranted);
}

void QueueStepper::RingAgents(Ticket& ticket) {
  for (const auto& offer : ticket.offers) {
    ++ticket.offers_made;
    Note(ticket, TicketChange::kOffered, {}, offer.agent.agent);
    out_.Durable(
        RingAgent{.call = RefOf(ticket),
                  .leg = offer.leg,
                  .agent = offer.agent,
                  .bridge_with = ticket.IsCallback() ? LegId() : ticket.customer_leg,
                  .ring_timeout = settings().ring_timeout,
                  .shown_number = ticket.IsCallback() ? ticket.callback->number : ticket.caller,
                  .shown_name = settings().name,
                  .ticket = ticket.id,
                  .transfer = {},
                  .campaign = ticket.from_campaign,
                  .recording = settings().recording});
  }
}

void QueueStepper::CountOffer(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      break;
    case OfferEnd::kNoAnswer:
      ++m_.figures.offers_no_answer;
      break;
    case OfferEnd::kDeclined:
      ++m_.figures.offers_declined;
      break;
    case OfferEnd::kDeviceFault:
      ++m_.figures.offers_device_fault;
      break;
    case OfferEnd::kWithdrawn:
      ++m_.figures.offers_withdrawn;
      break;
  }
}

void QueueStepper::OfferOver(Ticket& ticket, LiveOffer& offer, OfferEnd end) {
  if (std::exchange(offer.reported, true)) return;
  // Answered and gone again before anybody was heard: the phone hung up, nobody talked.
  if (end == OfferEnd::kAnswered) end = OfferEnd::kDeclined;
  CountOffer(end);
  Note(ticket, TicketChange::kOfferEnded, std::string(Name(end)), offer.agent.agent);
  out_.Urgent(ReportOffer{.reservation = offer.agent.reservation, .end = end});
}

// The edge has decided who was first: that leg is bridged. Others that are up are one too many.
void QueueStepper::PickedUp(Ticket& ticket, const LegFact& leg) {
  if (ticket.state != TicketState::kOffered) {
    out_.Urgent(HangUpCall{.call = RefOf(ticket), .leg = leg.leg, .keep_peers = true});
    return;
  }
  if (!ticket.IsCallback() && !leg.was_bridged) {
    if (!ticket.answered_here || !ticket.fact.customer->answered_at_all()) return Answer(ticket);
    out_.Urgent(HangUpCall{.call = RefOf(ticket), .leg = leg.leg});
    return;
  }
  ticket.last_chance = false;
  ticket.talking_leg = leg.leg;
  ticket.talking_reservation = leg.reservation;
  ticket.agent = leg.agent;
  for (auto& offer : ticket.offers) {
    if (offer.leg == leg.leg) {
      ticket.agent_name = offer.agent.agent_name;
      ticket.agents_wrap_up = offer.agent.wrap_up;
      m_.last_wrap_up = offer.agent.wrap_up.value_or(m_.last_wrap_up);
      ticket.talking_reservation = offer.agent.reservation;
      out_.Urgent(ReportOffer{.reservation = offer.agent.reservation, .end = OfferEnd::kAnswered});
    } else if (!offer.reported) {
      out_.Urgent(HangUpCall{.call = RefOf(ticket), .leg = offer.leg});
    }
  }
  Fire(ticket, TicketEvent::kPickedUp);
}

// The queue's, else the agent's own. Of one whom an earlier owner was granted nothing is known: as
// that of the agent who has answered last.
milliseconds QueueStepper::WrapUpAfter(const Ticket& ticket) const {
  return settings().wrap_up.value_or(ticket.agents_wrap_up.value_or(m_.last_wrap_up));
}

// Of the present agent: its share of the talk. A leg that is not over ends now, as far as we know.
void QueueStepper::CompleteTalk(Ticket& ticket, const LegFact& leg, const char* outcome) {
  if (leg.leg.empty() || std::exchange(ticket.talk_reported, true)) return;
  for (auto& offer : ticket.offers) {
    if (offer.leg == leg.leg) offer.reported = true;
  }
  const bool talked = ticket.answered != WallTime{};
  milliseconds talk{0};
  if (talked) {
    const auto end = leg.ended != WallTime{} ? leg.ended : now_.wall;
    const auto since = ticket.segment != WallTime{} ? ticket.segment : ticket.answered;
    talk = std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(end - since));
    ticket.talk += talk;
    const auto wrap_up = WrapUpAfter(ticket);
    m_.estimator.OnServed(talk + wrap_up);
    m_.figures.talk += talk;
    std::erase_if(m_.wrapping, [&](MonoTime until) { return until <= now_.mono; });
    if (wrap_up > milliseconds(0)) m_.wrapping.push_back(now_.mono + wrap_up);
  }
  if (ticket.talking_reservation.empty()) return;  // A colleague who was called without us.
  out_.Urgent(CompleteWork{
      .reservation = ticket.talking_reservation,
      .outcome = talked ? outcome : "callback_missed",
      .talk = talk,
      .wrap_up = talked ? settings().wrap_up : std::optional<milliseconds>(milliseconds(0))});
}

// Their legs end, and with the legs' ends the offers are told as withdrawn. A phone that was
// answered at this very moment does not take the caller with it.
void QueueStepper::WithdrawOffers(Ticket& ticket) {
  for (auto& offer : ticket.offers) {
    if (offer.reported) continue;
    offer.withdrawn = true;
    out_.Urgent(HangUpCall{.call = RefOf(ticket), .leg = offer.leg, .keep_peers = true});
  }
}

// The call is over: what was never rung has no leg whose end would tell it.
void QueueStepper::DropOffers(Ticket& ticket) {
  for (auto& offer : ticket.offers) {
    if (offer.leg != ticket.talking_leg) OfferOver(ticket, offer, OfferEnd::kWithdrawn);
  }
}

// The ticket goes on without this call: phones that may still ring for it are not free yet.
std::vector<LiveOffer> QueueStepper::TakeRinging(Ticket& ticket) {
  std::vector<LiveOffer> ringing;
  for (auto& offer : ticket.offers) {
    if (offer.leg == ticket.talking_leg || std::exchange(offer.reported, true)) continue;
    CountOffer(OfferEnd::kWithdrawn);
    Note(ticket, TicketChange::kOfferEnded, std::string(Name(OfferEnd::kWithdrawn)),
         offer.agent.agent);
    ringing.push_back(offer);
  }
  return ringing;
}

void QueueStepper::On(const ReservationLost& event) {
  for (auto& [id, ticket] : m_.tickets) {
    if (const auto& transfer = ticket.transfer;
        transfer && transfer->agent && transfer->agent->reservation == event.reservation) {
      if (!transfer->told_answered) {
        out_.Urgent(HangUpCall{.call = RefOf(ticket), .leg = transfer->leg});
      }
      return;
    }
    for (auto& offer : ticket.offers) {
      if (offer.agent.reservation != event.reservation || offer.reported) continue;
      // A talk goes on: its leg proves it, the slot ends with the leg.
      if (offer.leg == ticket.talking_leg) return;
      out_.Urgent(HangUpCall{.call = RefOf(ticket), .leg = offer.leg, .keep_peers = true});
      OfferOver(ticket, offer, OfferEnd::kWithdrawn);
      if (ticket.state == TicketState::kOffered && !HasOpenOffers(ticket)) OffersOver(ticket);
      return;
    }
  }
}

void QueueStepper::RingRefused(Ticket& ticket, const LegId& leg, const std::string& reason) {
  for (auto& offer : ticket.offers) {
    if (offer.leg != leg || offer.reported) continue;
    OfferOver(ticket, offer, IsCallersEnd(reason) ? OfferEnd::kWithdrawn : OfferEnd::kDeviceFault);
  }
  if (ticket.state == TicketState::kOffered && !HasOpenOffers(ticket)) OffersOver(ticket);
}

// A prompt that the edge does not have must not keep a caller unanswered.
void QueueStepper::AnswerRefused(Ticket& ticket, const std::string& reason) {
  if (reason == "TOO_LATE" || reason == "CALL_NOT_FOUND" || ticket.plain_sound) return;
  ticket.plain_sound = true;
  out_.Durable(AnswerCall{.call = RefOf(ticket), .sound = Music(ticket)});
}

// Nobody takes the call over, or the customer of a callback cannot be dialled.
void QueueStepper::WayOutRefused(Ticket& ticket, const std::string& reason) {
  if (ticket.IsCallback() && ticket.state == TicketState::kCallingBack) {
    ticket.reason = reason;
    Fire(ticket, TicketEvent::kMissed);
  } else if (ticket.state == TicketState::kLeaving) {
    if (ticket.answered != WallTime{}) return CameBack(ticket);
    FireEnd(ticket, TicketEvent::kNobodyTookIt, TicketEnd::kOverflowed, ticket.reason);
  }
}

void QueueStepper::On(const CommandRefused& event) {
  if (event.reason == "CALL_NOT_FOUND") LooseOver(event.call);
  Ticket* ticket = FindByCall(event.call);
  if (ticket == nullptr) return;
  if (ticket->transfer && !event.leg.empty() && event.leg == ticket->transfer->leg) {
    const bool placing = event.command == Command::kRing || event.command == Command::kOriginate;
    if (placing) TargetRefused(*ticket, event.reason);
    return;
  }
  switch (event.command) {
    case Command::kRing:
      RingRefused(*ticket, event.leg, event.reason);
      break;
    case Command::kAnswer:
      AnswerRefused(*ticket, event.reason);
      break;
    case Command::kPlay:
      if (ticket->Waits() && !ticket->IsCallback() && !std::exchange(ticket->plain_sound, true)) {
        PlayMusic(*ticket);
      }
      break;
    case Command::kHandOver:
    case Command::kOriginate:
      WayOutRefused(*ticket, event.reason);
      break;
    case Command::kTransfer:
      if (ticket->parting) {  // The edge gave our answer to the REFER up: the agent goes all the
                              // same.
        out_.Urgent(
            HangUpCall{.call = RefOf(*ticket), .leg = ticket->talking_leg, .keep_peers = true});
      }
      break;
    case Command::kClaim:
    case Command::kHangUp:
    case Command::kHold:
      break;  // The next fact tells what is.
  }
}

}  // namespace callfleet::queue
