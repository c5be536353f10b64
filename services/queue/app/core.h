#pragma once
// The engine of the service on whatever ports it is given: main gives it the real ones, a scenario
// its own.
#include <caf/all.hpp>

#include "common/actor_runtime/shutdown_list.h"
#include "services/queue/actors/routing_actor.h"
#include "services/queue/actors/routing_senders.h"

namespace callfleet::queue {

// The ports and the system outlive it.
class Core {
 public:
  QueueDesk& desk() { return desk_; }
  CallFacts& facts() { return facts_; }
  // Ends the actors in order. Requests in their mailboxes are answered OWNER_GONE.
  void Stop() { roots_->StopAll(); }
  void Kill() { roots_->StopAll(true); }

 private:
  friend Core Build(RoutingPorts, caf::actor_system&, Directory, const logging::Logger&);
  explicit Core(const caf::actor& routing);

  std::unique_ptr<actor_runtime::ShutdownList> roots_;
  RoutingDesk desk_;
  RoutingFacts facts_;
};

Core Build(RoutingPorts ports, caf::actor_system& system, Directory directory,
           const logging::Logger& log);

}  // namespace callfleet::queue
