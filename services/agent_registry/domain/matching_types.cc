#include "services/agent_registry/domain/matching_types.h"

#include <algorithm>

namespace callfleet::agent_registry {

std::uint8_t LevelOf(const std::vector<Capability>& sorted, SkillKey key) {
  auto it = std::lower_bound(sorted.begin(), sorted.end(), Capability{key, 0});
  return it != sorted.end() && it->key == key ? it->level : 0;
}

bool Satisfies(const AgentTraits& traits, const Requirement& requirement) {
  if ((requirement.live_answered || requirement.instant_only) && !traits.answers_at_once)
    return false;
  if (LevelOf(traits.capabilities, requirement.audience) == 0) return false;
  if (requirement.edge != 0 && LevelOf(traits.capabilities, requirement.edge) == 0) return false;
  return std::all_of(requirement.skills.begin(), requirement.skills.end(), [&](Capability need) {
    return LevelOf(traits.capabilities, need.key) >= std::max<std::uint8_t>(need.level, 1);
  });
}

std::uint64_t Preference(const AgentTraits& traits, const Requirement& requirement) {
  std::uint64_t score = 0;
  if (LevelOf(traits.capabilities, requirement.audience) >= kPrimaryLevel)
    score += std::uint64_t{1} << 40;
  if (requirement.strategy == Strategy::kSkillLevelFirst) {
    for (Capability need : requirement.skills) score += LevelOf(traits.capabilities, need.key);
  }
  if (requirement.strategy == Strategy::kSequential) {
    score += std::numeric_limits<std::uint32_t>::max() - traits.tier;
  }
  return score;
}

SkillKey Interner::Key(std::string_view name) {
  return keys_.try_emplace(std::string(name), static_cast<SkillKey>(keys_.size() + 1))
      .first->second;
}

}  // namespace callfleet::agent_registry
