#include "services/supervisor/adapters/migrations.h"

#include <array>

namespace callfleet::supervisor {
namespace {

// Who commanded what. Rows are only ever added.
constexpr const char* kAuditLog = R"sql(
CREATE TABLE audit_log (
  entry_id text PRIMARY KEY,
  at timestamptz NOT NULL,
  who text NOT NULL,
  role text NOT NULL,
  what text NOT NULL,
  target text NOT NULL,
  request_id text NOT NULL,
  result text NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at);
CREATE INDEX audit_log_target ON audit_log (target, at);
)sql";

}  // namespace

std::span<const pg::Migration> Migrations() {
  static const std::array kMigrations{
      pg::Migration{1, "units, tokens and the outbox", pg::kBaseTables},
      pg::Migration{2, "audit log", kAuditLog},
  };
  return kMigrations;
}

}  // namespace callfleet::supervisor
