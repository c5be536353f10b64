#pragma once
// The engine of the service on whatever ports it is given: main gives it the real ones, a scenario
// its own.
#include <caf/all.hpp>

#include "common/actor_runtime/shutdown_list.h"
#include "services/agent_registry/actors/directory_actor.h"
#include "services/agent_registry/actors/senders.h"

namespace callfleet::agent_registry {

// The ports and the system outlive it.
class Service {
 public:
  // A message takes 1 to 2 us here; the matchmaker hears three for each pair of reserve and free.
  static constexpr std::size_t kMessagesAtOnce = 300;

  RegistryDesk& desk() { return *desk_; }
  EdgeFacts& facts() { return *facts_; }
  OwnerSessions& owners() { return *owners_; }
  const std::map<PoolId, std::shared_ptr<PoolStats>>& stats() const { return stats_; }
  // Ends the actors; what waits in their mailboxes is dropped.
  void Stop() { roots_.StopAll(); }
  void Kill() { roots_.StopAll(true); }

 private:
  friend std::unique_ptr<Service> Build(const RegistryPorts& ports, caf::actor_system& system,
                                        DirectoryOptions options, std::vector<KeptPool> kept);
  explicit Service(const RegistryPorts& ports)
      : ports_(ports), shows_(std::make_shared<ShowQueue>(ports.timers)) {
    ports_.shows = shows_.get();
  }
  RegistryPorts ports_;  // The actors point here.
  std::shared_ptr<ShowQueue> shows_;
  actor_runtime::ShutdownList roots_;
  std::map<PoolId, std::shared_ptr<PoolStats>> stats_;
  std::unique_ptr<DeskSender> desk_;
  std::unique_ptr<FactSender> facts_;
  std::unique_ptr<OwnerSender> owners_;
};

// `kept`: the pools taken by this process, each with its token and rows.
std::unique_ptr<Service> Build(const RegistryPorts& ports, caf::actor_system& system,
                               DirectoryOptions options, std::vector<KeptPool> kept);

}  // namespace callfleet::agent_registry
