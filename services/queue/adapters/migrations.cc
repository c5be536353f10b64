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

// The record is the message of callfleet.queue.v1 that the outbox and the API tell; columns are
// what is looked for. A queue of an older release has no record: its columns are read.
constexpr const char* kTickets = R"sql(
ALTER TABLE queues ADD COLUMN record bytea;
CREATE TABLE routes (
  number text NOT NULL,
  match smallint NOT NULL,
  record bytea NOT NULL,
  PRIMARY KEY (number, match)
);
CREATE TABLE tickets (
  ticket_id text PRIMARY KEY,
  queue_id text NOT NULL,
  call_id text NOT NULL,
  caller text NOT NULL,
  state smallint NOT NULL,
  end_kind smallint NOT NULL,
  agent_id text NOT NULL,
  since timestamptz NOT NULL,
  end_time timestamptz,
  record bytea NOT NULL
);
CREATE INDEX tickets_open ON tickets (queue_id) WHERE end_kind = 0;
CREATE INDEX tickets_ended ON tickets (queue_id, end_time) WHERE end_kind <> 0;
)sql";

constexpr const char* kRequests = R"sql(
CREATE TABLE requests (
  queue_id text NOT NULL,
  request_id text NOT NULL,
  answered boolean NOT NULL,
  refused_code int,
  reason text NOT NULL,
  message text NOT NULL,
  fields text[] NOT NULL,
  told timestamptz NOT NULL,
  PRIMARY KEY (queue_id, request_id)
);
CREATE INDEX requests_told ON requests (queue_id, told);
)sql";

// Of a callback whose number had one already.
constexpr const char* kNamedTickets = R"sql(
ALTER TABLE requests ADD COLUMN ticket_id text NOT NULL DEFAULT '';
)sql";

}  // namespace

std::span<const pg::Migration> Migrations() {
  static const std::array kMigrations{
      pg::Migration{1, "units, tokens and the outbox", pg::kBaseTables},
      pg::Migration{2, "queues", kQueues},
      pg::Migration{3, "the outbox in partitions", pg::kOutboxTables},
      pg::Migration{4, "routes and tickets", kTickets},
      pg::Migration{5, "requests, and how they were answered", kRequests},
      pg::Migration{6, "requests, and the ticket that an answer names", kNamedTickets},
  };
  return kMigrations;
}

}  // namespace callfleet::queue
