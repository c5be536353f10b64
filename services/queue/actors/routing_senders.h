#pragma once
// The driving ports of the routing actor: each call is one message to its mailbox.
#include <caf/all.hpp>

#include "services/queue/ports/call_facts.h"
#include "services/queue/ports/queue_desk.h"

namespace callfleet::queue {

class RoutingFacts final : public CallFacts {
 public:
  explicit RoutingFacts(caf::actor actor = {}) : actor_(std::move(actor)) {}
  void Use(caf::actor actor) { actor_ = std::move(actor); }  // Before the first fact.
  void OnSnapshot(const EdgeId& edge, const BootId& boot) override;
  void OnFact(CallFact fact) override;
  void OnWhole(const EdgeId&) override {}
  void OnDown(const EdgeId&) override {}
  void OnAllHeard() override {}
  void OnForgotten(CallId call) override;
  void OnRefused(const Unit& unit, CommandRefused refused) override;

 private:
  caf::actor actor_;
};

class RoutingDesk final : public QueueDesk {
 public:
  explicit RoutingDesk(caf::actor actor) : actor_(std::move(actor)) {}
  void Create(RequestId request, QueueSettings settings, Reply<Queue> reply) override;
  void Get(QueueId id, Reply<Queue> reply) override;
  void List(std::string after, std::size_t size, Reply<Directory::Page> reply) override;
  void Update(QueueId id, QueueSettings settings, Reply<Queue> reply) override;
  void SetState(QueueId id, QueueState state, Reply<Queue> reply) override;
  void Remove(QueueId id, Reply<Queue> reply) override;
  void SetRoute(Route route, Reply<Route> reply) override;
  void SetCallerIds(std::map<CampaignId, std::string> caller_ids,
                    Reply<std::size_t> reply) override;
  void RemoveRoute(std::string number, RouteMatch match, Reply<Route> reply) override;
  void ListRoutes(std::string after, std::size_t size, Reply<NumberPlan::Page> reply) override;
  void Resolve(std::string number, std::optional<WallTime> at, Reply<Decision> reply) override;

 private:
  caf::actor actor_;
};

}  // namespace callfleet::queue
