#pragma once
// How long events are kept: a full partition of the outbox goes when all registered consumers have
// kept it, or at a hard limit; then whoever had not is told by a history_gap event.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/clock/timers.h"
#include "common/events/event_log.h"
#include "common/metrics/registry.h"
#include "common/pg/outbox.h"
#include "common/pg/pool.h"

namespace callfleet::pg {

struct OutboxKeeping {
  std::chrono::milliseconds min_age{3'600'000};  // A kept partition stays so long after it filled.
  std::chrono::milliseconds max_age{604'800'000};              // Hard: seven days after it filled.
  std::int64_t max_rows = 10'000'000;                          // Hard: of all that is kept.
  std::int64_t partition_rows = OutboxWriter::kPartitionRows;  // For the committer's options.
  std::chrono::milliseconds look_every{10'000};
};

struct OutboxState {
  struct Consumer {
    std::string name;
    std::int64_t behind = 0;  // Events it has not kept yet.
  };
  std::int64_t rows = 0;
  std::int64_t parts = 0;
  std::vector<Consumer> consumers;
  std::uint64_t dropped_parts = 0;  // Since the start of the process.
  std::uint64_t gaps = 0;
};

struct OutboxKeeperParts {
  Pool* pool = nullptr;
  Timers* timers = nullptr;
  std::string service;  // "dialer": the source of its events.
  // The payload of a HistoryGap; see grpc_server/event_feed.h.
  std::function<std::string(const events::HistoryGap&)> payload;
  std::function<void()> on_written;  // Readers are woken. May be null.
};

// Thread safe. Looks from Start until the timers or the pool stop.
class OutboxKeeper {
 public:
  OutboxKeeper(OutboxKeeperParts parts, OutboxKeeping keeping);
  void Start();
  // Once, now; for tests. `done` on a pool thread.
  void Look(std::function<void(Status)> done);
  OutboxState state() const;
  // callfleet_<service>_outbox_{rows,partitions,behind{consumer},dropped_partitions,history_gaps}.
  void AddMetrics(metrics::Registry* metrics) const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;  // A look may end after the keeper.
};

}  // namespace callfleet::pg
