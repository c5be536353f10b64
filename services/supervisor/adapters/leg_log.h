#pragma once
// Legs of calls that are over, from the facts of the live view into history: what gathers is one
// statement. No service keeps them for us, so calls that end while no supervisor listens are in
// history without their legs; and they are written behind, so a crash loses what was gathered.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "common/logging/logger.h"
#include "services/supervisor/adapters/pg_history_log.h"
#include "services/supervisor/ports/fact_sink.h"

namespace callfleet::supervisor {

struct LegCounts {
  std::uint64_t kept = 0;  // Written; again, where an edge told them again.
  std::uint64_t lost = 0;  // There was no room, or the database would not have them.
};

// Stands before the sink that facts are for. Thread safe; Push waits no longer than that one does.
class LegLog final : public FactSink {
 public:
  static constexpr std::size_t kMaxWaiting = 20'000;  // What comes beyond it is lost.
  static constexpr std::size_t kMaxBatch = 1'000;     // Legs a transaction.
  static constexpr std::chrono::milliseconds kGather{500};

  LegLog(FactSink* next, const HistoryLogOptions& options, const Clock* clock, logging::Logger log);
  ~LegLog() override;  // Close.

  void Push(SourcedFact fact) override;
  // Writes what waits, with one try at a database that is away. What comes later is passed on only.
  void Close();
  LegCounts counts() const;

 private:
  void Work();
  std::vector<LegRow> Gathered();  // Empty: closed, and nothing is left.
  void Write(const std::vector<LegRow>& rows);
  Status Save(const std::vector<LegRow>& rows);
  bool closed() const;

  FactSink* next_;
  pg::Session session_;
  HistoryPartitions partitions_;
  const Clock* clock_;
  logging::Logger log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LegRow> waiting_;
  LegCounts counts_;
  bool closed_ = false;
  std::thread thread_;  // Last: starts when all else is there.
};

}  // namespace callfleet::supervisor
