#include "services/dialer/app/service.h"

#include <utility>

#include "services/dialer/actors/pool_words.h"

namespace callfleet::dialer {

Service::Service(ServicePorts ports, caf::actor_system& system, const logging::Logger& log)
    : pools_(std::make_unique<agent_pool::Pools>(
          system, agent_pool::PoolPorts{.tell =
                                            [this](const Unit& unit, agent_pool::Event event) {
                                              inbox_.Send(CampaignId(unit.id),
                                                          ToEvent(std::move(event)));
                                            },
                                        .timers = ports.timers,
                                        .clock = ports.clock,
                                        .make_link = std::move(ports.make_pool_link)})),
      desk_(std::make_unique<CampaignDesk>(system,
                                           CampaignPorts{.store = ports.store,
                                                         .pool = pools_.get(),
                                                         .calls = ports.calls,
                                                         .timers = ports.timers,
                                                         .watchers = ports.watchers,
                                                         .clock = ports.clock,
                                                         .zones = ports.zones},
                                           log)) {
  inbox_.desk = desk_.get();
}

void Service::Close(std::function<void()> closed) {
  // Each campaign holds a share until it is done, or ends.
  desk_->CloseAll(
      std::shared_ptr<void>(nullptr, [closed = std::move(closed)](void*) { closed(); }));
}

void Service::Stop() {
  desk_->StopAll();
  pools_->StopAll();
}

std::unique_ptr<Service> Build(ServicePorts ports, caf::actor_system& system,
                               const logging::Logger& log) {
  return std::make_unique<Service>(std::move(ports), system, log);
}

}  // namespace callfleet::dialer
