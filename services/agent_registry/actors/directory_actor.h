#pragma once
// Parent of all agents of a process: creates, changes and deletes them, and passes on what the
// edges tell. Answers wait until the writes are kept; the change itself takes effect at once.
#include <caf/all.hpp>

#include <set>

#include "services/agent_registry/actors/agent_actor.h"
#include "services/agent_registry/actors/matchmaker_actor.h"
#include "services/agent_registry/domain/directory.h"

namespace callfleet::agent_registry {

struct DirectoryOptions {
  AgentRules agents;
  MatchRules matching;
  std::size_t edges = 1;  // So many must have given their snapshots before anything is granted.
};

struct DirectoryCreate {
  RequestId request;
  NewAgent wish;
  ReplyTo<CreatedAgent> reply;
};
struct DirectoryCreated {
  std::string request;
  AgentId agent;
  Status status;
};
struct DirectoryUpdate {
  AgentId agent;
  AgentPatch patch;
  ReplyTo<AgentRecordRef> reply;
};
struct DirectoryDelete {
  AgentId agent;
  ReplyTo<bool> reply;
};
struct DirectoryRetired {
  AgentId agent;
  Status status;
  ReplyTo<bool> reply;
};
struct DirectoryPass {  // For one agent, as it is.
  AgentId agent;
  std::variant<AgentPresenceWish, AgentWrapUpWish, AgentDispositionWish> message;
  ReservationId reservation;  // Of the last two.
};
struct DirectoryMembers {
  Unit unit;
  std::vector<MemberChange> members;
  bool remove = false;
  bool replace_all = false;
  ReplyTo<int> reply;
};
struct DirectoryLeg {
  LegOfAgent leg;
};
struct DirectoryLegs {
  EdgeId edge;
  std::vector<LegOfAgent> legs;
};
struct DirectorySight {
  EdgeSight sight;
};
struct DirectoryReach {
  UserReachability report;
};
struct DirectoryReaches {
  EdgeId edge;
  std::vector<UserReachability> reports;
};

struct DirectoryActorState {
  static inline constexpr const char* name = "directory";
  explicit DirectoryActorState(caf::stateful_actor<DirectoryActorState>* self) : self(self) {}

  void Begin(const RegistryPorts* p, DirectoryOptions o, std::map<PoolId, caf::actor> pools,
             std::vector<KeptPool> kept);
  void Create(const DirectoryCreate& m);
  void Created(const DirectoryCreated& m);
  void Update(const DirectoryUpdate& m);
  void Delete(const DirectoryDelete& m);
  void Retired(const DirectoryRetired& m);
  void Pass(const DirectoryPass& m);
  void Members(const DirectoryMembers& m);
  void Legs(const DirectoryLegs& m);
  void Sight(const DirectorySight& m);
  void Reach(const DirectoryReach& m);
  void Reaches(const DirectoryReaches& m);
  void Tell(const AgentId& agent, std::variant<AgentLeg, EdgeSight, Reachability> news);

  caf::stateful_actor<DirectoryActorState>* self;
  const RegistryPorts* ports = nullptr;
  DirectoryOptions options;
  std::map<PoolId, caf::actor> matchmakers;
  Directory directory;
  std::unordered_map<AgentId, caf::actor> agents;
  std::map<std::string, std::vector<ReplyTo<CreatedAgent>>> creating;  // By request, or agent id.
  std::set<EdgeId> leg_edges;
  std::set<EdgeId> dark_edges;
  std::set<EdgeId> reach_edges;
  // Of edges whose legs are not known yet.
  std::map<EdgeId, std::map<AgentId, Reachability>> early_reaches;

 private:
  void Spawn(const ProfileRef& profile, const AgentSaved& saved);
  void KeepMembers(std::map<PoolId, RegistryWrites> writes, int count, const ReplyTo<int>& reply);
  void Commit(const PoolId& pool, RegistryWrites writes, Journal::Done done);
  void EdgeMayBeComplete();
};

using DirectoryActorRef = caf::stateful_actor<DirectoryActorState>;
caf::behavior DirectoryActor(DirectoryActorRef* self, const RegistryPorts* ports,
                             DirectoryOptions options, std::map<PoolId, caf::actor> matchmakers,
                             std::vector<KeptPool> kept);

}  // namespace callfleet::agent_registry

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryCreate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryCreated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryUpdate)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryDelete)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryRetired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryPass)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryMembers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryLeg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryLegs)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectorySight)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryReach)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::DirectoryReaches)
