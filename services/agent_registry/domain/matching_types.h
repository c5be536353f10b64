#pragma once
// The words of matching: what an agent can do, what a demand asks for. Strings are interned once
// at the border; the match itself sees dense numbers only.
#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace callfleet::agent_registry {

using Slot = std::uint32_t;     // An agent's dense place in one pool's index; reused after Remove.
using GroupId = std::uint32_t;  // Agents that no demand can tell apart but by load and order.
using SignatureId = std::uint32_t;  // Demands that no agent can tell apart but by order.
using SkillKey = std::uint32_t;     // An interned "skill:<name>", "member:<unit>" or "edge:<id>".
using Rank = std::uint64_t;         // Lower = longer without new work; unique in an index.

inline constexpr Slot kNoSlot = std::numeric_limits<Slot>::max();

enum class AgentKind : std::uint8_t { kHuman = 1, kAi = 2 };
enum class LineMode : std::uint8_t { kRing = 1, kAuto = 2, kDedicated = 3 };

enum class Strategy : std::uint8_t {
  kLeastBusy = 1,  // Fewest slots in use; ties: lower load ratio, then longest without new work.
  kLongestIdle,
  kRoundRobin,  // Least recently chosen for this audience, so a changing list skips nobody.
  kFewestCalls,
  kLeastTalkTime,
  kRandom,
  kRingAll,     // Up to 20 offers at once, in least-busy order.
  kSequential,  // Lowest tier first, least busy within it.
  kSkillLevelFirst,
};

// Classes of the book, matched in this order (a pool may swap the last two).
enum class DemandClass : std::uint8_t {
  kAnsweredOutbound = 0,  // A person is on the line and has 2 s; earliest deadline first.
  kForced = 1,
  kWaiting = 2,
  kAgentFirst = 3,
};
inline constexpr std::size_t kDemandClasses = 4;

// Level 1..10 for a skill; for a membership 1 = member, 2 = primary; 1 for an edge that can ring
// it.
struct Capability {
  SkillKey key = 0;
  std::uint8_t level = 0;
  friend auto operator<=>(const Capability&, const Capability&) = default;
};
inline constexpr std::uint8_t kPrimaryLevel = 2;

// What distinguishes an agent's group. `capabilities` is sorted by key, each key once.
struct AgentTraits {
  std::vector<Capability> capabilities;
  std::uint16_t max_load = 1;  // 1..100
  bool answers_at_once = false;
  std::uint32_t tier = 0;  // Lower first, for kSequential.
  friend auto operator<=>(const AgentTraits&, const AgentTraits&) = default;
};

struct Requirement {
  SkillKey audience = 0;           // member:<unit>; level 1 is enough.
  std::vector<Capability> skills;  // Sorted by key; level = the least accepted.
  Strategy strategy = Strategy::kLeastBusy;
  bool instant_only = false;   // Only agents whose legs answer at once.
  bool live_answered = false;  // Class 0: instant, and no human with work under way.
  SkillKey edge = 0;           // edge:<id>, that must be able to ring the agent; 0: any.
  friend auto operator<=>(const Requirement&, const Requirement&) = default;
};

// Level of `key` in a sorted list, 0 if absent.
std::uint8_t LevelOf(const std::vector<Capability>& sorted, SkillKey key);
bool Satisfies(const AgentTraits& traits, const Requirement& requirement);
// Higher first: a primary before any member; then, for kSkillLevelFirst, the sum of the levels
// asked for, and for kSequential the lower tier.
std::uint64_t Preference(const AgentTraits& traits, const Requirement& requirement);

// Names to numbers, per pool. Never shrinks: names are bounded by configuration, not by calls.
class Interner {
 public:
  SkillKey Key(std::string_view name);
  std::size_t size() const { return keys_.size(); }

 private:
  std::unordered_map<std::string, SkillKey> keys_;
};

}  // namespace callfleet::agent_registry
