#pragma once
// Who exists: names, SIP users and request ids are unique here; memberships are sets of both sides.
// Pure; holds profiles only. The actors hold what changes from call to call.
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/agent_registry/domain/agent_profile.h"

namespace callfleet::agent_registry {

using ProfileRef = std::shared_ptr<const AgentProfile>;

struct MemberChange {
  std::string agent;  // Id or name.
  bool primary = false;
};

class Directory {
 public:
  struct Generated {  // Used where the wish leaves them open.
    AgentId id;
    std::string sip_user;
    std::string sip_secret;
    WallTime now{};
  };
  struct Created {
    ProfileRef profile;
    bool repeat = false;
  };
  static constexpr std::size_t kMostAgents = 1'000'000;
  static constexpr std::size_t kMostMembersACall = 10'000;

  void Restore(ProfileRef profile, const std::string& request_id);

  // ALREADY_EXISTS AGENT_NAME_TAKEN, SIP_USER_TAKEN; INVALID_ARGUMENT; RESOURCE_EXHAUSTED.
  Result<Created> Create(const std::string& request_id, const NewAgent& wish,
                         const Generated& generated);
  // NOT_FOUND AGENT_NOT_FOUND, else as Create.
  Result<ProfileRef> Update(const AgentId& id, const AgentPatch& patch);
  void Erase(const AgentId& id);
  void Undo(const std::string& request_id, const AgentId& id);  // A creation that was not kept.

  // The profiles that change. All or none: an unknown agent refuses the whole.
  Result<std::vector<ProfileRef>> SetMembers(const Unit& unit,
                                             const std::vector<MemberChange>& members,
                                             bool replace_all);
  Result<std::vector<ProfileRef>> RemoveMembers(const Unit& unit,
                                                const std::vector<std::string>& agents);
  int MemberCount(const Unit& unit) const;

  Result<ProfileRef> Find(const std::string& id_or_name) const;
  const std::unordered_map<AgentId, ProfileRef>& all() const { return agents_; }

 private:
  void Put(ProfileRef profile);
  ProfileRef WithMembership(const ProfileRef& from, const Unit& unit, std::optional<bool> primary);

  std::unordered_map<AgentId, ProfileRef> agents_;
  std::unordered_map<std::string, AgentId> by_name_;
  std::unordered_map<std::string, AgentId> by_sip_user_;
  std::unordered_map<std::string, AgentId> by_request_;
  std::map<Unit, std::map<AgentId, bool>> members_;
};

}  // namespace callfleet::agent_registry
