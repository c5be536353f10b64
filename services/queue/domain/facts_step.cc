// What the edge says about calls that have a ticket, and calls that it has lost.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

bool OursIs(const CallFact& fact, const QueueId& queue) {
  return fact.controller && fact.controller->unit.kind == UnitKind::kQueue &&
         fact.controller->unit.id == queue.str();
}

}  // namespace

void QueueStepper::Follow(Ticket& ticket, const CallFact& fact) {
  if (fact.boot == ticket.fact.boot && fact.version <= ticket.fact.version && !ticket.adopted) {
    return;
  }
  const CallFact before = std::exchange(ticket.fact, fact);
  ticket.edge = fact.edge;
  ticket.boot = fact.boot;
  const bool adopted = std::exchange(ticket.adopted, false);
  if (adopted) {
    Adopt(ticket, fact);
    Changed(ticket);
  }
  if (!OursIs(fact, m_.queue.id)) {
    // It was on its way there when the earlier owner ended.
    if (adopted && fact.controller) Fire(ticket, TicketEvent::kSentOn);
    // Another unit has taken it: what we sent away has arrived there.
    if (ticket.state == TicketState::kLeaving && fact.controller) {
      FireEnd(ticket, TicketEvent::kArrivedThere, TicketEnd::kOverflowed, ticket.reason);
    }
    return;
  }
  FollowTransfer(ticket, before);
  FollowOffers(ticket);
  FollowTalk(ticket);
  if (ticket.IsCallback()) FollowCallback(ticket);
  FollowCustomer(ticket);
  if (ticket.state == TicketState::kLeaving) FollowLeaving(ticket, before);
  FollowDigits(ticket);
  if (fact.ended && ticket.call == fact.call) Fire(ticket, TicketEvent::kOver);
}

// Who rings, and who talks.
void QueueStepper::AdoptLegs(Ticket& ticket, const CallFact& fact) {
  const bool talks =
      ticket.state == TicketState::kConnected || ticket.state == TicketState::kCallingBack;
  // It talked before and was to wait again: what is over is no news.
  const bool back = ticket.state == TicketState::kWaiting && ticket.answered != WallTime{};
  for (const auto& leg : fact.agents) {
    if (leg.reservation.empty() || (leg.over && (back || !leg.was_bridged))) continue;
    if (leg.leg == fact.transfer.target && fact.transfer.pending()) {
      AdoptTransfer(ticket, leg);
      continue;
    }
    if (leg.leg == fact.transfer.target && !fact.transfer.completed) continue;
    AgentOffer agent{.reservation = leg.reservation, .agent = leg.agent};
    ticket.offers.push_back({.agent = agent, .leg = leg.leg});
    if (talks && leg.answered_at_all()) {
      ticket.talking_leg = leg.leg;
      ticket.talking_reservation = leg.reservation;
      ticket.segment = std::max(ticket.answered, leg.answered);
    }
  }
  // Agents who have passed the customer on were let go by whoever owned it then.
  std::erase_if(ticket.offers, [&](const LiveOffer& offer) {
    return talks && offer.leg != ticket.talking_leg && FindLeg(fact.agents, offer.leg)->over;
  });
}

// It had been sent on to a number or URI, which rings or talks: whoever is kept as waiting does
// not.
bool QueueStepper::AdoptWayOut(Ticket& ticket, const CallFact& fact) {
  const bool kept_leaving =
      !ticket.notes.empty() && ticket.notes.back().what == TicketChange::kOverflowed;
  if (ticket.state != TicketState::kWaiting || !kept_leaving) return false;
  const auto out = std::ranges::find_if(fact.others, [](const LegFact& leg) { return !leg.over; });
  if (out == fact.others.end() || fact.ended || !OursIs(fact, m_.queue.id)) return false;
  const std::string& sent = ticket.notes.back().detail;
  ticket.reason = sent.substr(0, sent.find(' '));
  LeaveOrder(ticket);
  ticket.state = TicketState::kLeaving;
  ticket.sent_on_by_leg = true;
  ticket.way_out = out->leg;
  Note(ticket, TicketChange::kAdopted);
  Repaired(RepairKind::kCallAdopted, ticket, "new_owner");
  return true;
}

