#include "services/queue/domain/arrivals.h"

namespace callfleet::queue {
namespace {

// RFC 3261 21.4.5: 404, the server has definitive information that the user does not exist.
constexpr int kNotFound = 404;

ArrivalMachine::Event EventOf(const CallFact& fact) {
  using Event = ArrivalMachine::Event;
  const bool ours = fact.controller && fact.controller->unit.kind == UnitKind::kRouting;
  if (fact.controller && !ours) return Event::kTaken;
  if (fact.ended) return Event::kOver;
  return ours ? Event::kOurs : Event::kArrived;
}

}  // namespace

ArrivalStep Arrivals::OnFact(const CallFact& fact) {
  auto& call = calls_[fact.call];
  if (call.fact.version >= fact.version && call.state != Machine::kInitial) return {};  // Old news.
  call.fact = fact;
  return Step(fact.call, EventOf(fact));
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

ArrivalStep Arrivals::Step(const CallId& id, Machine::Event event) {
  ArrivalStep step;
  const auto found = calls_.find(id);
  if (found == calls_.end()) return step;  // Another unit's call, or one that is gone.
  Call& call = found->second;
  const auto* row =
      fsm::Find<Machine>(kArrivalRows, call.state, event, [](Machine::Guard) { return true; });
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

void Arrivals::Perform(Machine::Effect effect, Call* call, ArrivalStep* step) {
  const CallId& id = call->fact.call;
  switch (effect) {
    case Machine::Effect::kClaim:
      step->acts.emplace_back(Claim{id});
      break;
    case Machine::Effect::kRefuse:
      call->sip_code = kNotFound;
      step->acts.emplace_back(Refuse{id, kNotFound});
      break;
    case Machine::Effect::kRecord:
      // An outbound call's history belongs to the unit that placed it.
      if (!call->fact.inbound) break;
      step->writes.emplace_back(CallRefused{.call = id,
                                            .caller = call->fact.caller,
                                            .called = call->fact.called,
                                            .sip_code = call->sip_code,
                                            .create_time = call->fact.create_time,
                                            .end_time = call->fact.end_time});
      break;
    case Machine::Effect::kAcknowledge:
      step->acts.emplace_back(Acknowledge{id});
      break;
    case Machine::Effect::kPause:
      step->acts.emplace_back(Pause{id, ++call->generation, kRetryDelay});
      break;
  }
}

}  // namespace callfleet::queue
