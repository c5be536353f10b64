#pragma once
// What an agent is: given at creation, changed by updates, persisted. No state of work.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "common/result/result.h"
#include "services/agent_registry/domain/matching_types.h"

namespace callfleet::agent_registry {

struct SkillLevel {
  std::string name;
  std::uint8_t level = 1;  // 1..10
  friend auto operator<=>(const SkillLevel&, const SkillLevel&) = default;
};

struct Membership {
  Unit unit;  // Queue or campaign.
  bool primary = false;
  friend bool operator==(const Membership&, const Membership&) = default;
};

// SRTP with the agent's phone. Numbers as in agent.proto.
enum class MediaSecurity : std::uint8_t { kOff = 1, kOffered, kRequired };

struct AgentProfile {
  AgentId id;
  PoolId pool{"default"};
  std::string name;  // Unique, 1-64 characters.
  std::string description;
  bool active = true;
  AgentKind kind = AgentKind::kHuman;
  LineMode line_mode = LineMode::kRing;
  MediaSecurity media_security = MediaSecurity::kOff;
  std::uint16_t max_concurrent_calls = 1;  // 1..100
  std::vector<SkillLevel> skills;          // Sorted by name.
  std::string sip_user;                    // Empty with contact_uri.
  std::string sip_secret;                  // Never shown again after creation.
  std::string contact_uri;
  bool auto_ready = true;
  std::vector<Membership> memberships;  // Sorted by unit.
  std::chrono::milliseconds wrap_up{0};
  std::uint32_t tier = 0;
  WallTime created{};

  // Its name at the edges: the SIP user, or for a fixed contact one that no account can have.
  std::string account_name() const { return contact_uri.empty() ? sip_user : "fixed." + id.str(); }
};

// Legs that need no person to pick up.
inline bool AnswersAtOnce(const AgentProfile& p) {
  return p.kind == AgentKind::kAi || p.line_mode != LineMode::kRing;
}

// Absent values are decided by the rules of kind; see CheckNewAgent.
struct NewAgent {
  std::string name{};
  std::string description{};
  std::optional<bool> active{};
  std::optional<AgentKind> kind{};
  std::optional<LineMode> line_mode{};
  std::optional<MediaSecurity> media_security{};  // Absent: off.
  std::optional<std::int64_t> max_concurrent_calls{};
  std::vector<SkillLevel> skills{};
  std::string pool{};
  std::string sip_user{};
  std::string sip_secret{};
  std::string contact_uri{};
  std::optional<bool> auto_ready{};
  std::chrono::milliseconds wrap_up{0};
  std::uint32_t tier = 0;
};

struct AgentPatch {
  std::optional<std::string> name{};
  std::optional<std::string> description{};
  std::optional<std::int64_t> max_concurrent_calls{};
  std::optional<LineMode> line_mode{};
  std::optional<MediaSecurity> media_security{};
  std::optional<std::vector<SkillLevel>> skills{};
  std::optional<bool> auto_ready{};
  std::optional<std::chrono::milliseconds> wrap_up{};
  std::optional<std::uint32_t> tier{};
  std::optional<std::string> sip_secret{};
  std::optional<std::string> contact_uri{};
  std::optional<bool> active{};
};

// The profile with defaults filled in, or INVALID_ARGUMENT with every faulty field. Ids, generated
// names and secrets are the caller's. Kind: ai for a fixed contact or a given maximum above 1.
Result<AgentProfile> MakeProfile(const NewAgent& wish);
// Kind and account never change.
Result<AgentProfile> Patched(const AgentProfile& profile, const AgentPatch& patch);
// [A-Za-z0-9._-]{1,64}
bool IsSipUser(std::string_view text);
bool IsAccountName(std::string_view text);  // A SIP user that an agent may have.

}  // namespace callfleet::agent_registry
