#pragma once
// How calls found their agents: raw counters, each call counted once; ratios at read time.
#include <chrono>
#include <cstdint>
#include <optional>

#include "services/supervisor/domain/call_history.h"

namespace callfleet::supervisor {

inline constexpr std::chrono::seconds kDirectWithin{1};

struct RoutingFigures {
  std::uint64_t direct = 0;    // Given an agent within kDirectWithin of needing one.
  std::uint64_t queued = 0;    // Waited longer, or for ever.
  std::uint64_t rejected = 0;  // A person waited and no agent was ever rung.
  std::uint64_t routed = 0;    // Calls in `routing_time`.
  std::chrono::microseconds routing_time{0};
  std::uint64_t skill_samples = 0;
  std::uint64_t skill_matches = 0;

  std::optional<double> AverageRoutingMs() const;
  std::optional<double> SkillMatchRate() const;
};

// Counts a call once its routing is decided: an agent's leg exists, or it ended without one.
// `agent_skills` are those of the agent that was found; nullptr: not known.
void CountRouting(const std::vector<SkillLevel>& required,
                  const std::vector<SkillLevel>* agent_skills, CallHistory* history,
                  RoutingFigures* figures);

bool HasSkills(const std::vector<SkillLevel>& required, const std::vector<SkillLevel>& given);

}  // namespace callfleet::supervisor
