#pragma once
// What happens to a lead after an attempt: done, tried again later, given up, or back to its place.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock/clock.h"
#include "services/dialer/domain/outcome.h"

namespace callfleet::dialer {

struct RetryRule {
  std::chrono::seconds delay{3600};  // From the end of the attempt; 0 s to 30 days.
  int max_retries = 0;               // Further tries that this outcome grants; 0 to 20.
};

struct RetryPolicy {
  std::map<Outcome, RetryRule> rules;
  int max_attempts = 3;  // Over all outcomes; 1 to 20.

  // Busy soon, no answer later, declined and invalid never: not one rule for all.
  static RetryPolicy Default();
};

enum class Verdict { kComplete, kRetry, kFail, kKeepPlace };

struct Disposition {
  Verdict verdict = Verdict::kKeepPlace;
  WallTime due{};             // With kRetry.
  std::string_view reason{};  // With kFail: why for good.
};

// What a lead has behind it, this attempt included where it counts.
struct TriedSoFar {
  int attempts = 0;           // Placed and counted.
  int with_this_outcome = 0;  // Of those, with the same outcome.
  bool counted = false;       // This attempt.
  bool was_answered = false;  // In this attempt.
};

// Trunk faults and calls never placed cost nothing and keep the place; an interrupted call that had
// been answered is not repeated: the person has been spoken to.
Disposition Decide(const RetryPolicy& policy, Outcome outcome, const TriedSoFar& tried,
                   WallTime ended);

}  // namespace callfleet::dialer
