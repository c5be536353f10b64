#include "common/pg/sql_errors.h"

#include <pqxx/pqxx>

namespace callfleet::pg {
namespace {

Error Make(ErrorCode code, std::string reason, const std::string& message) {
  return {.code = code, .reason = std::move(reason), .message = message};
}

// PostgreSQL appendix A: class 22 is data, 23 constraints, 57014 the statement timeout.
Error FromSqlState(const std::string& state, const std::string& message) {
  Error error = Make(ErrorCode::kInternal, "SQL_ERROR", message);
  if (state == "23505") {
    error = Make(ErrorCode::kAlreadyExists, "UNIQUE_VIOLATION", message);
  } else if (state.starts_with("23")) {
    error = Make(ErrorCode::kFailedPrecondition, "CONSTRAINT_VIOLATION", message);
  } else if (state.starts_with("22")) {
    error = Make(ErrorCode::kInvalidArgument, "BAD_VALUE", message);
  } else if (state == "57014") {
    error = Make(ErrorCode::kDeadlineExceeded, "STATEMENT_TIMEOUT", message);
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
