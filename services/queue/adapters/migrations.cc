#include "services/queue/adapters/migrations.h"

#include <array>

namespace callfleet::queue {
namespace {

// Settings are kept as columns: what operators search and what reports join.
constexpr const char* kQueues = R"sql(
CREATE TABLE queues (
  queue_id text PRIMARY KEY,
  request_id text NOT NULL UNIQUE,
  name text NOT NULL UNIQUE,
  description text NOT NULL,
  pool_id text NOT NULL,
  strategy smallint NOT NULL,
  skill_names text[] NOT NULL,
  skill_levels smallint[] NOT NULL,
  max_size integer NOT NULL,
  max_wait_ms bigint NOT NULL,
  ring_timeout_ms bigint NOT NULL,
  service_level_threshold_ms bigint NOT NULL,
  wrap_up_ms bigint,
  priority_bonus_ms bigint NOT NULL,
  overflow_queue_id text NOT NULL,
  state smallint NOT NULL,
  create_time timestamptz NOT NULL
);
)sql";

}  // namespace

std::span<const pg::Migration> Migrations() {
  static const std::array kMigrations{
      pg::Migration{1, "units, tokens and the outbox", pg::kBaseTables},
      pg::Migration{2, "queues", kQueues},
      pg::Migration{3, "the outbox in partitions", pg::kOutboxTables},
  };
  return kMigrations;
}

}  // namespace callfleet::queue
