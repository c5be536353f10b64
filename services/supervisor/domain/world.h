#pragma once
// Everything the supervisor knows, built from facts. Pure: no clock, no I/O; one owner, no locks.
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "services/supervisor/domain/agent_view.h"
#include "services/supervisor/domain/call_history.h"
#include "services/supervisor/domain/call_view.h"
#include "services/supervisor/domain/house_facts.h"
#include "services/supervisor/domain/routing_figures.h"

namespace callfleet::supervisor {

struct WorldOptions {
  std::size_t max_ended_calls = 10'000;         // Beyond it the oldest go.
  std::chrono::seconds ended_retention{3'600};  // Until the history keeps them.
  std::string sip_domain = "callfleet";
};

// What became different since the last TakeChanges.
struct Changes {
  std::set<CallId> calls;
  std::set<AgentId> agents;
  std::set<BridgeId> closed_bridges;
  std::set<CampaignId> campaigns;
  std::set<QueueId> queues;
  std::set<QueueId> queue_calls;  // Who waits in them, or in which order.
  std::set<TrunkId> trunks;
  bool empty() const {
    return calls.empty() && agents.empty() && closed_bridges.empty() && campaigns.empty() &&
           queues.empty() && queue_calls.empty() && trunks.empty();
  }
};

enum class SourceState { kNeverSeen, kInStep, kLost, kGone };

class World {
 public:
  World(WorldOptions options, std::vector<Source> sources, WallTime start);

  void Apply(const SourcedFact& fact);
  std::uint64_t applied() const { return applied_; }  // Facts so far; rises with each.
  // Drops ended calls beyond their retention, and edges that have been lost for kEdgeGone while
  // others are in step: a cluster with fewer edges than before is whole without them.
  void Expire(WallTime now);
  static constexpr std::chrono::seconds kEdgeGone{30};
  Changes TakeChanges() { return std::exchange(changes_, {}); }

  // --- Readings.
  const std::map<AgentId, AgentFact>& agents() const { return agents_; }
  const std::map<CampaignId, CampaignFact>& campaigns() const { return campaigns_; }
  const std::map<QueueId, QueueFact>& queues() const { return queues_; }
  // That are not over, of one queue or of a call.
  std::vector<const TicketFact*> TicketsOf(const QueueId& queue) const;
  const TicketFact* TicketOf(const CallId& call) const;
  const std::map<TrunkId, TrunkFact>& trunks() const { return trunks_; }
  const std::unordered_map<CallId, CallHistory>& live_calls() const { return live_; }
  const CallHistory* FindCall(const CallId& id) const;  // Live or ended.
  const AgentFact* FindAgent(const std::string& id_or_name) const;
  std::set<CallId> CallsOf(const AgentId& agent) const;  // Live.
  // Address of the edge at which the agent's next call will be, as far as we can tell: where its
  // phone is registered, else where its last call was. None: nothing is known of either.
  std::optional<std::string> LikelyEdgeOf(const AgentId& agent) const;

  AgentView View(const AgentFact& agent, WallTime now) const;
  CallView View(const CallHistory& history, WallTime now) const;

  const RoutingFigures& routing() const { return routing_; }
  std::uint64_t calls_of_deleted_agents() const { return calls_of_deleted_agents_; }
  WallTime start() const { return start_; }

  std::vector<Source> OutOfStep() const;  // What they told last is not to be relied on.

 private:
  struct SourceInfo {
    SourceState state = SourceState::kNeverSeen;
    WallTime lost{};
    EdgeId edge{};  // Who told it last; of calls alone.
    std::uint64_t generation = 0;
    bool loading = false;           // Between the begin and the end of a snapshot.
    std::set<std::string> named{};  // Ids that the snapshot under way has named.
  };
  struct Ended {
    WallTime at;
    CallId id;
  };

  void Take(const SourcedFact& in, const SnapshotBegin& fact);
  void Take(const SourcedFact& in, const SnapshotEnd& fact);
  void Take(const SourcedFact& in, const SourceLost& fact);
  void Take(const SourcedFact& in, const CallFact& fact);
  void Take(const SourcedFact& in, const AgentFact& fact);
  void Take(const SourcedFact& in, const AgentGone& fact);
  void Take(const SourcedFact& in, const CampaignFact& fact);
  void Take(const SourcedFact& in, const CampaignGone& fact);
  void Take(const SourcedFact& in, const QueueFact& fact);
  void Take(const SourcedFact& in, const QueueGone& fact);
  void Take(const SourcedFact& in, const TicketFact& fact);
  void Take(const SourcedFact& in, const TrunkFact& fact);
  void Take(const SourcedFact& in, const TrunkGone& fact);
  void Take(const SourcedFact& in, const CoachingNote& note);

  std::optional<std::string> AddressOf(const EdgeId& edge) const;
  void NoteNamed(const Source& source, const std::string& id);
  void Finish(const CallHistory& history, WallTime now);
  void EndUnnamedCalls(const Source& source, std::uint64_t generation, WallTime now);
  void ExpireEnded(WallTime now);
  bool AnotherInStep(const Source& source) const;
  void ForgetLostEdges(WallTime now);
  void SumTrunk(const TrunkId& id);
  void ForgetTrunk(const TrunkId& id, const Source& source);
  void TouchCall(const CallHistory& history);
  void CountIfRouted(CallHistory* history);
  void IndexAgents(const CallHistory& history);
  void EraseAgent(const AgentId& id);
  void EraseTicket(const TicketId& id);
  void EraseUnnamedTickets(const std::set<std::string>& named);

  WorldOptions options_;
  WallTime start_;
  std::map<Source, SourceInfo> sources_;
  std::map<AgentId, AgentFact> agents_;
  std::unordered_map<std::string, AgentId> agent_names_;
  std::map<CampaignId, CampaignFact> campaigns_;
  std::map<QueueId, QueueFact> queues_;
  std::map<TicketId, TicketFact> tickets_;
  std::map<QueueId, std::set<TicketId>> queue_tickets_;
  std::map<TrunkId, TrunkFact> trunks_;  // Sums of the next.
  std::map<TrunkId, std::map<Source, TrunkFact>> edge_trunks_;
  std::unordered_map<CallId, CallHistory> live_;
  std::unordered_map<CallId, CallHistory> ended_;
  std::deque<Ended> ended_order_;
  std::unordered_map<AgentId, std::set<CallId>>
      agent_calls_;                     // Live calls with a leg of the agent.
  std::deque<AgentId> deleted_agents_;  // A late fact must not bring one back; bounded.
  std::unordered_map<AgentId, std::deque<CoachingNote>> coaching_;  // Of agents with a call.
  RoutingFigures routing_;
  std::uint64_t calls_of_deleted_agents_ = 0;
  Changes changes_;
  std::uint64_t applied_ = 0;
};

}  // namespace callfleet::supervisor
