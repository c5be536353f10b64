#pragma once
// The figures that alert rules judge: of the live world, and over time of calls that history has.
#include <deque>
#include <map>
#include <vector>

#include "services/supervisor/domain/alert_engine.h"
#include "services/supervisor/domain/history_rows.h"
#include "services/supervisor/domain/world.h"

namespace callfleet::supervisor {

std::vector<AlertSample> LiveSamples(const World& world, WallTime now);

// Calls of the last 24 h, by id, so that a newer record of a call replaces the older one.
class CallWindow {
 public:
  static constexpr std::chrono::hours kLongest{24};
  static constexpr std::size_t kMaxCalls = 200'000;  // Beyond: the oldest go.

  void Put(const CallRow& row);
  void Drop(WallTime now);
  std::size_t size() const { return calls_.size(); }
  // For each window that a rule looks back, the figures over all, by queue and by campaign.
  std::vector<AlertSample> Samples(const std::vector<AlertRule>& rules, WallTime now) const;
  // When the oldest call leaves one of the rules' windows; nullopt: there is none.
  std::optional<WallTime> NextExit(const std::vector<AlertRule>& rules, WallTime now) const;

 private:
  std::map<std::pair<WallTime, std::string>, CallRow> calls_;  // By time of counting.
  std::map<std::string, WallTime> times_;
};

}  // namespace callfleet::supervisor