// The call goes on under a new owner: what rings and who talks is read off its legs.
void QueueStepper::Adopt(Ticket& ticket, const CallFact& fact) {
  ticket.digits = fact.digit_count;
  ticket.may_stay = true;  // The earlier owner's last order may still be on its way.
  if (fact.customer) {
    ticket.customer_leg = fact.customer->leg;
    ticket.answered_here = fact.customer->answered_at_all();
  }
  if (AdoptWayOut(ticket, fact)) return;
  AdoptLegs(ticket, fact);
  if (ticket.state == TicketState::kCallback) {
    DropCall(ticket);
    if (m_.joined) CallbackDue(ticket);
    return;
  }
  if (ticket.state == TicketState::kWaiting && !ticket.offers.empty()) {
    ++m_.offered;
    ticket.state = TicketState::kOffered;
  }
  if (fact.ended || !OursIs(fact, m_.queue.id)) return;
  const bool was_leaving =
      !ticket.notes.empty() && ticket.notes.back().what == TicketChange::kOverflowed;
  Note(ticket, TicketChange::kAdopted);
  if (was_leaving && ticket.Waits()) Save(ticket);
  Repaired(RepairKind::kCallAdopted, ticket, "new_owner");
  if (!ticket.Waits() || ticket.IsCallback()) return;
  if (!ticket.required_agent.empty()) return AskAgain(ticket);
  if (!ticket.answered_here) {
    ticket.answered_here = true;
    out_.Durable(
        AnswerCall{.call = RefOf(ticket), .early_media_only = false, .sound = Music(ticket)});
  }
  ArmAnnouncement(ticket, true);
  ArmRelaxation(ticket);
  ArmMaxWait(ticket);
  Demand(ticket);  // Its edge was away when the pool was joined.
}

void QueueStepper::FollowCustomer(Ticket& ticket) {
  const auto& customer = ticket.fact.customer;
  if (!customer || !customer->over || ticket.IsCallback()) return;
  const bool before_agent =
      ticket.state == TicketState::kWaiting || ticket.state == TicketState::kOffered;
  if (before_agent) {
    FireEnd(ticket, TicketEvent::kCallerLeft, TicketEnd::kAbandoned, "caller_left");
  } else if (ticket.state == TicketState::kLeaving) {
    FireEnd(ticket, TicketEvent::kCallerLeft, TicketEnd::kOverflowed, ticket.reason);
  }
}

void QueueStepper::FollowOffers(Ticket& ticket) {
  for (auto& offer : ticket.offers) {
    if (offer.reported || offer.leg == ticket.talking_leg) continue;
    const LegFact* leg = FindLeg(ticket.fact.agents, offer.leg);
    if (leg == nullptr) continue;
    if (offer.withdrawn) {
      if (leg->over) OfferOver(ticket, offer, OfferEnd::kWithdrawn);
      continue;
    }
    const bool talked = leg->was_bridged && ticket.state == TicketState::kOffered;
    if (talked && !ticket.IsCallback()) {
      PickedUp(ticket, *leg);  // Also where it is over already: the two came in one record.
    } else if (leg->over) {
      OfferOver(ticket, offer, leg->end);
    } else if (leg->answered_at_all()) {
      PickedUp(ticket, *leg);
    }
  }
  if (ticket.state == TicketState::kOffered && !HasOpenOffers(ticket)) OffersOver(ticket);
}

void QueueStepper::FollowTalk(Ticket& ticket) {
  if (ticket.talking_leg.empty() && ticket.passed_leg.empty()) return;
  const LegFact* partner = FindLeg(ticket.fact.agents, ticket.talking_leg);
  const bool agent_over = partner != nullptr && partner->over;
  if (agent_over) CompleteTalk(ticket, *partner);
  if (agent_over && ticket.parting) return Parted(ticket);
  if (partner == nullptr) partner = FindLeg(ticket.fact.others, ticket.passed_leg);
  if (ticket.state == TicketState::kConnected) FollowParties(ticket, partner);
}

