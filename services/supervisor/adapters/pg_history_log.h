#pragma once
// History in PostgreSQL: a batch of events is one transaction with the cursor, one statement a
// table however many rows there are.
#include "common/pg/session.h"
#include "services/supervisor/adapters/history_partitions.h"
#include "services/supervisor/ports/history_log.h"

namespace callfleet::supervisor {

struct HistoryLogOptions {
  pg::SessionOptions session;
  std::chrono::hours retention{24 * 400};
};

// One thread, but for Interrupt.
class PgHistoryLog final : public HistoryLog {
 public:
  PgHistoryLog(const HistoryLogOptions& options, const Clock* clock)
      : session_(options.session), partitions_(options.retention), clock_(clock) {}

  Result<std::string> Cursor(const std::string& source) override;
  Status Save(const HistoryBatch& batch) override;
  Status SaveGap(const std::string& source, const std::string& before, const std::string& resume,
                 WallTime now) override;
  void Interrupt() override { session_.Interrupt(); }

 private:
  pg::Session session_;
  HistoryPartitions partitions_;
  const Clock* clock_;
  bool gap_ = false;        // The next event that is read ends a hole.
  std::string last_month_;  // When old partitions were last looked for.
};

}  // namespace callfleet::supervisor
