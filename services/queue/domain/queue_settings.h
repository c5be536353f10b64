#pragma once
// What an operator may set on a queue, with its limits.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "common/result/result.h"

namespace callfleet::queue {

// Numbered as in agent_registry, which does the choosing.
enum class Strategy : std::uint8_t {
  kLeastBusy = 1,
  kLongestIdle = 2,
  kRoundRobin = 3,
  kFewestCalls = 4,
  kLeastTalkTime = 5,
  kRandom = 6,
  kSequential = 7,
  kSkillLevel = 8,
  kRingAll = 9,
};
enum class QueueState : std::uint8_t { kOpen = 1, kClosed = 2 };

struct SkillRequirement {
  std::string name;             // 1 to 64 characters.
  std::uint32_t min_level = 1;  // 1 to 10.
  friend bool operator==(const SkillRequirement&, const SkillRequirement&) = default;
};

struct QueueSettings {
  std::string name;         // Unique, 1 to 64 characters.
  std::string description;  // At most 1,000 characters.
  std::string pool = "default";
  Strategy strategy = Strategy::kLeastBusy;
  std::vector<SkillRequirement> skills;                       // At most 64.
  std::uint32_t max_size = 1'000;                             // 1 to 10,000 waiting callers.
  std::chrono::milliseconds max_wait{0};                      // 0: no limit; at most 24 h.
  std::chrono::milliseconds ring_timeout{15'000};             // 5 s to 120 s.
  std::chrono::milliseconds service_level_threshold{20'000};  // 1 s to 1 h.
  std::optional<std::chrono::milliseconds> wrap_up;           // 0 to 1 h; absent: the agent's own.
  std::chrono::milliseconds priority_bonus{60'000};           // At most 1 h.
  std::string overflow_queue;                                 // Empty: the caller is released.
  friend bool operator==(const QueueSettings&, const QueueSettings&) = default;
};

struct Queue {
  QueueId id;
  QueueSettings settings;
  QueueState state = QueueState::kOpen;
  WallTime create_time{};
  friend bool operator==(const Queue&, const Queue&) = default;
};

// INVALID_ARGUMENT naming every faulty field at once.
Status Check(const QueueSettings& settings);

}  // namespace callfleet::queue
