#include "services/dialer/actors/pool_words.h"

#include <string>
#include <utility>

namespace callfleet::dialer {

namespace {

agent_pool::Strategy ToShared(Strategy strategy) {
  switch (strategy) {
    case Strategy::kLeastBusy:
      return agent_pool::Strategy::kLeastBusy;
    case Strategy::kLongestIdle:
      return agent_pool::Strategy::kLongestIdle;
    case Strategy::kRoundRobin:
      return agent_pool::Strategy::kRoundRobin;
    case Strategy::kFewestCalls:
      return agent_pool::Strategy::kFewestCalls;
    case Strategy::kLeastTalkTime:
      return agent_pool::Strategy::kLeastTalkTime;
    case Strategy::kRandom:
      return agent_pool::Strategy::kRandom;
    case Strategy::kSequential:
      return agent_pool::Strategy::kSequential;
    case Strategy::kSkillLevel:
      return agent_pool::Strategy::kSkillLevel;
  }
  return agent_pool::Strategy::kLeastBusy;
}

struct Hearer {
  Event operator()(agent_pool::Granted event) const {
    return Granted{.demand = AttemptId(event.demand.str()),
                   .grant = event.grant,
                   .revision = event.revision,
                   .offer = std::move(event.offers.front())};
  }
  Event operator()(const agent_pool::DemandClosed& event) const {
    return DemandClosed{.demand = AttemptId(event.demand.str()), .refused = event.refused};
  }
  Event operator()(agent_pool::Seized event) const {
    return Seized{.seize = event.asked.seize,
                  .call = AttemptId(event.asked.call.str()),
                  .offer = std::move(event.offer),
                  .refused = std::move(event.refused)};
  }
  template <class Same>
  Event operator()(Same event) const {
    return event;
  }
};

}  // namespace

// A line is one attempt, one demand and one call.
agent_pool::HeldReservation ToHeld(const ReservationId& reservation, const AgentId& agent,
                                   const AttemptId& attempt, const LegId& leg) {
  return {.reservation = reservation,
          .agent = agent,
          .demand = DemandId(attempt.str()),
          .call = CallId(attempt.str()),
          .leg = leg};
}

agent_pool::Wish ToWish(const SendDemand& act) {
  agent_pool::SendDemand wish{.demand = DemandId(act.demand.str()),
                              .revision = act.revision,
                              .demand_class = act.demand_class,
                              .strategy = ToShared(act.strategy),
                              .since = act.since,
                              .time_left = act.time_left,
                              .instant_only = act.instant_only,
                              .edge = act.edge};
  for (const auto& need : act.skills) {
    wish.skills.push_back({need.name, static_cast<std::uint32_t>(need.min_level)});
  }
  if (act.demand_class == DemandClass::kAnswered) wish.call = CallId(act.demand.str());
  return wish;
}

agent_pool::Wish ToWish(const CancelDemand& act) {
  return agent_pool::CancelDemand{DemandId(act.demand.str())};
}

agent_pool::Wish ToWish(const TakeGrant& act) {
  return agent_pool::TakeGrant{.grant = act.grant,
                               .demand = DemandId(act.demand.str()),
                               .held = {ToHeld(act.reservation, act.agent, act.demand, act.leg)}};
}

agent_pool::Wish ToWish(const CompleteWork& act) {
  return agent_pool::CompleteWork{.reservation = act.reservation,
                                  .outcome = std::string(Name(act.outcome)),
                                  .talk = act.talk,
                                  .wrap_up = act.wrap_up};
}

agent_pool::Wish ToWish(const SeizeAgent& act) {
  // A colleague who is in wrap-up or not ready may still help.
  return agent_pool::SeizeAgent{.seize = act.seize,
                                .agent = act.agent,
                                .override_rules = true,
                                .demand = DemandId(act.call.str()),
                                .call = CallId(act.call.str()),
                                .edge = act.edge};
}

Event ToEvent(agent_pool::Event event) { return std::visit(Hearer{}, std::move(event)); }

}  // namespace callfleet::dialer
