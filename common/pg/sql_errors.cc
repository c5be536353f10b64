#include "common/pg/sql_errors.h"

#include <pqxx/pqxx>

namespace callfleet::pg {
namespace {

Error Make(ErrorCode code, std::string reason, const std::string& message) {
  return {.code = code, .reason = std::move(reason), .message = message};
}

// PostgreSQL appendix A: class 22 is data, 23 constraints.
// No fault of the statement, and gone some day: class 53 is no room (disk, memory, connections), 58
// the system's own fault, 57P an end or a start, 57014 a statement that took too long, 55P03 a lock
// that did, 25006 a server that takes no writes now.
bool IsWeather(const std::string& state) {
  return state.starts_with("53") || state.starts_with("58") || state.starts_with("57P") ||
         state == "57014" || state == "55P03" || state == "25006";
}

Error FromSqlState(const std::string& state, const std::string& message) {
  if (IsWeather(state)) {
    auto error = DatabaseAway(message);
    error.metadata["sqlstate"] = state;
    return error;
  }
  Error error = Make(ErrorCode::kInternal, "SQL_ERROR", message);
  if (state == "23505") {
    error = Make(ErrorCode::kAlreadyExists, "UNIQUE_VIOLATION", message);
  } else if (state.starts_with("23")) {
    error = Make(ErrorCode::kFailedPrecondition, "CONSTRAINT_VIOLATION", message);
  } else if (state.starts_with("22")) {
    error = Make(ErrorCode::kInvalidArgument, "BAD_VALUE", message);
  }
  error.metadata["sqlstate"] = state;
  return error;
}

}  // namespace

Error DatabaseAway(const std::string& why) {
  auto error = Make(ErrorCode::kUnavailable, "DATABASE_AWAY", "The database is away: " + why);
  error.retry_after = std::chrono::milliseconds(1000);
  return error;
}

bool IsDatabaseAway(const Error& error) { return error.reason == "DATABASE_AWAY"; }

Error CurrentSqlError() {
  try {
    throw;
  } catch (const pqxx::sql_error& fault) {
    return FromSqlState(fault.sqlstate(), fault.what());
  } catch (const std::exception& fault) {
    return Make(ErrorCode::kInternal, "SQL_ERROR", fault.what());
  }
}

}  // namespace callfleet::pg
