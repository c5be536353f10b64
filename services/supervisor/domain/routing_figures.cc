#include "services/supervisor/domain/routing_figures.h"

#include <algorithm>

namespace callfleet::supervisor {
namespace {

const LegFact* FirstAgentLeg(const CallFact& call) {
  const LegFact* first = nullptr;
  for (const auto& leg : call.legs) {
    if (PartOf(leg) != LegRole::kAgent || !leg.created) continue;
    if (first == nullptr || *leg.created < *first->created) first = &leg;
  }
  return first;
}

}  // namespace

std::optional<double> RoutingFigures::AverageRoutingMs() const {
  if (routed == 0) return std::nullopt;
  return static_cast<double>(routing_time.count()) / 1000.0 / static_cast<double>(routed);
}

std::optional<double> RoutingFigures::SkillMatchRate() const {
  if (skill_samples == 0) return std::nullopt;
  return static_cast<double>(skill_matches) / static_cast<double>(skill_samples);
}

bool HasSkills(const std::vector<SkillLevel>& required, const std::vector<SkillLevel>& given) {
  return std::ranges::all_of(required, [&](const SkillLevel& need) {
    return std::ranges::any_of(given, [&](const SkillLevel& has) {
      return has.name == need.name && has.level >= need.level;
    });
  });
}

void CountRouting(const std::vector<SkillLevel>& required,
                  const std::vector<SkillLevel>* agent_skills, CallHistory* history,
                  RoutingFigures* figures) {
  const CallFact& call = history->fact;
  if (history->routing_counted) return;
  const auto need = WaitStart(call);
  const LegFact* agent = FirstAgentLeg(call);
  if (agent == nullptr) {
    if (call.state != EdgeCallState::kEnded || !need) return;
    history->routing_counted = true;
    ++figures->rejected;
    return;
  }
  history->routing_counted = true;
  const auto wait = need ? std::max(*agent->created - *need, std::chrono::microseconds{0})
                         : std::chrono::microseconds{0};
  ++(wait <= kDirectWithin ? figures->direct : figures->queued);
  if (need) {
    ++figures->routed;
    figures->routing_time += wait;
  }
  if (!required.empty() && agent_skills != nullptr) {
    ++figures->skill_samples;
    figures->skill_matches += HasSkills(required, *agent_skills) ? 1U : 0U;
  }
}

}  // namespace callfleet::supervisor
