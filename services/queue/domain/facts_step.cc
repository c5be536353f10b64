// What the edge says about calls that have a ticket, and calls that it has lost.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

const LegFact* LegOf(const std::vector<LegFact>& legs, const LegId& id) {
  const auto found =
      std::find_if(legs.begin(), legs.end(), [&](const LegFact& leg) { return leg.leg == id; });
  return found == legs.end() ? nullptr : &*found;
}

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
  if (std::exchange(ticket.adopted, false)) Adopt(ticket, fact);
  if (!OursIs(fact, m_.queue.id)) {
    // Another unit has taken it: what we sent away has arrived there.
    if (ticket.state == TicketState::kLeaving && fact.controller) {
      FireEnd(ticket, TicketEvent::kArrivedThere, TicketEnd::kOverflowed, ticket.reason);
    }
    return;
  }
  FollowOffers(ticket);
  FollowTalk(ticket);
  if (ticket.IsCallback()) FollowCallback(ticket);
  FollowCustomer(ticket);
  if (ticket.state == TicketState::kLeaving) FollowLeaving(ticket, before);
  FollowDigits(ticket);
  if (fact.ended && ticket.call == fact.call) Fire(ticket, TicketEvent::kOver);
}

// The call goes on under a new owner: what rings and who talks is read off its legs.
void QueueStepper::Adopt(Ticket& ticket, const CallFact& fact) {
  ticket.digits = fact.digit_count;
  if (fact.customer) {
    ticket.customer_leg = fact.customer->leg;
    ticket.answered_here = fact.customer->answered_at_all();
  }
  const bool talks =
      ticket.state == TicketState::kConnected || ticket.state == TicketState::kCallingBack;
  for (const auto& leg : fact.agents) {
    if (leg.reservation.empty() || (leg.over && !leg.was_bridged)) continue;
    AgentOffer agent{.reservation = leg.reservation, .agent = leg.agent};
    ticket.offers.push_back({.agent = agent, .leg = leg.leg});
    if (talks && leg.answered_at_all()) {
      ticket.talking_leg = leg.leg;
      ticket.talking_reservation = leg.reservation;
    }
  }
  if (ticket.state == TicketState::kCallback) return DropCall(ticket);
  if (ticket.state == TicketState::kWaiting && !ticket.offers.empty()) {
    ++m_.offered;
    ticket.state = TicketState::kOffered;
  }
  if (fact.ended || !OursIs(fact, m_.queue.id)) return;
  Note(ticket, TicketChange::kAdopted);
  Repaired(RepairKind::kCallAdopted, ticket, "new_owner");
  if (!ticket.Waits() || ticket.IsCallback()) return;
  if (!ticket.answered_here) {
    ticket.answered_here = true;
    out_.Durable(
        AnswerCall{.call = RefOf(ticket), .early_media_only = false, .sound = Music(ticket)});
  }
  ArmAnnouncement(ticket, true);
  ArmRelaxation(ticket);
  if (settings().max_wait > std::chrono::milliseconds(0)) {
    After(ticket.created + settings().max_wait - now_.wall, TimerKind::kMaxWait, ticket.id);
  }
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
    const LegFact* leg = LegOf(ticket.fact.agents, offer.leg);
    if (leg == nullptr) continue;
    const bool talked = leg->was_bridged && ticket.state == TicketState::kOffered;
    if (talked && !ticket.IsCallback()) {
      PickedUp(ticket, *leg);  // Also where it is over already: the two came in one record.
    } else if (leg->over) {
      OfferOver(ticket, offer, leg->end);
    } else if (leg->answered_at_all()) {
      PickedUp(ticket, *leg);
    }
  }
  if (ticket.state == TicketState::kOffered && !HasOpenOffers(ticket)) {
    Fire(ticket, TicketEvent::kOffersOver);
  }
}

