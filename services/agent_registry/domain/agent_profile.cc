#include "services/agent_registry/domain/agent_profile.h"

#include <algorithm>
#include <string_view>

#include "common/text/sip_uri.h"
#include "common/text/utf8.h"

namespace callfleet::agent_registry {
namespace {

constexpr std::chrono::hours kLongestWrapUp{1};
constexpr std::size_t kMostSkills = 64;

// Collects every fault, so that a client sees all of them at once.
class Faults {
 public:
  void Check(bool good, std::string field, std::string description) {
    if (!good) fields_.push_back({std::move(field), std::move(description)});
  }
  Result<AgentProfile> Of(AgentProfile profile) {
    if (fields_.empty()) return profile;
    Error error{ErrorCode::kInvalidArgument, "INVALID_ARGUMENT",
                fields_.front().field + ": " + fields_.front().description};
    error.fields = std::move(fields_);
    return Fail(std::move(error));
  }

 private:
  std::vector<FieldViolation> fields_;
};

void CheckName(Faults& faults, const std::string& name) {
  const bool blank = name.find_first_not_of(' ') == std::string::npos;
  faults.Check(!blank && Characters(name) <= 64 && IsOneLine(name), "name",
               "must have 1 to 64 characters, none of them a control character, not only spaces");
}
void CheckDescription(Faults& faults, const std::string& text) {
  faults.Check(Characters(text) <= 1000, "description", "must have at most 1,000 characters");
}
void CheckMaximum(Faults& faults, std::int64_t n) {
  faults.Check(n >= 1 && n <= 100, "max_concurrent_calls", "must be 1 to 100");
}
void CheckWrapUp(Faults& faults, std::chrono::milliseconds wrap_up) {
  faults.Check(wrap_up.count() >= 0 && wrap_up <= kLongestWrapUp, "wrap_up", "must be 0 to 1 h");
}
void CheckSecret(Faults& faults, const std::string& secret) {
  faults.Check(secret.size() >= 8 && secret.size() <= 128 && IsOneLine(secret), "sip_secret",
               "must have 8 to 128 characters");
}
void CheckContact(Faults& faults, const std::string& uri) {
  faults.Check(IsSipUri(uri), "contact_uri",
               "must be a sip: or sips: URI of at most 512 characters, with a host or address and "
               "a port of 1 to 65535 or none");
}

std::vector<SkillLevel> CheckSkills(Faults& faults, std::vector<SkillLevel> skills) {
  faults.Check(skills.size() <= kMostSkills, "skills", "at most 64");
  for (std::size_t i = 0; i < skills.size(); ++i) {
    const std::string at = "skills[" + std::to_string(i) + "]";
    const std::string& name = skills[i].name;
    faults.Check(!name.empty() && name.size() <= 64 && IsOneLine(name), at + ".name",
                 "must have 1 to 64 characters");
    if (skills[i].level == 0) skills[i].level = 1;
    faults.Check(skills[i].level <= 10, at + ".level", "must be 1 to 10");
  }
  std::sort(skills.begin(), skills.end());
  for (std::size_t i = 1; i < skills.size(); ++i) {
    faults.Check(skills[i].name != skills[i - 1].name, "skills",
                 "\"" + skills[i].name + "\" is named twice");
  }
  return skills;
}

}  // namespace

bool IsAccountName(std::string_view text) { return IsSipUser(text) && !text.starts_with("fixed."); }

bool IsSipUser(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

Result<AgentProfile> MakeProfile(const NewAgent& wish) {
  Faults faults;
  AgentProfile p;
  CheckName(faults, wish.name);
  CheckDescription(faults, wish.description);
  CheckWrapUp(faults, wish.wrap_up);
  if (wish.max_concurrent_calls) CheckMaximum(faults, *wish.max_concurrent_calls);
  if (!wish.contact_uri.empty()) CheckContact(faults, wish.contact_uri);
  if (!wish.sip_secret.empty()) CheckSecret(faults, wish.sip_secret);
  faults.Check(wish.contact_uri.empty() || (wish.sip_user.empty() && wish.sip_secret.empty()),
               "contact_uri", "an agent has a fixed contact or an account, not both");
  faults.Check(wish.sip_user.empty() || IsAccountName(wish.sip_user), "sip_user",
               "must match [A-Za-z0-9._-]{1,64} and not begin with \"fixed.\"");
  faults.Check(wish.pool.empty() || IsSipUser(wish.pool), "pool_id",
               "must match [A-Za-z0-9._-]{1,64}");
  p.skills = CheckSkills(faults, wish.skills);

  const bool many = wish.max_concurrent_calls.value_or(1) > 1;
  const bool machine = !wish.contact_uri.empty() || many;
  p.kind = wish.kind.value_or(machine ? AgentKind::kAi : AgentKind::kHuman);
  const bool ai = p.kind == AgentKind::kAi;
  p.line_mode = wish.line_mode.value_or(ai ? LineMode::kAuto : LineMode::kRing);
  p.media_security = wish.media_security.value_or(MediaSecurity::kOff);
  p.max_concurrent_calls =
      static_cast<std::uint16_t>(wish.max_concurrent_calls.value_or(ai ? 3 : 1));
  p.name = wish.name;
  p.description = wish.description;
  p.active = wish.active.value_or(true);
  p.pool = PoolId(wish.pool.empty() ? "default" : wish.pool);
  p.contact_uri = wish.contact_uri;
  p.sip_secret = wish.sip_secret;
  p.sip_user = wish.sip_user;
  if (p.sip_user.empty() && p.contact_uri.empty() && IsAccountName(wish.name))
    p.sip_user = wish.name;
  p.auto_ready = wish.auto_ready.value_or(true);
  p.wrap_up = wish.wrap_up;
  p.tier = wish.tier;
  return faults.Of(std::move(p));
}

Result<AgentProfile> Patched(const AgentProfile& profile, const AgentPatch& patch) {
  Faults faults;
  AgentProfile p = profile;
  if (patch.name) CheckName(faults, p.name = *patch.name);
  if (patch.description) CheckDescription(faults, p.description = *patch.description);
  if (patch.max_concurrent_calls) {
    CheckMaximum(faults, *patch.max_concurrent_calls);
    p.max_concurrent_calls = static_cast<std::uint16_t>(*patch.max_concurrent_calls);
  }
  if (patch.line_mode) p.line_mode = *patch.line_mode;
  if (patch.media_security) p.media_security = *patch.media_security;
  if (patch.skills) p.skills = CheckSkills(faults, *patch.skills);
  if (patch.auto_ready) p.auto_ready = *patch.auto_ready;
  if (patch.wrap_up) CheckWrapUp(faults, p.wrap_up = *patch.wrap_up);
  if (patch.tier) p.tier = *patch.tier;
  if (patch.active) p.active = *patch.active;
  if (patch.sip_secret) {
    CheckSecret(faults, *patch.sip_secret);
    faults.Check(p.contact_uri.empty(), "sip_secret",
                 "an agent with a fixed contact has no account");
    p.sip_secret = *patch.sip_secret;
  }
  if (patch.contact_uri) {
    CheckContact(faults, *patch.contact_uri);
    faults.Check(!p.contact_uri.empty(), "contact_uri", "this agent has an account instead");
    p.contact_uri = *patch.contact_uri;
  }
  return faults.Of(std::move(p));
}

}  // namespace callfleet::agent_registry
