// Ways out of the queue before an agent answers: rules, digits, operators.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

constexpr int kMostHops = 8;  // Queues that send to one another end here.

// Performs the part of a way out that is the edge's.
struct Mover {
  const CallRef& call;
  const Ticket& ticket;
  QueueStep* out;
  std::string caller_id;

  void Dial(Destination to) const {
    if (!ticket.answered_here) {
      out->Durable(
          AnswerCall{.call = call, .sound = {.tone = HeardSound::Tone::kRingback, .loop = true}});
    } else {
      out->Durable(PlaySound{.call = call,
                             .leg = ticket.customer_leg,
                             .sound = {.tone = HeardSound::Tone::kRingback, .loop = true}});
    }
    out->Durable(DialOut{.call = call,
                         .leg = ticket.way_out,
                         .to = std::move(to),
                         .bridge_with = ticket.customer_leg,
                         .caller_id = caller_id});
  }
};

}  // namespace

// The queue that a call is handed to on its way there; an agent's calls are those of `direct`.
std::optional<QueueId> QueueStepper::NextQueue(const Destination& to) {
  if (const auto* queue = std::get_if<ToQueue>(&to)) return queue->queue;
  if (std::holds_alternative<ToAgent>(to)) return DirectQueue();
  return std::nullopt;
}

std::optional<Destination> QueueStepper::Rule(const std::optional<Destination>& rule) const {
  if (rule) return rule;
  if (settings().overflow_queue.empty()) return std::nullopt;
  return ToQueue{QueueId(settings().overflow_queue)};
}

void QueueStepper::SendOn(Ticket& ticket, const Destination& to, const std::string& why) {
  // Who waits here keeps the place until that agent answers.
  if (const auto* agent = std::get_if<ToAgent>(&to); agent != nullptr && !ticket.refused) {
    return SeizeFor(ticket, agent->agent, true, ids_.Next(), SeizedFor::kRule);
  }
  const TicketState before = ticket.state;
  Fire(ticket, TicketEvent::kSentOn);
  if (ticket.state == before) return;  // Too late: somebody has answered.
  DisarmAll(ticket.id);
  ticket.leaving_to = to;
  ticket.reason = why;
  if (!ticket.refused) {
    Note(ticket, TicketChange::kOverflowed, why + " " + Describe(to));
    Save(ticket);  // From here on it does not wait here, as readers of events see it too.
  }
  GoThere(ticket, to);
}

void QueueStepper::GoThere(Ticket& ticket, const Destination& to) {
  const CallRef call = RefOf(ticket);
  ticket.way_out = LegId(ids_.Next());
  const Mover mover{
      .call = call, .ticket = ticket, .out = &out_, .caller_id = settings().caller_id};
  if (const auto queue = NextQueue(to)) {
    if (ticket.hops >= kMostHops || *queue == m_.queue.id) {
      return FireEnd(ticket, TicketEvent::kNobodyTookIt, TicketEnd::kOverflowed, ticket.reason);
    }
    // Who has talked here brings the wait along, not the talk.
    const bool talked = ticket.answered != WallTime{};
    const WallTime since = talked ? now_.wall - WaitOf(ticket, ticket.answered) : ticket.since;
    const auto* agent = std::get_if<ToAgent>(&to);
    out_.Durable(HandOver{.call = call,
                          .to = *queue,
                          .with = {.since = since,
                                   .priority = ticket.priority,
                                   .customer_type = ticket.customer_type,
                                   .skills = ticket.skills,
                                   .from = m_.queue.id,
                                   .why = ticket.reason,
                                   .hops = ticket.hops + 1,
                                   .agent = agent != nullptr ? agent->agent : AgentId()}});
  } else if (const auto* announcement = std::get_if<ToAnnouncement>(&to)) {
    HeardSound sound{.tone = HeardSound::Tone::kBusy, .loop = true};
    if (!announcement->prompt.empty()) sound = {.prompts = {announcement->prompt}};
    if (ticket.answered_here) {
      out_.Durable(PlaySound{.call = call, .leg = ticket.customer_leg, .sound = sound});
    } else {
      out_.Durable(AnswerCall{.call = call, .sound = sound});
      ticket.answered_here = true;
    }
    After(announcement->duration, TimerKind::kLeaveOver, ticket.id);
  } else if (std::holds_alternative<ToNumber>(to) || std::holds_alternative<ToUri>(to)) {
    ticket.sent_on_by_leg = true;
    mover.Dial(to);
    ticket.answered_here = true;
  } else {
    FireEnd(ticket, TicketEvent::kNobodyTookIt, TicketEnd::kOverflowed, ticket.reason);
  }
}

