#pragma once
// One pool's matchmaker: the only place where work meets an agent. Durable acts (Ready) wait for
// the writes of their step and of all earlier ones.
#include <caf/all.hpp>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "services/agent_registry/actors/agent_messages.h"
#include "services/agent_registry/actors/registry_ports.h"

namespace callfleet::agent_registry {

// Read by /metrics from any thread.
struct PoolStats {
  std::atomic<std::uint64_t> demands{0};
  std::atomic<std::uint64_t> waiting{0};
  std::atomic<std::uint64_t> reservations{0};
  std::atomic<std::uint64_t> suspects{0};
  std::atomic<std::uint64_t> grants{0};
  std::atomic<std::uint64_t> refusals{0};
  std::atomic<bool> granting{false};
};

struct MatchmakerActorState {
  static inline constexpr const char* name = "matchmaker";
  explicit MatchmakerActorState(caf::stateful_actor<MatchmakerActorState>* self) : self(self) {}

  void Begin(const RegistryPorts* p, PoolId of, const MatchRules& rules, Token token,
             std::vector<SaveUnit> expected, std::shared_ptr<PoolStats> s);
  void Run(MatchStep step);
  bool Waits(const OwnerAct& act, bool writes);
  void Send(OwnerAct act);
  void Seat(const AgentJoins& message);
  void Unseat(Slot slot);
  void Hear(const AgentSays& message);
  void Tick();
  void Committed(MatchCommitted& message);

  caf::stateful_actor<MatchmakerActorState>* self;
  const RegistryPorts* ports = nullptr;
  PoolId pool;
  std::optional<Matchmaker> matchmaker;
  std::vector<caf::actor> agents;  // By slot.
  std::shared_ptr<PoolStats> stats;
  std::chrono::milliseconds tick{100};
  std::size_t uncommitted = 0;
  std::vector<OwnerAct> held_back;
  // Streams that are not told yet that they are ready, and what was granted on them since.
  struct Unready {
    int readies = 0;
    std::vector<OwnerAct> grants;
  };
  std::map<StreamId, Unready> unready;
  bool lost = false;
};

using MatchmakerActorRef = caf::stateful_actor<MatchmakerActorState>;
caf::behavior MatchmakerActor(MatchmakerActorRef* self, const RegistryPorts* ports, PoolId pool,
                              MatchRules rules, Token token, std::vector<SaveUnit> expected,
                              std::shared_ptr<PoolStats> stats);

}  // namespace callfleet::agent_registry
