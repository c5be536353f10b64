// A call comes to the queue: claimed, let in or not, given a place, answered.
#include <algorithm>
#include <utility>

#include "services/queue/domain/queue_stepper.h"

namespace callfleet::queue {
namespace {

constexpr std::size_t kMostComing = 10'000;

bool Is(const std::optional<Unit>& unit, const QueueId& queue) {
  return unit && unit->kind == UnitKind::kQueue && unit->id == queue.str();
}

}  // namespace

void QueueStepper::On(const CallComing& event) {
  if (m_.coming.size() >= kMostComing) m_.coming.erase(m_.coming.begin());
  m_.coming[event.call] = event.incoming;
  if (!event.claim || m_.closing || m_.fenced) return;
  out_.Urgent(ClaimCall{{.call = event.call, .edge = event.edge, .boot = event.boot}});
}

void QueueStepper::On(const CallForgotten& event) {
  m_.done.erase(event.call);
  m_.unknown.erase(event.call);
  LooseOver(event.call);
  m_.coming.erase(event.call);
}

void QueueStepper::On(const CallFact& event) {
  if (m_.fenced) return;
  if (m_.loose.contains(event.call)) return FollowLoose(event);
  if (Ticket* ticket = FindByCall(event.call)) return Follow(*ticket, event);
  const bool ours = event.controller && Is(event.controller->unit, m_.queue.id);
  const bool asked = m_.unknown.erase(event.call) > 0;
  if (!ours && Is(event.offered, m_.queue.id)) return Offered(event);
  if (!ours) return;
  if (m_.done.contains(event.call)) {
    // Of a call that people pass around, an earlier ticket may be over here: it has come back.
    const bool back = !event.ended && (event.inbound || event.passed || Announced(event));
    if (!back) return AcknowledgeAgain(event);
    m_.done.erase(event.call);
  }
  if (event.ended) return NeverTakenIn(event);
  // Whoever claimed it has died before its ticket was kept, and what was announced died too.
  if (event.inbound && !event.passed && !Announced(event)) {
    if (!asked) out_.Urgent(LookUpNumber{.number = event.called, .call = event.call});
    m_.unknown[event.call] = event;
    return;
  }
  TakeIn(event);
}

void QueueStepper::CallerFound(const NumberFound& event) {
  const auto unknown = m_.unknown.extract(event.call);
  if (unknown.empty()) return;
  // A number that leads elsewhere by now says nothing of callers of this queue.
  const auto* queue = event.to ? std::get_if<ToQueue>(&*event.to) : nullptr;
  const auto* agent = event.to ? std::get_if<ToAgent>(&*event.to) : nullptr;
  IncomingCall with;
  if (queue != nullptr && queue->queue == m_.queue.id) with = event.with;
  if (agent != nullptr && m_.queue.id == DirectQueue()) {
    with = event.with;
    with.agent = agent->agent;
  }
  with.why = event.number;
  m_.coming[event.call] = std::move(with);
  TakeIn(unknown.mapped());
}

// A customer who still talks is taken only where there is a place: else the talk goes on.
void QueueStepper::Offered(const CallFact& fact) {
  if (fact.ended || m_.closing) return;
  const bool talks = fact.offer && !fact.offer->release.empty();
  if (talks) {
    if (auto no = WhyNotPassed(fact)) {
      m_.coming.erase(fact.call);
      return out_.Urgent(*std::move(no));
    }
  }
  m_.coming.try_emplace(fact.call);
  out_.Urgent(ClaimCall{{.call = fact.call, .edge = fact.edge, .boot = fact.boot}});
}

// Its end is kept. Whoever kept it may have died before the edge was told; a repeat does no harm.
void QueueStepper::AcknowledgeAgain(const CallFact& fact) {
  if (!fact.ended) return;
  m_.done[fact.call] = fact.edge;
  out_.Durable(AcknowledgeCall{{.call = fact.call, .edge = fact.edge, .boot = fact.boot}});
}

std::optional<DeclineOffer> QueueStepper::WhyNotPassed(const CallFact& fact) const {
  DeclineOffer no{.call = {.call = fact.call, .edge = fact.edge, .boot = fact.boot},
                  .reason = "QUEUE_NOT_FOUND",
                  .sip_code = 404};
  if (m_.queue.id == DirectQueue()) return no;  // Its callers name an agent.
  const auto out = WhyNotIn(fact.edge);
  if (!out) return std::nullopt;
  no.reason = out->second == "closed" ? "QUEUE_CLOSED"
              : out->second == "full" ? "QUEUE_FULL"
                                      : "NO_AGENTS";
  no.sip_code = out->second == "full" ? 486 : 480;
  return no;
}

// Claimed, and over before anything could be done about it.
void QueueStepper::NeverTakenIn(const CallFact& fact) {
  m_.coming.erase(fact.call);
  m_.done[fact.call] = fact.edge;
  const CallRef call{.call = fact.call, .edge = fact.edge, .boot = fact.boot};
  if (fact.inbound) {
    ++m_.figures.refused;
    out_.writes.emplace_back(CallRefused{.call = fact.call,
                                         .caller = fact.caller,
                                         .called = fact.called,
                                         .create_time = fact.create_time,
                                         .end_time = fact.end_time,
                                         .queue = m_.queue.id,
                                         .reason = "caller_left"});
  }
  out_.Durable(AcknowledgeCall{call});
}

void QueueStepper::TakeIn(const CallFact& fact) {
  // An outbound call of ours that no ticket knows: a callback of an earlier life. One that another
  // queue passes on is announced, a campaign's says so itself.
  const bool stray = !fact.inbound && !fact.passed && !Announced(fact);
  if (stray || !fact.customer || fact.customer->over) {
    const CallRef call{.call = fact.call, .edge = fact.edge, .boot = fact.boot};
    m_.loose[fact.call] = {.call = call};
    out_.Urgent(HangUpCall{.call = call});
    return;
  }
  IncomingCall incoming;
  if (const auto known = m_.coming.find(fact.call); known != m_.coming.end()) {
    incoming = std::move(known->second);
    m_.coming.erase(known);
  }
  const TicketId id(ids_.Next());
  Ticket& ticket = m_.tickets[id];
  ticket.id = id;
  ticket.call = fact.call;
  ticket.customer_leg = fact.customer->leg;
  ticket.edge = fact.edge;
  ticket.boot = fact.boot;
  ticket.caller = fact.caller;
  ticket.called = fact.called;
  ticket.created = now_.wall;
  ticket.since = incoming.since.value_or(fact.passed ? fact.passed->time : fact.create_time);
  ticket.priority = std::clamp(incoming.priority, -100, 100);
  ticket.customer_type = std::move(incoming.customer_type);
  ticket.skills = std::move(incoming.skills);
  ticket.from = std::move(incoming.from);
  ticket.hops = incoming.hops;
  ticket.required_agent = std::move(incoming.agent);
  ticket.otherwise = std::move(incoming.otherwise);
  ticket.answered_here = fact.customer->answered_at_all();
  ticket.digits = fact.digit_count;
  ticket.fact = fact;
  m_.by_call[fact.call] = id;
  if (fact.passed && fact.passed->by.kind == UnitKind::kCampaign) {
    ticket.from_campaign = CampaignId(fact.passed->by.id);
  }
  // A place was promised to a customer whose talk another unit has just passed on.
  const bool promised = fact.passed && ticket.from.empty();
  if (const auto out = promised ? std::nullopt : WhyNotIn(fact.edge)) {
    ticket.refused = true;
    return SendOn(ticket, out->first, out->second);
  }
  if (m_.queue.id == DirectQueue()) return TakeDirect(ticket, incoming.why);
  const bool unsaid = incoming.why.empty() && promised;
  Note(ticket, TicketChange::kEnqueued, unsaid ? ToString(fact.passed->by) : incoming.why);
  EnterQueue(ticket);
}

std::optional<std::pair<Destination, std::string>> QueueStepper::WhyNotIn(
    const EdgeId& edge) const {
  using Out = std::pair<Destination, std::string>;
  if (m_.queue.state == QueueState::kClosed) {
    return Out{settings().on_closed.value_or(ToRejection{.sip_code = 480}), "closed"};
  }
  if (m_.order.size() >= settings().max_size) {
    return Out{Rule(settings().on_full).value_or(ToRejection{.sip_code = 486}), "full"};
  }
  if (!Staffed(settings().join_needs, edge)) {
    return Out{Rule(settings().on_no_agents).value_or(ToRejection{.sip_code = 480}), "no_agents"};
  }
  return std::nullopt;
}

void QueueStepper::EnterQueue(Ticket& ticket) {
  ++m_.figures.offered;
  FindPlace(ticket);
  AddToOrder(ticket);
  Save(ticket);
  // RFC 3261 13.3.1.4: the 200 is ours to give; it waits for the ticket to be kept.
  if (!ticket.answered_here) {
    const bool early = settings().early_media > std::chrono::milliseconds(0);
    out_.Durable(
        AnswerCall{.call = RefOf(ticket), .early_media_only = early, .sound = Music(ticket)});
    ticket.answered_here = !early;
    if (early) After(settings().early_media, TimerKind::kEarlyMedia, ticket.id);
  } else {
    PlayMusic(ticket);
  }
  ArmMaxWait(ticket);
  ArmRelaxation(ticket);
  ArmAnnouncement(ticket, true);
  Demand(ticket);
  Changed(ticket);
}

// The place that was left by dropping a moment ago, and the agent of the last talk.
void QueueStepper::FindPlace(Ticket& ticket) {
  const auto left = m_.left_places.Find(ticket.caller, now_.wall - settings().return_window);
  if (left && settings().return_window > std::chrono::milliseconds(0)) {
    ticket.since = std::min(ticket.since, left->since);
    ticket.priority = std::max(ticket.priority, left->priority);
    ticket.returned = true;
    ++m_.figures.returned;
    m_.left_places.Forget(ticket.caller);
  }
  if (settings().sticky_patience > std::chrono::milliseconds(0)) {
    const auto last = m_.last_agents.Find(ticket.caller, now_.wall - settings().sticky_window);
    if (last) ticket.sticky = *last;
  }
}

void QueueStepper::AddToOrder(Ticket& ticket) {
  if (ticket.refused || ticket.in_order || !ticket.Waits()) return;
  if (!ticket.required_agent.empty()) return;
  if (ticket.callback && ticket.callback->not_before > now_.wall) return;
  ticket.in_order = true;
  m_.order.Add(ticket.id, EffectiveSince(ticket, settings()));
}

void QueueStepper::LeaveOrder(Ticket& ticket) {
  if (!std::exchange(ticket.in_order, false)) return;
  m_.order.Remove(ticket.id, EffectiveSince(ticket, settings()));
}

void QueueStepper::Answer(Ticket& ticket) {
  Disarm(TimerKind::kEarlyMedia, ticket.id);
  if (ticket.call.empty() || std::exchange(ticket.answered_here, true)) return;
  out_.Durable(
      AnswerCall{.call = RefOf(ticket), .early_media_only = false, .sound = Music(ticket)});
}

}  // namespace callfleet::queue
