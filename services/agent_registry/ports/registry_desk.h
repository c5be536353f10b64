#pragma once
// Driving: what operators ask of the agents.
#include <functional>

#include "common/result/result.h"
#include "services/agent_registry/domain/agent_record.h"

namespace callfleet::agent_registry {

struct CreatedAgent {
  AgentRecordRef record;
  std::string sip_secret;
};
struct MemberWish {
  std::string agent;  // Id or name.
  bool primary = false;
};

// Thread safe, never blocks. Each reply is called exactly once, after the writes are kept.
class RegistryDesk {
 public:
  template <class T>
  using Reply = std::function<void(Result<T>)>;
  virtual ~RegistryDesk() = default;
  virtual void Create(RequestId request, NewAgent wish, Reply<CreatedAgent> reply) = 0;
  virtual void Update(AgentId agent, AgentPatch patch, Reply<AgentRecordRef> reply) = 0;
  virtual void Delete(AgentId agent, Reply<bool> reply) = 0;
  virtual void SetPresence(AgentId agent, Presence wish, std::string reason,
                           Reply<AgentRecordRef> reply) = 0;
  // Empty reservation: all in wrap-up.
  virtual void SetWrapUp(AgentId agent, ReservationId reservation, std::chrono::milliseconds left,
                         Reply<AgentRecordRef> reply) = 0;
  // Empty reservation: the slot that was answered last. NO_WORK.
  virtual void SetDisposition(AgentId agent, ReservationId reservation, DispositionWish wish,
                              Reply<AgentRecordRef> reply) = 0;
  // All or none. Replies the number of members.
  virtual void SetMembers(Unit unit, std::vector<MemberWish> members, bool replace_all,
                          Reply<int> reply) = 0;
  virtual void RemoveMembers(Unit unit, std::vector<std::string> agents, Reply<int> reply) = 0;
};

}  // namespace callfleet::agent_registry