void QueueStepper::FollowTalk(Ticket& ticket) {
  if (ticket.talking_leg.empty()) return;
  const LegFact* agent = LegOf(ticket.fact.agents, ticket.talking_leg);
  const bool agent_over = agent != nullptr && agent->over;
  if (agent_over) CompleteTalk(ticket, *agent);
  const bool customer_over = ticket.fact.customer && ticket.fact.customer->over;
  if (ticket.state != TicketState::kConnected || (!agent_over && !customer_over)) return;
  const bool agent_first =
      agent_over && (!customer_over || agent->ended < ticket.fact.customer->ended);
  FireEnd(ticket, TicketEvent::kTalkOver, TicketEnd::kAnswered,
          agent_first ? "agent_hung_up" : "caller_hung_up");
}

void QueueStepper::FollowLeaving(Ticket& ticket, const CallFact& before) {
  if (ticket.sent_on_by_leg) {
    const LegFact* leg = LegOf(ticket.fact.others, ticket.way_out);
    if (leg != nullptr && leg->over) {
      FireEnd(ticket, TicketEvent::kNobodyTookIt, TicketEnd::kOverflowed, ticket.reason);
    }
    return;
  }
  // The offer was there and is not any more, and the call is still ours.
  if (before.offered && !ticket.fact.offered) {
    FireEnd(ticket, TicketEvent::kNobodyTookIt, TicketEnd::kOverflowed, ticket.reason);
  }
}

void QueueStepper::FollowDigits(Ticket& ticket) {
  if (ticket.fact.digit_count <= ticket.digits) return;
  const std::string all = ticket.fact.digits;
  const auto fresh = std::min<std::uint64_t>(ticket.fact.digit_count - ticket.digits, all.size());
  ticket.digits = ticket.fact.digit_count;
  for (const char digit : all.substr(all.size() - fresh)) {
    const bool waits =
        ticket.state == TicketState::kWaiting || ticket.state == TicketState::kOffered;
    if (!waits || ticket.IsCallback()) return;
    TakeExit(ticket, digit);
  }
}

void QueueStepper::FollowLoose(const CallFact& fact) {
  if (!fact.ended) return;
  m_.done.insert(fact.call);
  out_.Durable(AcknowledgeCall{{.call = fact.call, .edge = fact.edge, .boot = fact.boot}});
  m_.loose.erase(fact.call);
}

void QueueStepper::CallLost(Ticket& ticket) {
  Repaired(RepairKind::kCallInterrupted, ticket, "edge_restarted");
  const bool talked = ticket.answered != WallTime{};
  if (talked && !std::exchange(ticket.talk_reported, true)) {
    ticket.talk =
        std::chrono::duration_cast<std::chrono::milliseconds>(now_.wall - ticket.answered);
    if (!ticket.talking_reservation.empty()) {
      out_.Urgent(CompleteWork{.reservation = ticket.talking_reservation,
                               .outcome = "interrupted",
                               .talk = ticket.talk,
                               .wrap_up = settings().wrap_up});
    }
  }
  for (auto& offer : ticket.offers) {
    if (offer.leg != ticket.talking_leg) OfferOver(ticket, offer, OfferEnd::kWithdrawn);
  }
  FireEnd(ticket, TicketEvent::kLost, talked ? TicketEnd::kAnswered : TicketEnd::kInterrupted,
          "edge_restarted");
}

void QueueStepper::On(const EdgeUp& event) {
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
  }
  std::erase_if(m_.done, [&](const CallId& call) { return !event.known.contains(call); });
  std::erase_if(m_.loose, [&](const auto& entry) {
    return entry.second.edge == event.edge && !event.known.contains(entry.first);
  });
  if (!m_.joined) JoinThePool();
}

// What is held is what rings and talks; only after the edge was heard is it known.
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
  }
  out_.Urgent(std::move(join));
  for (auto& [id, ticket] : m_.tickets) {
    if (ticket.state == TicketState::kCallback) CallbackDue(ticket);
    if (ticket.state == TicketState::kWaiting) Demand(ticket);
  }
}

}  // namespace callfleet::queue
