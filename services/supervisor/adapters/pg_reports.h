#pragma once
// Reports out of history's tables, read in pieces of one snapshot of the database.
#include "common/clock/clock.h"
#include "common/pg/pool.h"
#include "services/supervisor/ports/reports.h"

namespace callfleet::supervisor {

class PgReports final : public Reports {
 public:
  PgReports(pg::Pool* pool, const Clock* clock) : pool_(pool), clock_(clock) {}

  void Performance(const PerformanceQuery& query,
                   std::function<void(Result<Report>)> reply) override;
  void Recordings(const RecordingQuery& query,
                  std::function<void(Result<RecordingPage>)> reply) override;
  void FindCall(const std::string& call,
                std::function<void(Result<std::optional<CallRow>>)> reply) override;

  void CallsSince(WallTime since, std::function<void(Result<std::vector<CallRow>>)> reply) override;
  void Repairs(const RepairQuery& query, std::function<void(Result<RepairPage>)> reply) override;

 private:
  pg::Pool* pool_;
  const Clock* clock_;
};

}  // namespace callfleet::supervisor
