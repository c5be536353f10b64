#pragma once
// The reference that the index must agree with: looks at each agent, every time.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "services/agent_registry/domain/agent_index.h"

namespace callfleet::agent_registry {

class LinearScan {
 public:
  struct Agent {
    AgentTraits traits;
    std::map<SkillKey, std::uint64_t> chosen;
    Standing standing;
    Record record;
    Rank rank = 0;
  };

  std::map<Slot, Agent> agents;

  static bool Available(const Agent& a, const Requirement& r) {
    return a.standing.open && a.standing.load < a.traits.max_load && Satisfies(a.traits, r) &&
           !(r.live_answered && a.standing.engaged);
  }

  Slot Best(const Requirement& r) const {
    std::optional<Key> best;
    Slot slot = kNoSlot;
    for (const auto& [s, a] : agents) {
      if (!Available(a, r)) continue;
      const Key key = KeyOf(a, r);
      if (!best || key < *best) {
        best = key;
        slot = s;
      }
    }
    return slot;
  }

 private:
  // Preference (negated), then the strategy's key, then the ratio, then the rank.
  using Key = std::tuple<std::int64_t, std::uint64_t, double, Rank>;

  static Key KeyOf(const Agent& a, const Requirement& r) {
    const auto preference = -static_cast<std::int64_t>(Preference(a.traits, r));
    const double ratio = static_cast<double>(a.standing.load) / a.traits.max_load;
    switch (r.strategy) {
      case Strategy::kLeastBusy:
      case Strategy::kRingAll:
      case Strategy::kSequential:
      case Strategy::kSkillLevelFirst:
        return {preference, a.standing.load, ratio, a.rank};
      case Strategy::kLongestIdle:
        return {preference, 0, 0, a.rank};
      case Strategy::kFewestCalls:
        return {preference, a.record.calls, 0, a.rank};
      case Strategy::kLeastTalkTime:
        return {preference, a.record.talk_ms, 0, a.rank};
      case Strategy::kRoundRobin:
        return {preference, Lookup(a.chosen, r.audience), 0, a.rank};
      case Strategy::kRandom:
        break;
    }
    return {preference, 0, 0, 0};
  }
  template <class M>
  static std::uint64_t Lookup(const M& map, SkillKey key) {
    auto it = map.find(key);
    return it == map.end() ? 0 : it->second;
  }
};

}  // namespace callfleet::agent_registry
