#include "services/queue/domain/arrivals.h"

#include <algorithm>
#include <utility>

namespace callfleet::queue {
namespace {

CallRef RefOf(const CallFact& fact) {
  return {.call = fact.call, .edge = fact.edge, .boot = fact.boot};
}

// The number that was dialled, by whom it may be.
void FillDialled(const CallFact& fact, Decision* decision) {
  auto* to = std::get_if<ToNumber>(&decision->destination);
  if (to == nullptr || !to->number.empty()) return;
  if (fact.from_agent.empty()) {
    decision->destination = ToRejection{.sip_code = 403};
  } else if (!IsE164(fact.called)) {
    decision->destination = ToRejection{.sip_code = 484};
  } else {
    to->number = fact.called;
  }
}

bool IsCode(const CallFact& fact) { return !fact.from_agent.empty() && IsFeatureCode(fact.called); }

LegId WayOf(const CallId& call) { return LegId(call.str() + "-w"); }

bool IsAnswered(const CallFact& fact) { return fact.customer && fact.customer->answered_at_all(); }

std::string WhyNot(const std::optional<Decision>& decision, const CallFact& fact, bool known_code) {
  if (!decision) return "caller_left";
  if (decision->route) return Describe(decision->destination);
  if (known_code) return "feature_code";
  return IsCode(fact) ? "unknown_code" : "unknown_number";
}

}  // namespace

ArrivalMachine::Event Arrivals::EventOf(const Call& call) {
  using Event = ArrivalMachine::Event;
  const CallFact& fact = call.fact;
  const bool ours = fact.controller && fact.controller->unit.kind == UnitKind::kRouting;
  if (fact.controller && !ours) return Event::kTaken;
  if (fact.ended) return Event::kOver;
  if (!ours) return Event::kArrived;
  // RFC 3261 has no word for it: nobody took what was offered within the edge's 2 s.
  if (call.state == Machine::State::kHanding && call.offered && !fact.offered) {
    return Event::kCameBack;
  }
  const LegFact* way = FindLeg(fact.others, call.way);
  if (way == nullptr) return Event::kOurs;
  // Whoever sent it on is gone, or its watch was opened anew: the way goes on.
  if (call.state == Machine::State::kSeen) return way->over ? Event::kWayEnded : Event::kOnItsWay;
  return call.state == Machine::State::kForwarding && way->over ? Event::kWayEnded : Event::kOurs;
}

ArrivalStep Arrivals::OnFact(const CallFact& fact, const NumberPlan& plan, const ZoneRules& zones,
                             WallTime now) {
  // Only what arrived is anybody's to claim: an outbound call without an owner is a supervisor's
  // line, which the edge keeps and forgets by itself.
  if (!fact.inbound && !fact.controller) return {};
  auto& call = calls_[fact.call];
  const bool known = call.state != Machine::kInitial;
  if (call.fact.version >= fact.version && known) return {};  // Old news.
  call.fact = fact;
  call.heard = now;
  call.way = WayOf(fact.call);
  const auto event = EventOf(call);
  const bool decides = event == Machine::Event::kArrived || event == Machine::Event::kOurs;
  if (decides && !call.decision) Decide(&call, plan, zones, now);
  if (event == Machine::Event::kOver && !IsOurs(call.state)) call.decision.reset();
  if (fact.offered) call.offered = true;
  return Step(fact.call, event);
}

// Else nothing came of what was decided.
bool Arrivals::IsOurs(Machine::State state) {
  using State = Machine::State;
  return state != State::kSeen && state != State::kPassing && state != State::kClaiming;
}

void Arrivals::Decide(Call* call, const NumberPlan& plan, const ZoneRules& zones, WallTime now) {
  const CallFact& fact = call->fact;
  if (!IsCode(fact)) {
    call->decision = plan.Decide(fact.called, zones, now);
    return FillDialled(fact, &*call->decision);
  }
  const FeatureCode read = ReadFeatureCode(fact.called, fact.from_agent);
  call->wish = read.wish;
  call->decision = Decision{.route = {}, .destination = ToRejection{.sip_code = read.sip_code}};
  if (read.wish) call->decision->destination = ToRejection{.sip_code = 480};
}

ArrivalStep Arrivals::OnForgotten(const CallId& call) {
  return Step(call, Machine::Event::kForgotten);
}

ArrivalStep Arrivals::OnCommandFailed(const CallId& call) {
  return Step(call, Machine::Event::kFailed);
}

ArrivalStep Arrivals::OnRetryDue(const CallId& id, std::uint64_t generation) {
  const auto found = calls_.find(id);
  if (found == calls_.end() || found->second.generation != generation) return {};
  return Step(id, Machine::Event::kRetryDue);
}

ArrivalStep Arrivals::OnAnnouncementOver(const CallId& id, std::uint64_t generation) {
  const auto found = calls_.find(id);
  if (found == calls_.end() || found->second.generation != generation) return {};
  return Step(id, Machine::Event::kWayEnded);
}

ArrivalStep Arrivals::OnServed(const CallId& call, bool done) {
  return Step(call, done ? Machine::Event::kServed : Machine::Event::kUnserved);
}

bool Arrivals::Holds(Machine::Guard guard, const Call& call) {
  if (guard == Machine::Guard::kAlways) return true;
  if (!call.decision) return false;
  const Destination& to = call.decision->destination;
  switch (guard) {
    case Machine::Guard::kAlways:
      return true;
    case Machine::Guard::kToQueue:
      return std::holds_alternative<ToQueue>(to) || std::holds_alternative<ToAgent>(to);
    case Machine::Guard::kToLeg:
      return std::holds_alternative<ToUri>(to) || std::holds_alternative<ToNumber>(to);
    case Machine::Guard::kToAnnouncement:
      return std::holds_alternative<ToAnnouncement>(to);
    case Machine::Guard::kToFeature:
      return call.wish.has_value();
  }
  return false;
}

ArrivalStep Arrivals::Step(const CallId& id, Machine::Event event) {
  ArrivalStep step;
  const auto found = calls_.find(id);
  if (found == calls_.end()) return step;  // Another unit's call, or one that is gone.
  Call& call = found->second;
  const auto* row = fsm::Find<Machine>(kArrivalRows, call.state, event,
                                       [&](Machine::Guard guard) { return Holds(guard, call); });
  if (row == nullptr) {
    ++unlisted_events_;
    return step;
  }
  const bool entered = row->to != call.state;
  call.state = row->to;
  if (entered) ++call.generation;  // A pause of the state before no longer counts.
  for (const auto effect : row->effects) Perform(effect, &call, &step);
  if (Machine::IsTerminal(call.state)) calls_.erase(found);
  return step;
}

HandOver Arrivals::HandingOver(const Call& call) {
  HandOver act{.call = RefOf(call.fact), .to = DirectQueue(), .with = {}};
  if (call.decision->route) act.with = ComingBy(*call.decision->route);
  act.with.since = call.fact.create_time;
  act.with.why = call.fact.called;
  const Destination& to = call.decision->destination;
  if (const auto* queue = std::get_if<ToQueue>(&to)) act.to = queue->queue;
  if (const auto* agent = std::get_if<ToAgent>(&to)) act.with.agent = agent->agent;
  return act;
}

void Arrivals::Pass(const Call& call, ArrivalStep* step) {
  HandOver hand = HandingOver(call);
  step->acts.emplace_back(
      PassCall{.call = hand.call, .to = std::move(hand.to), .with = std::move(hand.with)});
}

// A short tone, then the end: the phone's display has the code that was dialled.
void Arrivals::Confirm(Call* call, ArrivalStep* step) {
  step->acts.emplace_back(AnswerCall{.call = RefOf(call->fact),
                                     .sound = {.tone = HeardSound::Tone::kBeep, .loop = false}});
  step->acts.emplace_back(Pause{.call = call->fact.call,
                                .generation = call->generation,
                                .delay = kConfirmation,
                                .announcement = true});
}

void Arrivals::Refuse(Call* call, ArrivalStep* step) {
  ToRejection rejection{.sip_code = 480};
  if (call->decision) {
    const auto* said = std::get_if<ToRejection>(&call->decision->destination);
    if (said != nullptr) rejection = *said;
  }
  const bool answered = IsAnswered(call->fact);
  call->sip_code = answered ? 200 : rejection.sip_code;
  const int cause = rejection.q850 != 0 ? rejection.q850 : CauseFor(rejection.sip_code);
  step->acts.emplace_back(HangUpCall{
      .call = RefOf(call->fact), .sip_code = rejection.sip_code, .q850 = answered ? 16 : cause});
}

// With the answer, or where that was given before a restart by itself.
void Arrivals::Sound(const Call& call, HeardSound sound, ArrivalStep* step) {
  if (!IsAnswered(call.fact)) {
    step->acts.emplace_back(AnswerCall{.call = RefOf(call.fact), .sound = std::move(sound)});
  } else {
    step->acts.emplace_back(PlaySound{
        .call = RefOf(call.fact), .leg = call.fact.customer->leg, .sound = std::move(sound)});
  }
}

void Arrivals::Announce(const Call& call, ArrivalStep* step) {
  const auto& to = std::get<ToAnnouncement>(call.decision->destination);
  HeardSound sound{.tone = HeardSound::Tone::kBusy, .loop = true};
  if (!to.prompt.empty()) sound = {.prompts = {to.prompt}};
  auto left = to.duration;
  if (IsAnswered(call.fact)) {  // It is being played, since before a restart.
    const auto heard = call.heard - call.fact.customer->answered;
    left -= std::chrono::duration_cast<std::chrono::milliseconds>(heard);
  } else {
    step->acts.emplace_back(AnswerCall{.call = RefOf(call.fact), .sound = std::move(sound)});
  }
  step->acts.emplace_back(Pause{.call = call.fact.call,
                                .generation = call.generation,
                                .delay = std::max(left, std::chrono::milliseconds(0)),
                                .announcement = true});
}

void Arrivals::Perform(Machine::Effect effect, Call* call, ArrivalStep* step) {
  const CallRef ref = RefOf(call->fact);
  const LegId caller = call->fact.customer ? call->fact.customer->leg : LegId();
  switch (effect) {
    case Machine::Effect::kPass:
      Pass(*call, step);
      break;
    case Machine::Effect::kClaim:
      step->acts.emplace_back(ClaimCall{ref});
      break;
    case Machine::Effect::kHandOver:
      step->acts.emplace_back(HandingOver(*call));
      break;
    case Machine::Effect::kForward:
      Sound(*call, {.tone = HeardSound::Tone::kRingback, .loop = true}, step);
      step->acts.emplace_back(DialOut{
          .call = ref, .leg = call->way, .to = call->decision->destination, .bridge_with = caller});
      break;
    case Machine::Effect::kAnnounce:
      Announce(*call, step);
      break;
    case Machine::Effect::kServe:
      step->acts.emplace_back(ServeAgent{.call = ref.call, .wish = *call->wish});
      break;
    case Machine::Effect::kConfirm:
      Confirm(call, step);
      break;
    case Machine::Effect::kRefuse:
      Refuse(call, step);
      break;
    case Machine::Effect::kRecord:
      // An outbound call's history belongs to the unit that placed it.
      if (!call->fact.inbound) break;
      step->writes.emplace_back(
          CallRefused{.call = ref.call,
                      .caller = call->fact.caller,
                      .called = call->fact.called,
                      .sip_code = call->sip_code,
                      .create_time = call->fact.create_time,
                      .end_time = call->fact.end_time,
                      .reason = WhyNot(call->decision, call->fact, call->wish.has_value())});
      break;
    case Machine::Effect::kAcknowledge:
      step->acts.emplace_back(AcknowledgeCall{ref});
      break;
    case Machine::Effect::kPause:
      step->acts.emplace_back(Pause{ref.call, ++call->generation, kRetryDelay});
      break;
  }
}

}  // namespace callfleet::queue
