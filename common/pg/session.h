#pragma once
// One connection and its transactions. Everything is retried here and only here: a lost connection
// is replaced by a new one (libpqxx 7 does not reconnect, and 6 would lose our settings), a
// deadlock runs again, and a commit whose answer was lost is looked up by its transaction id.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "common/metrics/registry.h"
#include "common/pg/param.h"
#include "common/pg/rows.h"
#include "common/result/result.h"

namespace callfleet::pg {

// SQL is written as named constants; the name is the prepared statement's.
struct Statement {
  const char* name;
  const char* sql;
  // Each parameter is an array, a column, and each Write gives one row. Those that follow each
  // other go as one; of rows with the same first parameter, their key, the last stands.
  bool rows = false;
};

// A statement with its parameters.
struct Write {
  const Statement* statement;
  Params params;
};

struct SessionOptions {
  std::string conninfo;  // As libpq takes it: "host=/run/pg dbname=callfleet user=dialer".
  std::string schema{};  // The service's; becomes the search_path.
  std::chrono::milliseconds statement_timeout{10'000};
  // callfleet_database_{transaction_seconds,retries_total,connections}, over all sessions that
  // share it. May be null; else it outlives the session.
  metrics::Registry* metrics = nullptr;
  // Each statement is planned once. Else PostgreSQL plans one with array parameters at each use, as
  // it knows how long the arrays are; for one that goes by keys that buys nothing.
  bool plan_once = false;
};

// Lives inside Transact only. Throws what libpqxx throws; the session turns that into an Error.
class Transaction {
 public:
  class Impl;
  explicit Transaction(Impl* impl) : impl_(impl) {}
  Rows Exec(const Statement& statement, const Params& params = {});
  // All of them in their order, in one round trip; what they return is dropped.
  void ExecAll(const std::vector<const Write*>& writes);
  // The same, and `last` behind them; returns what that returned.
  Rows ExecAllThen(const std::vector<const Write*>& writes, const Write& last);
  // The transaction's id, from a statement that told it anyway: it is not asked for again.
  void NoteId(std::string id);
  void Script(const std::string& sql);  // Several statements without parameters: migrations.

 private:
  Impl* impl_;
};

using Deadline = std::chrono::steady_clock::time_point;

// One thread at a time, but for Interrupt.
class Session {
 public:
  explicit Session(SessionOptions options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs `work` in one transaction and commits; an Error of `work` rolls back. `work` may run
  // several times: while the database is away, has no room, is read-only or stuck, and after a
  // deadlock. Errors of its own: UNAVAILABLE DATABASE_AWAY at the deadline (nothing was committed),
  // UNKNOWN COMMIT_IN_DOUBT (only if the database stayed away after a lost commit), ALREADY_EXISTS
  // UNIQUE_VIOLATION, FAILED_PRECONDITION CONSTRAINT_VIOLATION (metadata: sqlstate),
  // INVALID_ARGUMENT BAD_VALUE, INTERNAL SQL_ERROR.
  Status Transact(const std::function<Status(Transaction&)>& work, Deadline deadline);

  // Ends waiting for a database that is away; any thread. Later transactions get one try each.
  void Interrupt();
  bool connected() const;  // Any thread.

 private:
  class Connection;
  enum class After { kReturn, kRetry };

  Status Connect();
  After RunOnce(const std::function<Status(Transaction&)>& work, Deadline deadline, Status* status);
  Status Attempt(const std::function<Status(Transaction&)>& work, Deadline deadline);
  Status Resolve(const std::string& transaction_id, Deadline deadline);
  bool WaitBeforeRetry(Deadline deadline);
  void Disconnect();

  SessionOptions options_;
  metrics::Histogram seconds_{};
  metrics::Counter retries_{};
  metrics::Gauge connections_{};
  std::unique_ptr<Connection> connection_;
  std::chrono::milliseconds backoff_{0};
  bool suspect_ = false;  // The connection broke during a commit.
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool interrupted_ = false;
  bool connected_ = false;
};

}  // namespace callfleet::pg
