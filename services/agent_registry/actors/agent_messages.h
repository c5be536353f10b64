#pragma once
// The mailboxes of agents, matchmakers and the directory. Process-local: never serialized.
#include <caf/all.hpp>

#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "services/agent_registry/domain/agent_record.h"
#include "services/agent_registry/domain/matchmaker.h"
#include "services/agent_registry/ports/edge_facts.h"
#include "services/agent_registry/ports/registry_desk.h"

namespace callfleet::agent_registry {

template <class T>
using ReplyTo = RegistryDesk::Reply<T>;

// --- To an agent

struct AgentOrder {  // From its matchmaker.
  ToAgent order;
};
struct AgentSeated {  // Its slot in the matchmaker's index.
  Slot slot = kNoSlot;
};
struct AgentNews {  // From the edges.
  std::variant<AgentLeg, EdgeSnapshot, EdgeSight, Reachability> news;
};
struct AgentProfileChanged {
  std::shared_ptr<const AgentProfile> profile;
};
struct AgentPresenceWish {
  Presence wish = Presence::kReady;
  std::string reason;
  ReplyTo<AgentRecordRef> reply;
};
struct AgentWrapUpWish {
  ReservationKey key;
  std::chrono::milliseconds left{0};
  ReplyTo<AgentRecordRef> reply;
};
struct AgentDispositionWish {
  DispositionWish wish;
  ReplyTo<AgentRecordRef> reply;
};
struct AgentRecordWish {
  ReplyTo<AgentRecordRef> reply;
};
struct AgentRetire {  // Deletion: refused with AGENT_BUSY while a slot is in use.
  std::function<void(Status)> reply;
};
struct AgentShow {};  // The feed is due.

// --- To a matchmaker

struct AgentJoins {
  AgentView view;
  caf::actor agent;
};
struct AgentSays {
  Slot slot = kNoSlot;
  AgentView view;
  std::optional<AskReply> ask_reply;
  std::optional<RedeclareReply> redeclare_reply;
};
struct AgentLeaves {
  Slot slot = kNoSlot;
};
struct OwnerSays {
  StreamId stream = 0;
  OwnerMessage message;
};
struct OwnerGone {
  StreamId stream = 0;
};
struct EdgesSeen {};
struct MatchTick {};
struct MatchCommitted {  // The writes of a step, and of all before it, are kept.
  Status status;
  std::vector<OwnerAct> released;
};

}  // namespace callfleet::agent_registry

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentOrder)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentSeated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentNews)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentProfileChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentPresenceWish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentWrapUpWish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentDispositionWish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentRecordWish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentRetire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentShow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentTimerFired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentJoins)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentSays)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::AgentLeaves)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::OwnerSays)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::OwnerGone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::EdgesSeen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::MatchTick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_registry::MatchCommitted)
