#pragma once
// Months of history as partitions: made when a row needs one, dropped when it is too old.
#include <chrono>
#include <set>
#include <string>

#include "common/clock/clock.h"
#include "common/pg/session.h"

namespace callfleet::supervisor {

// One thread.
class HistoryPartitions {
 public:
  // Kept for at least so long; whole months go.
  explicit HistoryPartitions(std::chrono::hours retention) : retention_(retention) {}

  bool Kept(WallTime time, WallTime now) const { return time > now - retention_; }
  // In a transaction of its own; only the first row of a month costs anything.
  Status Make(pg::Session* session, const std::set<std::string>& months, pg::Deadline deadline);
  Status DropOld(pg::Session* session, WallTime now, pg::Deadline deadline) const;

  static std::string MonthOf(WallTime time);  // "202611".

 private:
  std::chrono::hours retention_;
  std::set<std::string> made_;
};

}  // namespace callfleet::supervisor
