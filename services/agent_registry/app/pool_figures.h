#pragma once
// What an operator asks of agents and matching, for /metrics: agents and slots by state, demands,
// grants, how long a match takes, how offers end, repairs.
#include <chrono>
#include <functional>
#include <map>
#include <memory>

#include "common/metrics/registry.h"
#include "services/agent_registry/actors/matchmaker_actor.h"
#include "services/agent_registry/adapters/pg_journal.h"
#include "services/agent_registry/rpc/agent_board.h"

namespace callfleet::agent_registry {

// Lives as long as the registry. The callbacks may run on any thread.
class PoolFigures {
 public:
  explicit PoolFigures(metrics::Registry* registry);

  JournalCounts Counts() const;
  std::function<void(const PoolId&, std::chrono::nanoseconds)> MatchTimer() const;
  void Collect(const AgentBoard& board,
               const std::map<PoolId, std::shared_ptr<PoolStats>>& pools) const;

 private:
  metrics::Family<metrics::Gauge> agents_;
  metrics::Family<metrics::Gauge> slots_;
  metrics::Family<metrics::Gauge> demands_;
  metrics::Family<metrics::Gauge> reservations_;
  metrics::Family<metrics::Gauge> suspects_;
  metrics::Family<metrics::Counter> grants_;
  metrics::Family<metrics::Counter> refusals_;
  metrics::Family<metrics::Histogram> match_;
  metrics::Family<metrics::Counter> offers_;
  metrics::Family<metrics::Histogram> avoidable_;
  metrics::Family<metrics::Counter> lost_;
  metrics::Family<metrics::Counter> repairs_;
};

}  // namespace callfleet::agent_registry
