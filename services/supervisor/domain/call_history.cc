#include "services/supervisor/domain/call_history.h"

#include <algorithm>

namespace callfleet::supervisor {
namespace {

bool OnHold(const CallFact& call) {
  return call.state == EdgeCallState::kBridged &&
         std::ranges::any_of(call.legs, [](const LegFact& leg) {
           return leg.state == LegState::kAnswered && leg.held;
         });
}

void NoteHold(WallTime now, CallHistory* history) {
  const bool held = OnHold(history->fact);
  if (held && !history->hold_start) {
    history->hold_start = now;
    ++history->holds;
  } else if (!held && history->hold_start) {
    history->held += std::max(now - *history->hold_start, WallTime::duration{0});
    history->hold_start.reset();
  }
}

void NoteControl(const CallFact& before, WallTime now, CallHistory* history) {
  const CallFact& after = history->fact;
  auto& steps = history->control_steps;
  if (after.offered && after.offered != before.offered) {
    steps.push_back({now, ToString(*after.offered), "offered"});
  }
  if (after.controller != before.controller) {
    const std::string who = after.controller ? ToString(*after.controller) : "nobody";
    steps.push_back({now, who, after.controller ? "taken" : "released"});
  }
  if (steps.size() > kMaxRoutingSteps) steps.erase(steps.begin());
}

}  // namespace

bool Absorb(CallFact fact, WallTime now, CallHistory* history) {
  const bool first = history->fact.version == 0;
  if (!first && fact.version <= history->fact.version) return false;
  const CallFact before = std::move(history->fact);
  history->fact = std::move(fact);
  // What a first record says about its controller was so from the beginning, as far as we know.
  NoteControl(before, first && history->fact.created ? *history->fact.created : now, history);
  NoteHold(history->fact.ended.value_or(now), history);
  return true;
}

void EndUnseen(WallTime now, CallHistory* history) {
  CallFact& call = history->fact;
  call.state = EdgeCallState::kEnded;
  call.ended = now;
  call.end_reason = "unseen";
  for (auto& leg : call.legs) {
    if (leg.state == LegState::kEnded) continue;
    leg.state = LegState::kEnded;
    leg.ended = now;
  }
  for (auto& bridge : call.bridges) {
    if (!bridge.end) bridge.end = now;
  }
  NoteHold(now, history);
}

std::string Label(const CallFact& call, std::string_view name) {
  const auto plain = [](char c) {
    return c == '-' ? '_' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  };
  for (const auto& [key, value] : call.labels) {
    if (std::ranges::equal(key, name, {}, plain, plain)) return value;
  }
  return "";
}

const LegFact* FindLeg(const CallFact& call, const LegId& leg) {
  const auto found = std::ranges::find(call.legs, leg, &LegFact::id);
  return found == call.legs.end() ? nullptr : &*found;
}

const LegFact* CustomerLeg(const CallFact& call) {
  const auto found = std::ranges::find(call.legs, LegRole::kCustomer, PartOf);
  return found == call.legs.end() ? nullptr : &*found;
}

const std::string& CallerOf(const CallFact& call) {
  const LegFact* customer = call.caller.empty() ? CustomerLeg(call) : nullptr;
  const bool placed = customer != nullptr && call.direction == CallDirection::kOutbound;
  return placed ? customer->caller_id : call.caller;
}

const std::string& CalledOf(const CallFact& call) {
  const LegFact* customer = call.called.empty() ? CustomerLeg(call) : nullptr;
  const bool placed = customer != nullptr && call.direction == CallDirection::kOutbound;
  return placed ? customer->remote : call.called;
}

const LegFact* CurrentAgentLeg(const CallFact& call) {
  const LegFact* last = nullptr;
  const LegFact* answered = nullptr;
  for (const auto& leg : call.legs) {
    if (PartOf(leg) != LegRole::kAgent) continue;
    if (leg.state != LegState::kEnded && leg.answered) return &leg;
    last = &leg;
    if (leg.answered) answered = &leg;
  }
  if (last != nullptr && last->state != LegState::kEnded) return last;
  return answered != nullptr ? answered : last;
}

const BridgeFact* LastBridge(const CallFact& call) {
  if (call.bridges.empty()) return nullptr;
  const auto open =
      std::ranges::find_if(call.bridges, [](const BridgeFact& bridge) { return !bridge.end; });
  return open != call.bridges.end() ? &*open : &call.bridges.back();
}

std::optional<WallTime> WaitStart(const CallFact& call) {
  if (call.direction == CallDirection::kInbound) return call.created;
  const LegFact* customer = CustomerLeg(call);
  if (customer == nullptr || !customer->answered) return std::nullopt;
  for (const auto& leg : call.legs) {
    const bool agent = PartOf(leg) == LegRole::kAgent;
    if (agent && leg.answered && *leg.answered <= *customer->answered) {
      return std::nullopt;
    }
  }
  return customer->answered;
}

std::optional<WallTime> FirstConnected(const CallFact& call) {
  for (const auto& bridge : call.bridges) {
    bool agent = false;
    bool customer = false;
    for (const auto& id : bridge.legs) {
      const LegFact* leg = FindLeg(call, id);
      agent |= leg != nullptr && PartOf(*leg) == LegRole::kAgent;
      customer |= leg != nullptr && PartOf(*leg) == LegRole::kCustomer;
    }
    if (agent && customer) return bridge.start;
  }
  return std::nullopt;
}

}  // namespace callfleet::supervisor
