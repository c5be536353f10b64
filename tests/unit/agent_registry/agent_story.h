#pragma once
// One agent with a phone, and what happens to it in order.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "services/agent_registry/domain/agent.h"

namespace callfleet::agent_registry {

using namespace std::chrono_literals;

class AgentTest : public ::testing::Test {
 protected:
  void Make(AgentProfile wish = {}) {
    wish.id = AgentId("anna");
    if (wish.sip_user.empty() && wish.contact_uri.empty()) wish.sip_user = "anna";
    agent.emplace(std::make_shared<const AgentProfile>(wish), AgentRules{});
    if (wish.contact_uri.empty()) Registered(true);
  }
  void Registered(bool there) {
    Keep(agent->OnReachability({EdgeId("e"), there, "sip:anna@h"}, now));
  }
  Refusal Ask(std::uint64_t n, bool live = false, bool forced = false) {
    AskSlot ask{
        {n},   std::make_shared<const Unit>(Unit{UnitKind::kQueue, "q"}), "d", "c", live, forced,
        forced};
    auto step = agent->OnAsk(ask, now);
    const Refusal refusal = step.ask_reply->refusal;
    Keep(std::move(step));
    return refusal;
  }
  void Leg(std::uint64_t n, LegPhase phase, const std::string& leg = "l1") {
    const std::string wire = n == 0 ? "" : ToWire({n}, PoolId("default")).str();
    Keep(agent->OnLeg({EdgeId("e"), CallId("call"), LegId(leg), wire, phase, false}, now));
  }
  void Complete(std::uint64_t n, std::optional<std::chrono::milliseconds> wrap_up = {}) {
    const auto& slots = agent->slots();
    const bool leg = std::any_of(slots.begin(), slots.end(), [&](const SlotRecord& s) {
      return s.key == ReservationKey{n} && s.leg_live;
    });
    Keep(agent->OnComplete({{n}, "completed", 5s, wrap_up}, now));
    if (leg) Leg(n, LegPhase::kEnded);  // The hang-up arrives.
  }
  void Wish(Presence wish, const std::string& reason = "") {
    Keep(agent->OnPresenceWish(wish, reason, now));
  }
  void Keep(AgentStep step) {
    for (const auto& t : step.timers) timers.emplace_back(now.mono + t.after, t);
    last = std::move(step);
  }
  void Advance(std::chrono::milliseconds by) {
    now.mono += by;
    now.wall += by;
    auto due = std::stable_partition(timers.begin(), timers.end(),
                                     [&](const auto& t) { return t.first > now.mono; });
    const std::vector<std::pair<MonoTime, StartAgentTimer>> fire(due, timers.end());
    timers.erase(due, timers.end());
    for (const auto& [at, t] : fire) Keep(agent->OnTimer({t.timer, t.generation}, now));
  }
  SlotState State(std::size_t i = 0) { return agent->slots().at(i).state; }
  template <class W>
  bool Wrote() const {
    return std::any_of(last.writes.begin(), last.writes.end(),
                       [](const AgentWrite& w) { return std::holds_alternative<W>(w); });
  }

  std::optional<Agent> agent;
  Instant now{MonoTime(100s), WallTime(1'700'000'000s)};
  std::vector<std::pair<MonoTime, StartAgentTimer>> timers;
  AgentStep last;
};

}  // namespace callfleet::agent_registry
