#pragma once
// What is kept: rows and outbox lines, in the domain's words. One batch is one transaction.
#include <string>
#include <variant>
#include <vector>

#include "services/agent_registry/domain/agent.h"
#include "services/agent_registry/domain/matchmaker.h"

namespace callfleet::agent_registry {

struct SaveProfile {
  std::shared_ptr<const AgentProfile> profile;
  std::string request_id;  // Set at creation: a repeat is answered with it.
};
struct DropAgent {
  AgentId agent;
};
struct SaveAgentRow {
  AgentId agent;
  AgentWrite row;
};
// A registration's last contact, restored at an edge's next boot.
struct ContactRow {
  std::string uri;
  std::string source;
  int transport = 0;
  std::vector<std::string> path;
  double q = 1.0;
  WallTime expires{};
  std::string user_agent;
  std::string call_id;
  std::uint32_t cseq = 0;
};
struct SaveContacts {  // All of this user's contacts at this edge.
  std::string sip_user;
  EdgeId edge;
  std::vector<ContactRow> contacts;
};
struct TellAgentEvent {
  std::string change;  // "created", "updated", "deleted".
  AgentId agent;
  std::string name;
  WallTime at{};
  std::shared_ptr<const AgentProfile> profile{};  // Null where it was deleted.
};
struct TellMembership {
  Unit unit;
  AgentId agent;
  bool member = false;
  bool primary = false;
  WallTime at{};
};
struct TellRepair {  // Of no agent that could tell it.
  Repair repair;
};
using RegistryWrite = std::variant<SaveProfile, DropAgent, SaveAgentRow, SaveContacts,
                                   TellAgentEvent, TellMembership, TellRepair, SaveUnit>;
using RegistryWrites = std::vector<RegistryWrite>;

// All that was kept, as read at start.
struct KeptAgent {
  AgentProfile profile;
  AgentSaved saved;
  std::string request_id;
};
struct KeptContacts {
  std::string sip_user;
  EdgeId edge;
  std::vector<ContactRow> contacts;
};
struct KeptPool {
  UnitToken token;  // Of the pool, taken by this process.
  std::vector<KeptAgent> agents;
  std::vector<KeptContacts> contacts;
  std::vector<SaveUnit> units;
};

}  // namespace callfleet::agent_registry
