#include "common/pg/session.h"

#include <algorithm>
#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "common/pg/rows_impl.h"
#include "common/pg/sql_errors.h"

namespace callfleet::pg {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstBackoff{50};
constexpr milliseconds kLastBackoff{1000};

constexpr Statement kTransactionId{"pg_transaction_id", "SELECT txid_current_if_assigned()::text"};
constexpr Statement kTransactionStatus{"pg_transaction_status", "SELECT txid_status($1::bigint)"};

using Writes = std::vector<const Write*>;

// The columns of the rows that stand.
Params Columns(Writes::const_iterator first, Writes::const_iterator last) {
  std::vector<std::vector<Param>> columns((*first)->params.size());
  std::set<std::string> seen;
  while (last != first) {
    const Params& row = (*--last)->params;
    if (!seen.insert(row.front().text().value_or("")).second) continue;
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].push_back(row[i]);
  }
  return {columns.begin(), columns.end()};
}

}  // namespace

class Session::Connection {
 public:
  explicit Connection(const SessionOptions& options) : native(WithTimeout(options.conninfo)) {
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    native.inhibit_reactivation(true);  // A silent reconnect would lose the settings below.
#pragma GCC diagnostic pop
#endif
    pqxx::nontransaction setup(native);
    setup.exec("SET TIME ZONE 'UTC'");
    setup.exec("SET bytea_output TO 'hex'");
    setup.exec("SET statement_timeout TO " + std::to_string(options.statement_timeout.count()));
    if (options.plan_once) setup.exec("SET plan_cache_mode TO force_generic_plan");
    if (!options.schema.empty()) {
      setup.exec("SET search_path TO " + setup.quote_name(options.schema));
    }
  }

  pqxx::connection native;
  std::set<std::string_view> prepared;  // Known to libpqxx.
  std::set<std::string_view> made;      // Surely known to the server.

 private:
  static std::string WithTimeout(const std::string& conninfo) {
    if (conninfo.find("connect_timeout") != std::string::npos) return conninfo;
    if (conninfo.find("://") != std::string::npos) return conninfo;
    return conninfo + " connect_timeout=5";
  }
};

