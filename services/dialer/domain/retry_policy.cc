#include "services/dialer/domain/retry_policy.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

RetryPolicy RetryPolicy::Default() {
  RetryPolicy policy;
  policy.rules = {
      {Outcome::kBusy, {300s, 3}},
      {Outcome::kNoAnswer, {3600s, 3}},
      {Outcome::kUnreachable, {3600s, 2}},
      {Outcome::kAbandoned, {86400s, 1}},
      {Outcome::kAgentFailed, {300s, 3}},
      {Outcome::kInterrupted, {300s, 2}},
      {Outcome::kCancelled, {300s, 3}},
      {Outcome::kDeclined, {0s, 0}},
      {Outcome::kInvalidNumber, {0s, 0}},
      {Outcome::kBlocked, {0s, 0}},
      {Outcome::kAnsweringMachine, {14400s, 2}},
      {Outcome::kMessageLeft, {0s, 0}},
      {Outcome::kFax, {0s, 0}},
  };
  return policy;
}

Disposition Decide(const RetryPolicy& policy, Outcome outcome, const TriedSoFar& tried,
                   WallTime ended) {
  if (!tried.counted) return {.verdict = Verdict::kKeepPlace};
  switch (outcome) {
    case Outcome::kCompleted:
      return {.verdict = Verdict::kComplete};
    case Outcome::kNone:
    case Outcome::kTrunkFault:
    case Outcome::kSuppressed:
      return {.verdict = Verdict::kKeepPlace};
    case Outcome::kInvalidNumber:
      return {.verdict = Verdict::kFail, .reason = "invalid_number"};
    case Outcome::kBlocked:
      return {.verdict = Verdict::kFail, .reason = "blocked"};
    case Outcome::kRefused:
      return {.verdict = Verdict::kFail, .reason = "refused"};
    case Outcome::kInterrupted:
      if (tried.was_answered) return {.verdict = Verdict::kFail, .reason = "interrupted"};
      break;
    case Outcome::kAbandoned:
    case Outcome::kBusy:
    case Outcome::kNoAnswer:
    case Outcome::kUnreachable:
    case Outcome::kDeclined:
    case Outcome::kAgentFailed:
    case Outcome::kCancelled:
    case Outcome::kAnsweringMachine:
    case Outcome::kFax:
    case Outcome::kMessageLeft:
      break;
  }
  const auto rule = policy.rules.find(outcome);
  const int retries = rule == policy.rules.end() ? 0 : rule->second.max_retries;
  if (tried.with_this_outcome > retries) {
    // What was to be said is said.
    if (outcome == Outcome::kMessageLeft) return {.verdict = Verdict::kComplete};
    return {.verdict = Verdict::kFail, .reason = Name(outcome)};
  }
  if (tried.attempts >= policy.max_attempts) {
    return {.verdict = Verdict::kFail, .reason = "max_attempts"};
  }
  return {.verdict = Verdict::kRetry, .due = ended + rule->second.delay};
}

}  // namespace callfleet::dialer
