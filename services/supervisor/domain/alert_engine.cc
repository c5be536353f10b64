#include "services/supervisor/domain/alert_engine.h"

#include <algorithm>

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::seconds kTellValueEach{1};  // And at a change of a raised alert's value.

bool Fits(const AlertRule& rule, const AlertSample& sample) {
  if (rule.disabled || rule.figure != sample.figure) return false;
  if (!rule.subject.empty() && rule.subject != sample.subject) return false;
  if (!rule.customer_type.empty() && rule.customer_type != sample.customer_type) return false;
  if (sample.window.count() != 0 && sample.window != rule.window) return false;
  return sample.samples >= std::max(rule.min_samples, 1U);
}

}  // namespace

void AlertEngine::Due(WallTime at) { next_due_ = next_due_ ? std::min(*next_due_, at) : at; }

std::vector<Alert> AlertEngine::Raised() const {
  std::vector<Alert> raised;
  for (const auto& [key, one] : cases_) {
    if (one.raised) raised.push_back(*one.raised);
  }
  return raised;
}

std::vector<Alert> AlertEngine::Judge(const std::vector<AlertRule>& rules,
                                      const std::vector<AlertSample>& samples, WallTime now) {
  std::vector<Alert> changes;
  ++round_;
  next_due_.reset();
  for (const auto& rule : rules) {
    for (const auto& sample : samples) {
      if (Fits(rule, sample)) JudgeOne(rule, sample, now, &changes);
    }
  }
  // No figure any more: the call is over, the rule is gone, too few samples.
  for (auto it = cases_.begin(); it != cases_.end();) {
    if (it->second.seen == round_) {
      ++it;
      continue;
    }
    if (it->second.raised) {
      it->second.raised->end = now;
      changes.push_back(*it->second.raised);
    }
    it = cases_.erase(it);
  }
  return changes;
}

void AlertEngine::JudgeOne(const AlertRule& rule, const AlertSample& sample, WallTime now,
                           std::vector<Alert>* changes) {
  Case& one = cases_[{rule.id, sample.subject}];
  one.seen = round_;
  const bool holds = rule.below ? sample.value < rule.threshold : sample.value > rule.threshold;
  if (!holds) {
    one.since.reset();
    if (one.raised) {
      one.raised->end = now;
      one.raised->value = sample.value;
      changes->push_back(*std::exchange(one.raised, std::nullopt));
    }
    // What grows will cross the threshold by itself; a moment later it is above it.
    if (sample.grows && !rule.below) {
      const auto left = std::chrono::microseconds(
          static_cast<std::int64_t>((rule.threshold - sample.value) * 1e6));
      Due(now + left + std::chrono::milliseconds(1));
    }
    return;
  }
  if (!one.since) one.since = now;
  if (!one.raised) {
    if (now - *one.since < rule.hold_for) {
      Due(*one.since + rule.hold_for);
      return;
    }
    one.raised = Alert{.id = rule.id + "/" + sample.subject + "/" +
                             std::to_string(now.time_since_epoch().count()) + "-" +
                             std::to_string(++raised_count_),
                       .rule_id = rule.id,
                       .name = rule.name,
                       .figure = rule.figure,
                       .severity = rule.severity,
                       .subject = sample.subject,
                       .subject_name = sample.subject_name,
                       .value = sample.value,
                       .threshold = rule.threshold,
                       .start = now};
    changes->push_back(*one.raised);
  } else if (one.raised->value != sample.value) {
    one.raised->value = sample.value;
    changes->push_back(*one.raised);
  }
  if (sample.grows) Due(now + kTellValueEach);
}

}  // namespace callfleet::supervisor
