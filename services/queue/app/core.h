#pragma once
// The engine of the service on whatever ports it is given: main gives it the real ones, a scenario
// its own.
#include <caf/all.hpp>

#include <functional>
#include <memory>

#include "common/actor_runtime/shutdown_list.h"
#include "common/agent_pool_actor/pools.h"
#include "services/queue/actors/queue_house.h"
#include "services/queue/actors/routing_actor.h"
#include "services/queue/actors/routing_senders.h"

namespace callfleet::queue {

// All outlive the core.
struct CorePorts {
  UnitToken unit;  // `routing`, as taken.
  CallControl* calls;
  Committer* committer;  // Of `routing`.
  QueueStore* store;
  Watchers* watchers;
  Timers* timers;
  const Clock* clock;
  const ZoneRules* zones;
  IdSource* ids;
  AgentDesk* agents;
  agent_pool::MakePoolLink make_pool_link;
  // A unit is lost or its writes are: nothing more may be done in its name. Once; any thread.
  std::function<void(const Error&)> on_lost;
};

class Core {
 public:
  // `directory` and `plan` are what the store had when `routing` was taken.
  Core(const CorePorts& ports, caf::actor_system& system, Directory directory, NumberPlan plan,
       const logging::Logger& log);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  QueueDesk& desk() { return *desk_; }
  TicketDesk& tickets() { return house_; }
  CallFacts& facts() { return house_; }
  std::size_t open_queues() const { return house_.size(); }
  // Takes the queues' units and reads their tickets.
  void OpenQueues();
  // Ends the actors in order. Requests in their mailboxes are answered OWNER_GONE.
  void Stop() { StopAll(false); }
  void Kill() { StopAll(true); }

 private:
  void StopAll(bool kill);

  RoutingFacts routing_facts_;
  QueueHouse house_;
  agent_pool::Pools pools_;
  std::vector<Queue> queues_;  // To be opened.
  actor_runtime::ShutdownList roots_;
  std::unique_ptr<RoutingDesk> desk_;
};

}  // namespace callfleet::queue