// The talk is over with whoever leaves first, but for a customer whom a target may still take.
void QueueStepper::FollowParties(Ticket& ticket, const LegFact* partner) {
  const bool partner_over = partner != nullptr && partner->over;
  const auto& customer = ticket.fact.customer;
  const bool customer_over = customer && customer->over;
  if (!partner_over && !customer_over) return;
  if (!customer_over && ticket.fact.transfer.pending()) return;
  const bool partner_first = partner_over && (!customer_over || partner->ended < customer->ended);
  const bool passed = ticket.talking_leg.empty();
  // The edge ends the customer's leg too, but for one that was told to stay.
  const bool alone = ticket.may_stay && customer && !customer_over && !customer->bridged;
  FireEnd(ticket, TicketEvent::kTalkOver, TicketEnd::kAnswered,
          !partner_first ? "caller_hung_up"
          : passed       ? "target_hung_up"
                         : "agent_hung_up");
  if (alone) HangUp(ticket);
}

void QueueStepper::FollowLeaving(Ticket& ticket, const CallFact& before) {
  if (ticket.sent_on_by_leg) {
    const LegFact* leg = FindLeg(ticket.fact.others, ticket.way_out);
    if (leg != nullptr && leg->over) {
      FireEnd(ticket, TicketEvent::kNobodyTookIt, TicketEnd::kOverflowed, ticket.reason);
    }
    return;
  }
  // The offer was there and is not any more, and the call is still ours.
  if (before.offered && !ticket.fact.offered) {
    if (ticket.answered != WallTime{}) return CameBack(ticket);
    FireEnd(ticket, TicketEvent::kNobodyTookIt, TicketEnd::kOverflowed, ticket.reason);
  }
}

void QueueStepper::FollowDigits(Ticket& ticket) {
  if (ticket.fact.digit_count <= ticket.digits) return;
  const std::string all = ticket.fact.digits;
  const auto fresh = std::min<std::uint64_t>(ticket.fact.digit_count - ticket.digits, all.size());
  ticket.digits = ticket.fact.digit_count;
  if (ticket.parting) return;
  for (const char digit : all.substr(all.size() - fresh)) {
    const bool waits =
        ticket.state == TicketState::kWaiting || ticket.state == TicketState::kOffered;
    if (!waits || ticket.IsCallback()) return;
    TakeExit(ticket, digit);
  }
}

void QueueStepper::FollowLoose(const CallFact& fact) {
  std::erase_if(m_.loose.at(fact.call).ringing, [&](const LiveOffer& offer) {
    const LegFact* leg = FindLeg(fact.agents, offer.leg);
    if (leg == nullptr || !leg->over) return false;
    out_.Urgent(ReportOffer{offer.agent.reservation, OfferEnd::kWithdrawn});
    return true;
  });
  if (!fact.ended) return;
  m_.done[fact.call] = fact.edge;
  out_.Durable(AcknowledgeCall{{.call = fact.call, .edge = fact.edge, .boot = fact.boot}});
  LooseOver(fact.call);
}

void QueueStepper::LooseOver(const CallId& call) {
  const auto over = m_.loose.extract(call);
  if (over.empty()) return;
  for (const auto& offer : over.mapped().ringing) {
    out_.Urgent(ReportOffer{offer.agent.reservation, OfferEnd::kWithdrawn});
  }
}

