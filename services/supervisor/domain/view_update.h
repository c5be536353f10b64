#pragma once
// What a watcher is told: a snapshot of a topic, or what changed in it.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/supervisor/domain/alert_rules.h"
#include "services/supervisor/domain/performance.h"
#include "services/supervisor/domain/queue_view.h"
#include "services/supervisor/domain/stats.h"
#include "services/supervisor/domain/world.h"

namespace callfleet::supervisor {

enum class TopicKind {
  kStats,
  kAgents,
  kCalls,
  kAgentCalls,
  kBridges,
  kCampaigns,
  kQueues,
  kQueueCalls,  // Who waits in one queue: always all of them, in order.
  kTrunks,
  kAlerts,      // Told by Alerts, not by the world.
  kRepairs,     // By Repairs.
  kPerformance  // By Performances.
};

struct Topic {
  TopicKind kind = TopicKind::kStats;
  // kAgents, kCalls, kCampaigns: only this one, "" all; kAgentCalls, kQueueCalls: whose.
  std::string id{};
  PerformanceQuery query{};  // kPerformance; its end is now, which moves on.
  friend auto operator<=>(const Topic&, const Topic&) = default;
  friend bool operator==(const Topic&, const Topic&) = default;
};

struct ViewUpdate {
  std::uint64_t seq = 0;
  bool snapshot = false;
  std::optional<Stats> stats{};
  std::vector<AgentView> agents{};
  std::vector<CallView> calls{};
  std::vector<BridgeView> bridges{};
  std::vector<CampaignFact> campaigns{};
  std::vector<QueueFact> queues{};
  std::optional<std::vector<QueuedCallView>> queue_calls{};  // At most kMostWatchedPlaces.
  std::vector<TrunkFact> trunks{};
  std::vector<Alert> alerts{};
  std::vector<RepairRow> repairs{};
  std::optional<Report> performance{};  // Rows that are new or changed, or all.
  std::vector<std::string> removed{};
  std::optional<Error> end{};  // What is watched is gone: watchers hear no more.
  bool empty() const {
    return !stats && agents.empty() && calls.empty() && bridges.empty() && campaigns.empty() &&
           queues.empty() && !queue_calls && !end && trunks.empty() && alerts.empty() &&
           repairs.empty() && !performance && removed.empty();
  }
};

ViewUpdate Snapshot(const World& world, const Topic& topic, WallTime now);
// Empty where the changes do not concern the topic. An ended call is told once more, ended, and
// named in `removed`.
ViewUpdate Delta(const World& world, const Topic& topic, const Changes& changes, WallTime now);

// Live calls, oldest first; of one agent unless `agent` is empty.
std::vector<CallId> LiveCallsInOrder(const World& world, const AgentId& agent);
std::vector<const AgentFact*> AgentsByName(const World& world);

}  // namespace callfleet::supervisor
