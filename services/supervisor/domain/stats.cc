#include "services/supervisor/domain/stats.h"

#include "services/supervisor/domain/world.h"

namespace callfleet::supervisor {
namespace {

bool WaitsInQueue(const CallFact& call) {
  const auto of_queue = [](const std::optional<Unit>& unit) {
    return unit && unit->kind == UnitKind::kQueue;
  };
  return call.direction == CallDirection::kInbound && call.state != EdgeCallState::kBridged &&
         (of_queue(call.controller) || of_queue(call.offered)) && !FirstConnected(call);
}

void CountAgent(const AgentFact& agent, Stats* stats) {
  ++stats->total_agents;
  stats->total_calls_handled += agent.calls;
  if (!agent.active) return;
  if (agent.presence != Presence::kLoggedOut) ++stats->signed_in_agents;
  switch (agent.activity) {
    case AgentActivity::kAvailable:
      ++stats->available_agents;
      break;
    case AgentActivity::kBusy:
    case AgentActivity::kWrapUp:
      ++stats->busy_agents;
      break;
    case AgentActivity::kOffline:
    case AgentActivity::kNotReady:
      break;
  }
}

}  // namespace

std::optional<double> Stats::Utilisation() const {
  if (available_agents + busy_agents == 0) return std::nullopt;
  return static_cast<double>(busy_agents) / static_cast<double>(available_agents + busy_agents);
}

Stats ReadStats(const World& world) {
  Stats stats{.routing = world.routing(), .since = world.start()};
  stats.total_calls_handled = world.calls_of_deleted_agents();
  for (const auto& [id, agent] : world.agents()) CountAgent(agent, &stats);
  for (const auto& [id, history] : world.live_calls()) {
    ++stats.active_calls;
    const BridgeFact* bridge = LastBridge(history.fact);
    if (bridge != nullptr && !bridge->end) ++stats.active_bridges;
    if (WaitsInQueue(history.fact)) ++stats.queued_calls;
  }
  return stats;
}

}  // namespace callfleet::supervisor