void QueueStepper::CallLost(Ticket& ticket) {
  Repaired(RepairKind::kCallInterrupted, ticket, "edge_restarted");
  const bool talked = ticket.answered != WallTime{};
  if (talked && ticket.talking_leg.empty() && ticket.talk.count() == 0) {
    ticket.talk =
        std::chrono::duration_cast<std::chrono::milliseconds>(now_.wall - ticket.answered);
  }
  CompleteTalk(ticket, LegFact{.leg = ticket.talking_leg}, "interrupted");
  if (ticket.transfer && ticket.transfer->agent) {
    const bool up = ticket.transfer->told_answered;
    const auto reservation = ticket.transfer->agent->reservation;
    if (up) out_.Urgent(CompleteWork{.reservation = reservation, .outcome = "interrupted"});
    if (!up) out_.Urgent(ReportOffer{reservation, OfferEnd::kWithdrawn});
  }
  AnswerPlaced(ticket, Error{.code = ErrorCode::kFailedPrecondition,
                             .reason = "NOT_BRIDGED",
                             .message = "The edge has lost the call."});
  ticket.transfer.reset();
  DropOffers(ticket);
  FireEnd(ticket, TicketEvent::kLost, talked ? TicketEnd::kAnswered : TicketEnd::kInterrupted,
          "edge_restarted");
}

void QueueStepper::On(const EdgeUp& event) {
  m_.edges[event.edge] = event.boot;
  std::vector<TicketId> lost;
  for (const auto& [id, ticket] : m_.tickets) {
    const bool here = ticket.edge == event.edge || ticket.edge.empty();
    if (ticket.call.empty() || !here || event.known.contains(ticket.call)) continue;
    // A call that we are only about to make is not there yet.
    if (ticket.boot == event.boot && !ticket.adopted && ticket.fact.version == 0) continue;
    lost.push_back(id);
  }
  for (const auto& id : lost) {
    Ticket* ticket = Find(id);
    if (ticket == nullptr) continue;
    ticket->adopted = false;
    if (ticket->state != TicketState::kCallback) {
      CallLost(*ticket);
      continue;
    }
    m_.by_call.erase(ticket->call);  // The call that it was asked for in is over.
    ticket->call = CallId();
    if (m_.joined) CallbackDue(*ticket);
  }
  const auto gone = [&](const CallId& call, const EdgeId& edge) {
    return edge == event.edge && !event.known.contains(call);
  };
  std::erase_if(m_.done, [&](const auto& each) { return gone(each.first, each.second); });
  std::erase_if(m_.unknown, [&](const auto& each) { return gone(each.first, each.second.edge); });
  std::vector<CallId> over;
  for (const auto& [id, loose] : m_.loose) {
    if (gone(id, loose.call.edge)) over.push_back(id);
  }
  for (const CallId& call : over) LooseOver(call);
  CheckStaffing();
}

void QueueStepper::On(const EdgeDown& event) {
  m_.edges.erase(event.edge);
  CheckStaffing();
}

void QueueStepper::On(const EdgesHeard&) {
  if (!m_.joined) JoinThePool();
}

// What is held is what rings and talks; only after the edges were heard is it known. Callers of an
// edge that is away are asked for when it is back.
void QueueStepper::JoinThePool() {
  m_.joined = true;
  JoinPool join;
  for (const auto& [id, ticket] : m_.tickets) {
    for (const auto& offer : ticket.offers) {
      if (offer.reported) continue;
      join.held.push_back({.reservation = offer.agent.reservation,
                           .agent = offer.agent.agent,
                           .demand = id,
                           .call = ticket.call,
                           .leg = offer.leg});
    }
    if (!ticket.transfer || !ticket.transfer->agent) continue;
    join.held.push_back({.reservation = ticket.transfer->agent->reservation,
                         .agent = ticket.transfer->agent->agent,
                         .demand = id,
                         .call = ticket.call,
                         .leg = ticket.transfer->leg});
  }
  out_.Urgent(std::move(join));
  for (auto& [id, ticket] : m_.tickets) {
    if (ticket.state == TicketState::kCallback) {
      if (std::exchange(ticket.adopted, false)) DropCall(ticket);  // Should it go on at its edge.
      CallbackDue(ticket);
    }
    if (ticket.state == TicketState::kWaiting) Demand(ticket);
  }
}

}  // namespace callfleet::queue
