#pragma once
// One agent: mailbox -> step of the domain -> acts through ports. Lives as long as the agent
// exists.
#include <caf/all.hpp>

#include "services/agent_registry/actors/agent_messages.h"
#include "services/agent_registry/actors/registry_ports.h"

namespace callfleet::agent_registry {

struct AgentActorState {
  static inline constexpr const char* name = "agent";
  explicit AgentActorState(caf::stateful_actor<AgentActorState>* self) : self(self) {}

  void Begin(const RegistryPorts* p, caf::actor mm, std::shared_ptr<const AgentProfile> profile,
             const AgentRules& rules, const AgentSaved& saved);
  void Run(AgentStep step, Instant now, ReplyTo<AgentRecordRef> reply = nullptr);
  void Obey(const ToAgent& order);
  void Seat(Slot given);
  void Retire(const AgentRetire& message);
  void Show();

  caf::stateful_actor<AgentActorState>* self;
  const RegistryPorts* ports = nullptr;
  caf::actor matchmaker;
  std::optional<Agent> agent;
  std::shared_ptr<const AgentFace> face;
  Slot slot = kNoSlot;
  WallTime last_activity{};
  std::uint64_t version = 0;
  bool show_due = false;
  bool face_told = false;

 private:
  bool FaceIsStale() const;
  AgentView View(bool fresh_rank);
  void Perform(const AgentStep& step);
  void Write(std::vector<AgentWrite> writes, ReplyTo<AgentRecordRef> reply);
  void TellMatchmaker(const AgentStep& step);
};

using AgentActorRef = caf::stateful_actor<AgentActorState>;
caf::behavior AgentActor(AgentActorRef* self, const RegistryPorts* ports, caf::actor matchmaker,
                         std::shared_ptr<const AgentProfile> profile, AgentRules rules,
                         AgentSaved saved);

}  // namespace callfleet::agent_registry
