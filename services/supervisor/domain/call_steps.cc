#include <algorithm>

#include "services/supervisor/domain/call_history.h"

namespace callfleet::supervisor {
namespace {

std::string Who(const LegFact& leg) {
  switch (PartOf(leg)) {
    case LegRole::kCustomer:
      return "customer";
    case LegRole::kAgent:
      return leg.agent.empty() ? "agent" : "agent:" + leg.agent.str();
    case LegRole::kSupervisor:
      return "supervisor";
  }
  return "";
}

void AddLeg(const LegFact& leg, std::vector<RoutingStep>* steps) {
  const std::string who = Who(leg);
  const auto add = [&](const std::optional<WallTime>& time, const char* what, std::string why) {
    if (time) steps->push_back({*time, who, what, std::move(why)});
  };
  add(leg.placed, "placed", leg.remote);
  add(leg.rang, "ringing", "");
  add(leg.answered, "answered", "");
  add(leg.ended, "leg_ended", leg.end_reason);
}

void AddBridge(const CallFact& call, const BridgeFact& bridge, std::vector<RoutingStep>* steps) {
  std::string who;
  for (const auto& id : bridge.legs) {
    const LegFact* leg = FindLeg(call, id);
    if (leg != nullptr) who += (who.empty() ? "" : ", ") + Who(*leg);
  }
  steps->push_back({bridge.start, who, "bridged"});
  if (bridge.end) steps->push_back({*bridge.end, who, "unbridged"});
}

}  // namespace

std::vector<RoutingStep> RoutingSteps(const CallHistory& history) {
  const CallFact& call = history.fact;
  std::vector<RoutingStep> steps;
  if (call.created) {
    const bool inbound = call.direction == CallDirection::kInbound;
    const std::string by = call.controller ? ToString(*call.controller) : "edge";
    steps.push_back({*call.created, inbound ? "customer" : by, inbound ? "arrived" : "created"});
  }
  steps.insert(steps.end(), history.control_steps.begin(), history.control_steps.end());
  for (const auto& leg : call.legs) AddLeg(leg, &steps);
  for (const auto& bridge : call.bridges) AddBridge(call, bridge, &steps);
  std::ranges::stable_sort(steps, {}, &RoutingStep::time);
  if (call.ended) steps.push_back({*call.ended, "edge", "ended", call.end_reason});
  if (steps.size() > kMaxRoutingSteps) {
    steps.erase(steps.begin(), steps.end() - static_cast<std::ptrdiff_t>(kMaxRoutingSteps));
  }
  return steps;
}

}  // namespace callfleet::supervisor
