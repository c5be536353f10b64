#include "common/pg/migrate.h"

#include <cstdint>
#include <map>

namespace callfleet::pg {

const char* const kBaseTables = R"sql(
CREATE TABLE units (
  kind smallint NOT NULL,
  id text NOT NULL,
  token bigint NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE TABLE outbox_streams (
  stream text PRIMARY KEY,
  last_seq bigint NOT NULL
);
CREATE TABLE outbox (
  stream text NOT NULL,
  seq bigint NOT NULL,
  event_id text NOT NULL,
  source text NOT NULL,
  type text NOT NULL,
  time timestamptz NOT NULL,
  subject text NOT NULL,
  unit_token bigint NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (stream, seq)
);
)sql";

namespace {

constexpr Statement kLock{"pg_migrate_lock",
                          "SELECT pg_advisory_xact_lock(hashtext('callfleet.migrate.' || $1))"};
constexpr Statement kApplied{"pg_migrate_applied",
                             "SELECT version, checksum FROM schema_migrations"};
constexpr Statement kInsert{"pg_migrate_insert",
                            "INSERT INTO schema_migrations (version, name, checksum, applied_at) "
                            "VALUES ($1, $2, $3, now())"};

// FNV-1a, 64 bits: it finds edits, it does not defend against anybody.
std::string Checksum(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return std::to_string(hash);
}

std::string Quoted(const std::string& name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

Status Apply(Transaction& transaction, const std::string& schema,
             std::span<const Migration> migrations) {
  transaction.Exec(kLock, {schema});
  transaction.Script("CREATE SCHEMA IF NOT EXISTS " + Quoted(schema));
  transaction.Script("SET LOCAL search_path TO " + Quoted(schema));
  transaction.Script(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version int PRIMARY KEY, name text NOT NULL, "
      "checksum text NOT NULL, applied_at timestamptz NOT NULL)");
  std::map<std::int64_t, std::string> applied;
  for (const auto row : transaction.Exec(kApplied)) {
    applied[row.Int("version")] = row.Text("checksum");
  }
  for (const auto& migration : migrations) {
    const auto checksum = Checksum(migration.sql);
    const auto known = applied.find(migration.version);
    if (known == applied.end()) {
      transaction.Script(migration.sql);
      transaction.Exec(kInsert, {migration.version, migration.name, checksum});
    } else if (known->second != checksum) {
      return FailedPrecondition("MIGRATION_CHANGED", std::string("Migration ") + migration.name +
                                                         " differs from what was applied.");
    }
    applied.erase(migration.version);
  }
  if (!applied.empty()) {
    return FailedPrecondition("MIGRATION_UNKNOWN",
                              "The schema " + schema + " is newer than this program.");
  }
  return {};
}

}  // namespace

Status Migrate(const SessionOptions& options, std::span<const Migration> migrations,
               std::chrono::milliseconds limit) {
  Session session(options);
  return session.Transact(
      [&](Transaction& transaction) { return Apply(transaction, options.schema, migrations); },
      std::chrono::steady_clock::now() + limit);
}

}  // namespace callfleet::pg