// Unanswered calls get the final response of the rule; answered ones a BYE.
void QueueStepper::HangUp(Ticket& ticket) {
  if (ticket.call.empty()) return;
  HangUpCall hang_up{.call = RefOf(ticket), .sip_code = 480};
  if (ticket.leaving_to) {
    if (const auto* rejection = std::get_if<ToRejection>(&*ticket.leaving_to)) {
      hang_up.sip_code = rejection->sip_code;
      hang_up.q850 = rejection->q850;
    }
  }
  if (hang_up.q850 == 0) hang_up.q850 = ticket.answered_here ? 16 : CauseFor(hang_up.sip_code);
  if (!ticket.answered_here) ticket.refused_with = hang_up.sip_code;
  // Nothing is given up that is not kept: but a caller who is let go waits for no database.
  out_.Urgent(std::move(hang_up));
}

void QueueStepper::ArmMaxWait(const Ticket& ticket) {
  const auto ends = DeadlineOf(ticket, settings());
  if (ends) After(*ends - now_.wall, TimerKind::kMaxWait, ticket.id);
}

void QueueStepper::MaxWaitOver(Ticket& ticket) {
  if (ticket.IsCallback()) return;
  if (!ticket.required_agent.empty()) {
    if (ticket.state == TicketState::kWaiting) AgentDoesNotTake(ticket, "agent_unreachable");
    return;
  }
  const bool waits = ticket.state == TicketState::kWaiting || ticket.state == TicketState::kOffered;
  if (!waits) return;
  const auto rule = Rule(settings().on_max_wait);
  SendOn(ticket, rule.value_or(ToRejection{.sip_code = 480}), "max_wait");
}

// Whoever is ready and can be rung at no edge just now may be back in a second (an edge that
// restarts): such agents count everywhere, until the registry takes them for not ready.
bool QueueStepper::Staffed(Staffing needs, const EdgeId& edge) const {
  if (!m_.audience) return true;  // Not known: nobody is sent away for a registry that is away.
  switch (needs) {
    case Staffing::kNobody:
      return true;
    case Staffing::kMember:
      return m_.audience->members > 0;
    case Staffing::kReady:
      if (m_.audience->at.empty()) return m_.audience->ready > 0;
      return m_.audience->at.contains(edge) || m_.audience->at.contains(EdgeId());
  }
  return true;
}

// Each edge by itself: its callers can only be given to agents whom it can ring.
void QueueStepper::CheckStaffing() {
  const auto before = m_.short_since;
  std::erase_if(m_.short_since, [&](const auto& each) { return !m_.edges.contains(each.first); });
  for (const auto& [edge, boot] : m_.edges) {
    if (Staffed(settings().stay_needs, edge)) {
      m_.short_since.erase(edge);
    } else {
      m_.short_since.try_emplace(edge, now_.mono);
    }
  }
  if (m_.short_since != before) ArmStaffing();
}

void QueueStepper::ArmStaffing() {
  Disarm(TimerKind::kStaffing, {});
  if (m_.short_since.empty()) return;
  const auto first =
      std::ranges::min_element(m_.short_since, {}, [](const auto& each) { return each.second; });
  At(first->second + settings().no_agents_grace, TimerKind::kStaffing, {});
}

void QueueStepper::StaffingOver() {
  std::set<EdgeId> over;
  for (auto& [edge, since] : m_.short_since) {
    if (since + settings().no_agents_grace > now_.mono) continue;
    over.insert(edge);
    since = now_.mono;  // Who comes later meets the same want of agents.
  }
  std::vector<TicketId> waiting;
  for (const auto& [since, id] : m_.order.keys()) waiting.push_back(id);
  const auto rule = Rule(settings().on_no_agents);
  for (const auto& id : waiting) {
    Ticket* ticket = Find(id);
    if (ticket == nullptr || ticket->IsCallback() || !over.contains(EdgeOf(*ticket))) continue;
    SendOn(*ticket, rule.value_or(ToRejection{.sip_code = 480}), "no_agents");
  }
  ArmStaffing();
}

