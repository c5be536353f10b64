#pragma once
// Driven: reading history. Does not wait; answers come on a thread of the database.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/supervisor/domain/performance.h"

namespace callfleet::supervisor {

struct RepairQuery {
  WallTime start{};
  std::optional<WallTime> end{};
  std::string source{};  // "": of all.
  std::string kind{};    // "": all.
  int size = 100;
  std::string after{};  // Token of the page before.
};

struct RepairPage {
  std::vector<RepairRow> repairs{};  // Newest first.
  std::string next{};                // "": that was all.
};

struct RecordingQuery {
  WallTime start{};
  std::optional<WallTime> end{};
  std::string call{};   // "": of all.
  std::string agent{};  // "": of all.
  bool failed = false;  // Only those that ended before their call.
  int size = 100;
  std::string after{};  // Token of the page before.
};

struct RecordingPage {
  std::vector<RecordingRow> recordings{};  // Newest first.
  std::string next{};                      // "": that was all.
};

class Reports {
 public:
  virtual ~Reports() = default;
  // RESOURCE_EXHAUSTED RANGE_TOO_LARGE above 2,000,000 rows; UNAVAILABLE DATABASE_AWAY.
  virtual void Performance(const PerformanceQuery& query,
                           std::function<void(Result<Report>)> reply) = 0;
  // By the call's id; of several rows the newest.
  virtual void FindCall(const std::string& call,
                        std::function<void(Result<std::optional<CallRow>>)> reply) = 0;
  // Calls that are over and counted since then, at most 200,000 of the newest.
  virtual void CallsSince(WallTime since,
                          std::function<void(Result<std::vector<CallRow>>)> reply) = 0;
  // INVALID_ARGUMENT page_token.
  virtual void Repairs(const RepairQuery& query, std::function<void(Result<RepairPage>)> reply) = 0;
  // INVALID_ARGUMENT page_token.
  virtual void Recordings(const RecordingQuery& query,
                          std::function<void(Result<RecordingPage>)> reply) = 0;
};

}  // namespace callfleet::supervisor
