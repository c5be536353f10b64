#include "services/agent_registry/domain/directory.h"

#include <algorithm>

namespace callfleet::agent_registry {
namespace {

tl::unexpected<Error> AlreadyTaken(const char* reason, const std::string& field,
                                   const std::string& value) {
  Error error{ErrorCode::kAlreadyExists, reason, "\"" + value + "\" is in use by another agent."};
  error.fields.push_back({field, "must be unique"});
  return Fail(std::move(error));
}

tl::unexpected<Error> Unknown(const std::string& agent) {
  Error error{ErrorCode::kNotFound, "AGENT_NOT_FOUND", "There is no agent \"" + agent + "\"."};
  error.metadata["agent"] = agent;
  return Fail(std::move(error));
}

Status CheckUnit(const Unit& unit) {
  const bool kind = unit.kind == UnitKind::kQueue || unit.kind == UnitKind::kCampaign;
  if (!kind) return InvalidField("unit.kind", "must be a queue or a campaign");
  if (unit.id.empty() || unit.id.size() > 64)
    return InvalidField("unit.id", "must have 1 to 64 characters");
  return {};
}

}  // namespace

void Directory::Put(ProfileRef profile) {
  auto old = agents_.find(profile->id);
  if (old != agents_.end()) {
    by_name_.erase(old->second->name);
    for (const Membership& m : old->second->memberships) members_[m.unit].erase(profile->id);
  }
  by_name_[profile->name] = profile->id;
  if (!profile->sip_user.empty()) by_sip_user_[profile->sip_user] = profile->id;
  for (const Membership& m : profile->memberships) members_[m.unit][profile->id] = m.primary;
  agents_[profile->id] = std::move(profile);
}

void Directory::Restore(ProfileRef profile, const std::string& request_id) {
  if (!request_id.empty()) by_request_[request_id] = profile->id;
  Put(std::move(profile));
}

Result<Directory::Created> Directory::Create(const std::string& request_id, const NewAgent& wish,
                                             const Generated& generated) {
  if (request_id.size() > 64) return InvalidField("request_id", "must have at most 64 characters");
  auto repeat = by_request_.find(request_id);
  if (!request_id.empty() && repeat != by_request_.end()) {
    return Created{agents_.at(repeat->second), true};
  }
  auto profile = MakeProfile(wish);
  if (!profile) return Fail(std::move(profile).error());
  if (agents_.size() >= kMostAgents) {
    return Fail({ErrorCode::kResourceExhausted, "TOO_MANY_AGENTS", "There are 1,000,000 agents."});
  }
  if (by_name_.contains(profile->name))
    return AlreadyTaken("AGENT_NAME_TAKEN", "name", profile->name);
  if (profile->contact_uri.empty()) {
    if (profile->sip_user.empty()) profile->sip_user = generated.sip_user;
    if (by_sip_user_.contains(profile->sip_user)) {
      // A name that is somebody's user is no fault of the caller's, who did not ask for that user.
      if (!wish.sip_user.empty())
        return AlreadyTaken("SIP_USER_TAKEN", "sip_user", profile->sip_user);
      profile->sip_user = generated.sip_user;
    }
    if (profile->sip_secret.empty()) profile->sip_secret = generated.sip_secret;
  }
  profile->id = generated.id;
  profile->created = generated.now;
  auto kept = std::make_shared<const AgentProfile>(std::move(*profile));
  if (!request_id.empty()) by_request_[request_id] = kept->id;
  Put(kept);
  return Created{std::move(kept), false};
}

Result<ProfileRef> Directory::Update(const AgentId& id, const AgentPatch& patch) {
  auto found = Find(id.str());
  if (!found) return found;
  auto profile = Patched(**found, patch);
  if (!profile) return Fail(std::move(profile).error());
  auto holder = by_name_.find(profile->name);
  if (holder != by_name_.end() && holder->second != profile->id) {
    return AlreadyTaken("AGENT_NAME_TAKEN", "name", profile->name);
  }
  auto kept = std::make_shared<const AgentProfile>(std::move(*profile));
  Put(kept);
  return kept;
}

void Directory::Erase(const AgentId& id) {
  auto found = agents_.find(id);
  if (found == agents_.end()) return;
  by_name_.erase(found->second->name);
  by_sip_user_.erase(found->second->sip_user);
  for (const Membership& m : found->second->memberships) members_[m.unit].erase(id);
  std::erase_if(by_request_, [&](const auto& entry) { return entry.second == id; });
  agents_.erase(found);
}

void Directory::Undo(const std::string& request_id, const AgentId& id) {
  Erase(id);
  by_request_.erase(request_id);
}

Result<ProfileRef> Directory::Find(const std::string& id_or_name) const {
  auto by_id = agents_.find(AgentId(id_or_name));
  if (by_id != agents_.end()) return by_id->second;
  auto by_name = by_name_.find(id_or_name);
  if (by_name != by_name_.end()) return agents_.at(by_name->second);
  return Unknown(id_or_name);
}

ProfileRef Directory::WithMembership(const ProfileRef& from, const Unit& unit,
                                     std::optional<bool> primary) {
  AgentProfile changed = *from;
  std::erase_if(changed.memberships, [&](const Membership& m) { return m.unit == unit; });
  if (primary) changed.memberships.push_back({unit, *primary});
  std::sort(changed.memberships.begin(), changed.memberships.end(),
            [](const Membership& a, const Membership& b) { return a.unit < b.unit; });
  auto kept = std::make_shared<const AgentProfile>(std::move(changed));
  Put(kept);
  return kept;
}

Result<std::vector<ProfileRef>> Directory::SetMembers(const Unit& unit,
                                                      const std::vector<MemberChange>& members,
                                                      bool replace_all) {
  if (auto good = CheckUnit(unit); !good) return Fail(good.error());
  if (members.size() > kMostMembersACall || (members.empty() && !replace_all)) {
    return InvalidField("members", "must name 1 to 10,000 agents");
  }
  std::map<AgentId, bool> wanted;
  for (const MemberChange& m : members) {
    auto found = Find(m.agent);
    if (!found) return Fail(found.error());
    wanted[(*found)->id] = m.primary;
  }
  const std::map<AgentId, bool> now = members_[unit];
  std::vector<ProfileRef> changed;
  for (const auto& [id, primary] : wanted) {
    auto known = now.find(id);
    if (known != now.end() && known->second == primary) continue;
    changed.push_back(WithMembership(agents_.at(id), unit, primary));
  }
  if (!replace_all) return changed;
  for (const auto& [id, primary] : now) {
    if (!wanted.contains(id)) changed.push_back(WithMembership(agents_.at(id), unit, std::nullopt));
  }
  return changed;
}

Result<std::vector<ProfileRef>> Directory::RemoveMembers(const Unit& unit,
                                                         const std::vector<std::string>& agents) {
  if (auto good = CheckUnit(unit); !good) return Fail(good.error());
  const std::map<AgentId, bool> now = members_[unit];
  std::vector<AgentId> leaving;
  for (const std::string& agent : agents) {
    auto found = Find(agent);
    if (!found) return Fail(found.error());
    if (now.contains((*found)->id)) leaving.push_back((*found)->id);
  }
  if (agents.empty()) {
    for (const auto& [id, primary] : now) leaving.push_back(id);
  }
  std::vector<ProfileRef> changed;
  for (const AgentId& id : leaving) {
    changed.push_back(WithMembership(agents_.at(id), unit, std::nullopt));
  }
  return changed;
}

int Directory::MemberCount(const Unit& unit) const {
  auto it = members_.find(unit);
  return it == members_.end() ? 0 : static_cast<int>(it->second.size());
}

}  // namespace callfleet::agent_registry