void QueueStepper::TakeExit(Ticket& ticket, char digit) {
  for (const auto& exit : settings().exits) {
    if (exit.digit != digit) continue;
    const auto& to = exit.destination;
    if (const auto* agent = to ? std::get_if<ToAgent>(&*to) : nullptr) {
      if (IsBeingSeized(ticket.id)) return;  // The digit was pressed twice.
      return SeizeFor(ticket, agent->agent, true, ids_.Next(), SeizedFor::kCaller);
    }
    if (to) return SendOn(ticket, *to, std::string("exit:") + digit);
    // Who has no number that can be dialled waits on, and where there are too many callbacks.
    if (settings().callback && IsE164(ticket.caller) && HasRoomForCallback(ticket.caller)) {
      TurnIntoCallback(ticket, ticket.caller, {});
    }
    return;
  }
}

void QueueStepper::SeizeFor(Ticket& ticket, const AgentId& agent, bool override_rules,
                            std::string seize, SeizedFor by) {
  m_.seizures[seize] = {.ticket = ticket.id, .agent = agent, .by = by};
  out_.Urgent(SeizeAgent{.seize = std::move(seize),
                         .agent = agent,
                         .override_rules = override_rules,
                         .ticket = ticket.id,
                         .call = ticket.call,
                         .edge = EdgeOf(ticket)});
}

bool QueueStepper::IsBeingSeized(const TicketId& ticket) const {
  return std::ranges::any_of(m_.seizures, [&](const auto& each) {
    return each.second.ticket == ticket && !each.second.transfer;
  });
}

void QueueStepper::On(const SeizeAnswered& event) {
  const auto asked = m_.seizures.find(event.seize);
  if (asked == m_.seizures.end()) {
    if (event.offer) {
      out_.Urgent(ReportOffer{event.offer->reservation, OfferEnd::kWithdrawn});
    }
    return;
  }
  const Seizure seizure = asked->second;
  m_.seizures.erase(asked);
  if (seizure.transfer) return TransferSeized(seizure, event);
  if (seizure.by == SeizedFor::kOperator) {
    KeepAnswer(event.seize, event.offer ? std::nullopt : std::optional(NotTaken(event.reason)));
  }
  Ticket* ticket = Find(seizure.ticket);
  const bool by_rule = seizure.by == SeizedFor::kRule;
  if (ticket != nullptr && by_rule && !ticket->required_agent.empty()) {
    return RequiredSeized(*ticket, event);
  }
  const bool waits = ticket != nullptr && (ticket->state == TicketState::kWaiting ||
                                           ticket->state == TicketState::kOffered ||
                                           ticket->state == TicketState::kCallback);
  if (!event.offer) {
    if (waits && by_rule) {
      SendOn(*ticket, ToRejection{.sip_code = 480}, "agent_" + event.reason);
    }
    return;
  }
  if (!waits) {  // The caller has gone, or somebody answered meanwhile.
    out_.Urgent(ReportOffer{event.offer->reservation, OfferEnd::kWithdrawn});
    return;
  }
  TakeSeized(*ticket, *event.offer);
  ticket->last_chance = by_rule;
}

// A grant that it crosses: its phones stop ringing, its offers end as withdrawn with their legs.
void QueueStepper::TakeSeized(Ticket& ticket, const AgentOffer& agent) {
  Withdraw(ticket);
  const LegId leg(agent.reservation.str() + "-a");
  Note(ticket, TicketChange::kForced, {}, agent.agent);
  if (ticket.state == TicketState::kOffered) {
    WithdrawOffers(ticket);
    ticket.offers.push_back({.agent = agent, .leg = leg});
    ++ticket.offers_made;
    out_.Durable(RingAgent{.call = RefOf(ticket),
                           .leg = leg,
                           .agent = agent,
                           .bridge_with = ticket.IsCallback() ? LegId() : ticket.customer_leg,
                           .ring_timeout = settings().ring_timeout,
                           .shown_number = ticket.caller,
                           .shown_name = settings().name,
                           .ticket = ticket.id,
                           .transfer = {},
                           .campaign = ticket.from_campaign,
                           .recording = settings().recording});
    Changed(ticket);
    return;
  }
  TakeOffers(ticket, 0, {agent});
}

}  // namespace callfleet::queue
