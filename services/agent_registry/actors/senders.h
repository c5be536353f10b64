#pragma once
// The driving ports: each call is one message to a mailbox.
#include <caf/all.hpp>

#include <map>

#include "services/agent_registry/ports/edge_facts.h"
#include "services/agent_registry/ports/owner_sessions.h"
#include "services/agent_registry/ports/registry_desk.h"

namespace callfleet::agent_registry {

class DeskSender final : public RegistryDesk {
 public:
  explicit DeskSender(caf::actor directory) : directory_(std::move(directory)) {}
  void Create(RequestId request, NewAgent wish, Reply<CreatedAgent> reply) override;
  void Update(AgentId agent, AgentPatch patch, Reply<AgentRecordRef> reply) override;
  void Delete(AgentId agent, Reply<bool> reply) override;
  void SetPresence(AgentId agent, Presence wish, std::string reason,
                   Reply<AgentRecordRef> reply) override;
  void SetWrapUp(AgentId agent, ReservationId reservation, std::chrono::milliseconds left,
                 Reply<AgentRecordRef> reply) override;
  void SetDisposition(AgentId agent, ReservationId reservation, DispositionWish wish,
                      Reply<AgentRecordRef> reply) override;
  void SetMembers(Unit unit, std::vector<MemberWish> members, bool replace_all,
                  Reply<int> reply) override;
  void RemoveMembers(Unit unit, std::vector<std::string> agents, Reply<int> reply) override;

 private:
  caf::actor directory_;
};

class FactSender final : public EdgeFacts {
 public:
  explicit FactSender(caf::actor directory) : directory_(std::move(directory)) {}
  void OnLeg(LegOfAgent leg) override;
  void OnLegSnapshot(EdgeId edge, std::vector<LegOfAgent> legs) override;
  void OnSight(EdgeId edge, bool in_sight) override;
  void OnReachability(UserReachability report) override;
  void OnReachabilitySnapshot(EdgeId edge, std::vector<UserReachability> reports) override;

 private:
  caf::actor directory_;
};

class OwnerSender final : public OwnerSessions {
 public:
  explicit OwnerSender(std::map<PoolId, caf::actor> matchmakers)
      : matchmakers_(std::move(matchmakers)) {}
  bool OnMessage(const PoolId& pool, StreamId stream, OwnerMessage message) override;
  void OnDown(const PoolId& pool, StreamId stream) override;

 private:
  const std::map<PoolId, caf::actor> matchmakers_;
};

}  // namespace callfleet::agent_registry
