#pragma once
// Owns the World: facts in, readings and watchers' updates out. One actor, so that every figure of
// an answer is of one moment.
#include <chrono>
#include <memory>

#include "services/supervisor/ports/fact_sink.h"
#include "services/supervisor/ports/live_view.h"

namespace caf {
class actor_system;
}

namespace callfleet::supervisor {

// At this many facts that were not taken yet Push waits.
inline constexpr std::size_t kMaxFactsUnderWay = 10'000;

class LiveViewActor final : public FactSink, public LiveView {
 public:
  LiveViewActor(caf::actor_system& system, World world);
  ~LiveViewActor() override;  // Stops.

  // Seen by each later Read and Tick.
  void Push(SourcedFact fact) override;
  void Read(std::function<void(const World&)> read) override;
  void Watch(const Topic& topic, std::shared_ptr<Watcher> watcher) override;
  void Unwatch(const std::shared_ptr<Watcher>& watcher) override;

  // Tells watchers what changed and drops old ended calls. Called five to ten times a second.
  void Tick(WallTime now);
  // The actor ends; what waits is dropped, later calls do nothing.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace callfleet::supervisor
