#pragma once
// Text that a supervisor sends to an agent during a call (S13).
#include <string>

#include "common/clock/clock.h"
#include "common/ids/ids.h"

namespace callfleet::supervisor {

enum class CoachingOutcome { kDelivered, kFailed, kNoDevice };
const char* Name(CoachingOutcome outcome);  // "delivered", …

inline constexpr std::size_t kKeptNotes = 5;  // Newest, an agent.

struct CoachingNote {
  std::string id;
  AgentId agent{};
  WallTime at{};
  std::string author{};  // Name of the token; its role where it has none.
  std::string text{};
  CoachingOutcome outcome = CoachingOutcome::kDelivered;
};

}  // namespace callfleet::supervisor