class Transaction::Impl {
 public:
  Impl(pqxx::connection* native, std::set<std::string_view>* prepared,
       std::set<std::string_view>* made)
      : native_(native), prepared_(prepared), made_(made), work_(*native) {}
  ~Impl() {
    if (!open_) return;
    try {
      work_.exec("ROLLBACK");
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the connection is lost.
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Simple protocol: EXECUTE takes the parameters as literals of unknown type, as if they were
  // given apart, and the plan stays prepared.
  void ExecAll(const Writes& writes) {
    std::string script;
    AddTo(&script, writes);
    if (!script.empty()) Script(script);
  }
  pqxx::result ExecAllThen(const Writes& writes, const Write& last) {
    std::string script;
    AddTo(&script, writes);
    AddTo(&script, *last.statement, last.params);
    return Script(script);  // Of the last statement.
  }

  // BEGIN goes with the first statements, as a round trip of its own is a tenth of a commit.
  pqxx::result Script(const std::string& sql) {
    sound_ = false;
    auto result = work_.exec(std::exchange(open_, true) ? sql : "BEGIN;" + sql);
    sound_ = true;
    return result;
  }

  // Throws in_doubt_error where the connection was lost meanwhile.
  void Commit() {
    if (!open_) return;
    // PostgreSQL would answer with a rollback, which is no error.
    if (!sound_) throw std::logic_error("a statement of the transaction has failed");
    try {
      work_.exec("COMMIT");
    } catch (const std::exception& fault) {
      if (!native_->is_open()) throw pqxx::in_doubt_error(fault.what());
      throw;
    }
    open_ = false;
  }

  pqxx::result Exec(const Statement& statement, const Params& params) {
    Prepare(statement);
    std::vector<std::optional<std::string>> texts;
    texts.reserve(params.size());
    for (const auto& param : params) texts.push_back(param.text());
    if (!std::exchange(open_, true)) work_.exec("BEGIN");
    sound_ = false;
    auto result = work_.exec_prepared(statement.name, pqxx::prepare::make_dynamic_params(texts));
    sound_ = true;
    return result;
  }

 private:
  void AddTo(std::string* script, const Writes& writes) {
    for (auto first = writes.begin(); first != writes.end();) {
      const Statement* statement = (*first)->statement;
      auto last = first + 1;
      if (!statement->rows) {
        AddTo(script, *statement, (*first)->params);
      } else {
        while (last != writes.end() && (*last)->statement == statement) ++last;
        AddTo(script, *statement, Columns(first, last));
      }
      first = last;
    }
  }
  void AddTo(std::string* script, const Statement& statement, const Params& params) {
    PrepareNow(statement);
    *script += "EXECUTE ";
    *script += statement.name;
    for (std::size_t i = 0; i < params.size(); ++i) {
      const auto& text = params[i].text();
      *script += i == 0 ? "(" : ",";
      *script += text ? native_->quote(*text) : "NULL";
    }
    *script += params.empty() ? ";" : ");";
  }
  void Prepare(const Statement& statement) {
    if (prepared_->contains(statement.name)) return;
    native_->prepare(statement.name, statement.sql);
    prepared_->insert(statement.name);
  }
  void PrepareNow(const Statement& statement) {
    Prepare(statement);
#if PQXX_VERSION_MAJOR < 7
    // Version 6 prepares at the first use by exec_prepared, which there may not have been.
    if (made_->contains(statement.name)) return;
    native_->prepare_now(statement.name);
    made_->insert(statement.name);
#endif
  }

  pqxx::connection* native_;
  std::set<std::string_view>* prepared_;
  std::set<std::string_view>* made_;
  pqxx::nontransaction work_;
  bool open_ = false;  // Begun, and neither committed nor rolled back.
  bool sound_ = true;  // The last statement did not fail.

 public:
  std::optional<std::string> id;  // Told by a statement.
};

Rows Transaction::Exec(const Statement& statement, const Params& params) {
  return Rows(std::make_shared<const Rows::Impl>(impl_->Exec(statement, params)));
}

void Transaction::ExecAll(const std::vector<const Write*>& writes) { impl_->ExecAll(writes); }

Rows Transaction::ExecAllThen(const std::vector<const Write*>& writes, const Write& last) {
  return Rows(std::make_shared<const Rows::Impl>(impl_->ExecAllThen(writes, last)));
}

void Transaction::NoteId(std::string id) { impl_->id = std::move(id); }

void Transaction::Script(const std::string& sql) { impl_->Script(sql); }

Session::Session(SessionOptions options) : options_(std::move(options)) {
  if (options_.metrics == nullptr) return;
  seconds_ = options_.metrics->NewHistogram(
      "callfleet_database_transaction_seconds",
      "Time of a transaction, from its first statement to the commit, with repetitions.",
      {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30});
  retries_ =
      options_.metrics->NewCounter("callfleet_database_retries_total",
                                   "Transactions tried again: a lost connection, a deadlock.");
  connections_ =
      options_.metrics->NewGauge("callfleet_database_connections", "Connections that are there.");
}
Session::~Session() { Disconnect(); }

bool Session::connected() const {
  const std::lock_guard lock(mutex_);
  return connected_;
}

void Session::Interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  wake_.notify_all();
}

void Session::Disconnect() {
  connection_.reset();
  suspect_ = false;
  const std::lock_guard lock(mutex_);
  if (std::exchange(connected_, false)) connections_.Add(-1);
}

Status Session::Connect() {
  if (connection_ != nullptr) return {};
  try {
    connection_ = std::make_unique<Connection>(options_);
    backoff_ = milliseconds(0);
    const std::lock_guard lock(mutex_);
    connected_ = true;
    connections_.Add(1);
    return {};
  } catch (const std::exception& fault) {
    Disconnect();
    return Fail(DatabaseAway(fault.what()));
  }
}

// False: the deadline would pass or somebody interrupted.
bool Session::WaitBeforeRetry(Deadline deadline) {
  backoff_ = std::clamp(backoff_ * 2, kFirstBackoff, kLastBackoff);
  const auto until = steady_clock::now() + backoff_;
  if (until >= deadline) return false;
  std::unique_lock lock(mutex_);
  wake_.wait_until(lock, until, [this] { return interrupted_; });
  return !interrupted_;
}

Status Session::Transact(const std::function<Status(Transaction&)>& work, Deadline deadline) {
  Status status;
  const auto began = steady_clock::now();
  while (RunOnce(work, deadline, &status) == After::kRetry) {
    retries_.Increment();
    if (!WaitBeforeRetry(deadline)) return status;
  }
  seconds_.Observe(std::chrono::duration<double>(steady_clock::now() - began).count());
  return status;
}

Session::After Session::RunOnce(const std::function<Status(Transaction&)>& work, Deadline deadline,
                                Status* status) {
  *status = Connect();
  if (!*status) return After::kRetry;
  try {
    *status = Attempt(work, deadline);
    if (suspect_) Disconnect();
    return !*status && IsDatabaseAway(status->error()) ? After::kRetry : After::kReturn;
  } catch (const pqxx::broken_connection& fault) {
    *status = Fail(DatabaseAway(fault.what()));
    Disconnect();
    return After::kRetry;
  } catch (const pqxx::sql_error& fault) {
    *status = Fail(CurrentSqlError());
    // Serialization failure and deadlock: the same work may pass now.
    const bool again = fault.sqlstate() == "40001" || fault.sqlstate() == "40P01";
    if (again) status->error().code = ErrorCode::kAborted;
    if (IsDatabaseAway(status->error())) Disconnect();
    return again || IsDatabaseAway(status->error()) ? After::kRetry : After::kReturn;
  } catch (const std::exception&) {
    *status = Fail(CurrentSqlError());
    return After::kReturn;
  }
}

Status Session::Attempt(const std::function<Status(Transaction&)>& work, Deadline deadline) {
  Transaction::Impl transaction(&connection_->native, &connection_->prepared, &connection_->made);
  Transaction handle(&transaction);
  if (auto worked = work(handle); !worked) return worked;
  if (!transaction.id) {
    const auto id = transaction.Exec(kTransactionId, {});
    transaction.id = id[0][0].is_null() ? "" : id[0][0].as<std::string>();
  }
  // Without an id nothing was written: there is nothing to be in doubt about.
  const std::string& text = *transaction.id;
  try {
    transaction.Commit();
    return {};
  } catch (const pqxx::in_doubt_error&) {
    suspect_ = true;
  } catch (const pqxx::broken_connection&) {
    suspect_ = true;
  }
  return text.empty() ? Status() : Resolve(text, deadline);
}

// On a connection of its own, as the lost transaction still has ours.
Status Session::Resolve(const std::string& transaction_id, Deadline deadline) {
  do {
    try {
      Connection fresh(options_);
      pqxx::nontransaction lookup(fresh.native);
      const auto row = lookup.exec_params(kTransactionStatus.sql, transaction_id);
      const std::string state = row[0][0].is_null() ? "" : row[0][0].as<std::string>();
      if (state == "committed") return {};
      if (state == "aborted") return Fail(DatabaseAway("the commit was lost"));
    } catch (const pqxx::broken_connection&) {  // NOLINT(bugprone-empty-catch): tried again.
    }
  } while (WaitBeforeRetry(deadline));
  return Fail({.code = ErrorCode::kUnknown,
               .reason = "COMMIT_IN_DOUBT",
               .message = "The database went away during a commit and did not come back."});
}

}  // namespace callfleet::pg
