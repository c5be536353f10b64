#pragma once
// Raises and ends alerts as figures change. Pure: time comes with the figures.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/supervisor/domain/alert_rules.h"

namespace callfleet::supervisor {

struct AlertSample {
  std::string figure;
  std::string subject{};
  std::string subject_name{};
  std::string customer_type{};
  double value = 0;
  unsigned samples = 1;
  bool grows = false;                   // By 1 a second without anything happening: a wait, an age.
  std::chrono::milliseconds window{0};  // Figures over time: of which window; 0: live.
};

class AlertEngine {
 public:
  // Judges every rule; returns the alerts that were raised, changed their value or ended. What a
  // removed or disabled rule had raised ends. `samples` are all there are.
  std::vector<Alert> Judge(const std::vector<AlertRule>& rules,
                           const std::vector<AlertSample>& samples, WallTime now);
  // When to judge again even if nothing happens; nullopt: not before a change.
  std::optional<WallTime> next_due() const { return next_due_; }
  std::vector<Alert> Raised() const;

 private:
  struct Case {
    std::optional<WallTime> since{};  // The condition holds since.
    std::optional<Alert> raised{};
    std::uint64_t seen = 0;  // The last round that had a sample of it.
  };
  using Key = std::pair<std::string, std::string>;  // Rule, subject.

  void JudgeOne(const AlertRule& rule, const AlertSample& sample, WallTime now,
                std::vector<Alert>* changes);
  void Due(WallTime at);

  std::map<Key, Case> cases_;
  std::uint64_t round_ = 0;
  std::uint64_t raised_count_ = 0;
  std::optional<WallTime> next_due_;
};

}  // namespace callfleet::supervisor
