#include "services/queue/actors/pool_words.h"

#include <utility>

namespace callfleet::queue {
namespace {

struct Hearer {
  QueueEvent operator()(agent_pool::Granted event) const {
    return Granted{.demand = TicketId(event.demand.str()),
                   .grant = event.grant,
                   .revision = event.revision,
                   .offers = std::move(event.offers)};
  }
  QueueEvent operator()(const agent_pool::DemandClosed& event) const {
    return DemandClosed{.demand = TicketId(event.demand.str()), .refused = event.refused};
  }
  QueueEvent operator()(agent_pool::Seized event) const {
    return SeizeAnswered{.seize = event.asked.seize,
                         .offer = std::move(event.offer),
                         .reason = std::move(event.refused)};
  }
  template <class Same>
  QueueEvent operator()(Same event) const {
    return event;
  }
};

}  // namespace

std::vector<agent_pool::HeldReservation> ToHeld(const std::vector<JoinPool::Held>& held) {
  std::vector<agent_pool::HeldReservation> out;
  for (const auto& one : held) {
    out.push_back({.reservation = one.reservation,
                   .agent = one.agent,
                   .demand = DemandId(one.demand.str()),
                   .call = one.call,
                   .leg = one.leg});
  }
  return out;
}

agent_pool::Wish ToWish(const SendDemand& act) {
  agent_pool::SendDemand wish{.demand = DemandId(act.demand.str()),
                              .revision = act.revision,
                              .demand_class = agent_pool::DemandClass::kWaiting,
                              .strategy = act.strategy,
                              .bonus = act.bonus,
                              .since = act.since,
                              .sticky = act.sticky,
                              .sticky_patience = act.sticky_patience,
                              .call = act.call,
                              .edge = act.edge};
  for (const auto& need : act.skills) wish.skills.push_back({need.name, need.min_level});
  return wish;
}

agent_pool::Wish ToWish(const CancelDemand& act) {
  return agent_pool::CancelDemand{DemandId(act.demand.str())};
}

agent_pool::Wish ToWish(const TakeGrant& act) {
  return agent_pool::TakeGrant{
      .grant = act.grant, .demand = DemandId(act.demand.str()), .held = ToHeld(act.held)};
}

agent_pool::Wish ToWish(const SeizeAgent& act) {
  return agent_pool::SeizeAgent{.seize = act.seize,
                                .agent = act.agent,
                                .override_rules = act.override_rules,
                                .demand = DemandId(act.ticket.str()),
                                .call = act.call,
                                .edge = act.edge};
}

QueueEvent ToEvent(agent_pool::Event event) { return std::visit(Hearer{}, std::move(event)); }

}  // namespace callfleet::queue
