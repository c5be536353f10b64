#include "services/queue/app/core.h"

#include <utility>

#include "services/queue/actors/pool_words.h"

namespace callfleet::queue {
namespace {

QueuePorts QueuePortsOf(const CorePorts& ports) {
  return {.pool = nullptr,
          .calls = ports.calls,
          .queues = nullptr,
          .numbers = nullptr,
          .timers = ports.timers,
          .watchers = ports.watchers,
          .clock = ports.clock,
          .ids = ports.ids,
          .on_lost = ports.on_lost};
}

}  // namespace

Core::Core(const CorePorts& ports, caf::actor_system& system, Directory directory, NumberPlan plan,
           const logging::Logger& log)
    : house_(system,
             {.store = ports.store, .queue = QueuePortsOf(ports), .routing = &routing_facts_}, log),
      pools_(system, {.tell =
                          [this](const Unit& unit, agent_pool::Event event) {
                            house_.Send(QueueId(unit.id), ToEvent(std::move(event)));
                          },
                      .timers = ports.timers,
                      .clock = ports.clock,
                      .make_link = ports.make_pool_link}),
      queues_(directory.All()) {
  house_.Expect(queues_);
  house_.UsePool(&pools_);
  const HouseDoors doors{
      .open = [this](const Queue& queue,
                     std::function<void()> opened) { house_.Open(queue, std::move(opened)); },
      .close = [this](const QueueId& queue) { house_.Close(queue); },
      .retire = [this](
                    const QueueId& queue,
                    std::function<void(Status)> reply) { house_.Retire(queue, std::move(reply)); }};
  const auto routing = system.spawn(RoutingActor,
                                    RoutingPorts{.unit = ports.unit,
                                                 .calls = ports.calls,
                                                 .committer = ports.committer,
                                                 .queues = &house_,
                                                 .agents = ports.agents,
                                                 .doors = doors,
                                                 .timers = ports.timers,
                                                 .clock = ports.clock,
                                                 .zones = ports.zones,
                                                 .ids = ports.ids,
                                                 .on_lost = ports.on_lost},
                                    std::move(directory), std::move(plan), log);
  routing_facts_.Use(routing);
  roots_.Add(routing);
  desk_ = std::make_unique<RoutingDesk>(routing);
  house_.UseNumbers(desk_.get());
}

void Core::OpenQueues() {
  for (const auto& queue : std::exchange(queues_, {})) house_.Open(queue);
}

void Core::StopAll(bool kill) {
  pools_.StopAll();
  house_.StopAll(kill);
  roots_.StopAll(kill);
}

}  // namespace callfleet::queue
