#include "services/agent_registry/app/core.h"

#include <utility>

namespace callfleet::agent_registry {

std::unique_ptr<Service> Build(const RegistryPorts& ports, caf::actor_system& system,
                               DirectoryOptions options, std::vector<KeptPool> kept) {
  std::unique_ptr<Service> service(new Service(ports));
  std::map<PoolId, caf::actor> matchmakers;
  for (const KeptPool& pool : kept) {
    const PoolId id(pool.token.unit.id);
    auto stats = service->stats_[id] = std::make_shared<PoolStats>();
    matchmakers[id] = system.spawn(MatchmakerActor, &service->ports_, id, options.matching,
                                   pool.token.token, pool.units, std::move(stats));
    service->roots_.Add(matchmakers[id]);
  }
  const caf::actor directory = system.spawn(DirectoryActor, &service->ports_, std::move(options),
                                            matchmakers, std::move(kept));
  service->roots_.Add(directory);
  service->desk_ = std::make_unique<DeskSender>(directory);
  service->facts_ = std::make_unique<FactSender>(directory);
  service->owners_ = std::make_unique<OwnerSender>(std::move(matchmakers));
  return service;
}

}  // namespace callfleet::agent_registry
