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

// What events tell, one row a thing told of; partitioned by month (history_partitions.cc). `began`,
// `started` and `ended` are parts of the keys because partitions need them; for one id they never
// change.
constexpr const char* kHistory = R"sql(
CREATE TABLE history_cursors (
  source text PRIMARY KEY,
  cursor text NOT NULL,
  events bigint NOT NULL DEFAULT 0,
  newest timestamptz,
  gap_since timestamptz
);
CREATE TABLE history_holes (
  source text NOT NULL,
  started timestamptz NOT NULL,
  ended timestamptz,
  events bigint NOT NULL,
  PRIMARY KEY (source, started)
);
CREATE TABLE history_names (
  subject text PRIMARY KEY,
  name text NOT NULL
);
CREATE TABLE history_open_spans (
  agent_id text NOT NULL,
  key text NOT NULL,
  unit_kind smallint,
  unit_id text,
  state smallint NOT NULL,
  reason text NOT NULL,
  started timestamptz NOT NULL,
  PRIMARY KEY (agent_id, key)
);
CREATE TABLE history_calls (
  began timestamptz NOT NULL,
  fact_id text NOT NULL,
  kind smallint NOT NULL,
  rank smallint NOT NULL,
  counted_at timestamptz NOT NULL,
  call_id text NOT NULL,
  queue_id text NOT NULL,
  campaign_id text NOT NULL,
  agent_id text NOT NULL,
  caller text NOT NULL,
  called text NOT NULL,
  customer_type text NOT NULL,
  outcome text NOT NULL,
  picked_up timestamptz,
  answered timestamptz,
  ended timestamptz,
  flags int NOT NULL,
  wait_us bigint NOT NULL,
  talk_us bigint NOT NULL,
  sip_code int NOT NULL,
  q850_cause int NOT NULL,
  PRIMARY KEY (began, fact_id)
) PARTITION BY RANGE (began);
CREATE INDEX history_calls_counted ON history_calls (counted_at);
CREATE INDEX history_calls_call ON history_calls (call_id);
CREATE TABLE history_offers (
  started timestamptz NOT NULL,
  reservation_id text NOT NULL,
  agent_id text NOT NULL,
  unit_kind smallint,
  unit_id text,
  how smallint NOT NULL,
  ended timestamptz NOT NULL,
  PRIMARY KEY (started, reservation_id)
) PARTITION BY RANGE (started);
CREATE TABLE history_work (
  ended timestamptz NOT NULL,
  reservation_id text NOT NULL,
  agent_id text NOT NULL,
  unit_kind smallint,
  unit_id text,
  answered boolean NOT NULL,
  talk_us bigint NOT NULL,
  hold_us bigint NOT NULL,
  wrap_up_us bigint NOT NULL,
  PRIMARY KEY (ended, reservation_id)
) PARTITION BY RANGE (ended);
CREATE TABLE history_spans (
  started timestamptz NOT NULL,
  event_id text NOT NULL,
  agent_id text NOT NULL,
  unit_kind smallint,
  unit_id text,
  state smallint NOT NULL,
  reason text NOT NULL,
  ended timestamptz NOT NULL,
  PRIMARY KEY (started, event_id)
) PARTITION BY RANGE (started);
CREATE INDEX history_spans_ended ON history_spans (ended);
)sql";

constexpr const char* kRepairs = R"sql(
CREATE TABLE history_outcomes (
  told timestamptz NOT NULL,
  reservation_id text NOT NULL,
  agent_id text NOT NULL,
  unit_kind smallint,
  unit_id text,
  outcome text NOT NULL,
  PRIMARY KEY (told, reservation_id)
) PARTITION BY RANGE (told);
CREATE TABLE history_repairs (
  told timestamptz NOT NULL,
  event_id text NOT NULL,
  source text NOT NULL,
  kind text NOT NULL,
  reason text NOT NULL,
  unit text NOT NULL,
  agent_id text NOT NULL,
  reservation_id text NOT NULL,
  call_id text NOT NULL,
  lead_id text NOT NULL,
  ticket_id text NOT NULL,
  PRIMARY KEY (told, event_id)
) PARTITION BY RANGE (told);
)sql";

constexpr const char* kAvoidable = R"sql(
ALTER TABLE history_offers ADD COLUMN avoidable_us bigint;
)sql";

constexpr const char* kRecordings = R"sql(
CREATE TABLE history_recordings (
  started timestamptz NOT NULL,
  recording_id text NOT NULL,
  call_id text NOT NULL,
  edge_id text NOT NULL,
  file_name text NOT NULL,
  left_legs text NOT NULL,
  right_legs text NOT NULL,
  agent_id text NOT NULL,
  unit text NOT NULL,
  ended timestamptz NOT NULL,
  length_us bigint NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  reason text NOT NULL,
  pauses int NOT NULL,
  paused_us bigint NOT NULL,
  mode smallint NOT NULL,
  sample_percent double precision NOT NULL,
  consent_prompt text NOT NULL,
  include_whisper boolean NOT NULL,
  keep_days int NOT NULL,
  by_command boolean NOT NULL,
  delete_at timestamptz NOT NULL,
  PRIMARY KEY (started, recording_id)
) PARTITION BY RANGE (started);
CREATE INDEX history_recordings_call ON history_recordings (call_id);
)sql";

// Figures are NULL where nothing was measured.
constexpr const char* kLegs = R"sql(
CREATE TABLE history_legs (
  answered timestamptz NOT NULL,
  leg_id text NOT NULL,
  call_id text NOT NULL,
  role smallint NOT NULL,
  agent_id text NOT NULL,
  remote text NOT NULL,
  codec text NOT NULL,
  answered_by text NOT NULL,
  one_way smallint NOT NULL,
  packets_received bigint,
  packets_sent bigint,
  packets_lost bigint,
  jitter_us bigint,
  round_trip_us bigint,
  first_rtp_us bigint,
  mos double precision,
  PRIMARY KEY (answered, leg_id, call_id)
) PARTITION BY RANGE (answered);
CREATE INDEX history_legs_call ON history_legs (call_id);
)sql";

constexpr const char* kAlertRules = R"sql(
CREATE TABLE alert_rules (
  rule_id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  figure text NOT NULL,
  threshold double precision NOT NULL,
  below boolean NOT NULL,
  hold_for_ms bigint NOT NULL,
  disabled boolean NOT NULL,
  subject text NOT NULL,
  customer_type text NOT NULL,
  window_ms bigint NOT NULL,
  min_samples int NOT NULL,
  severity text NOT NULL,
  built_in boolean NOT NULL
);
CREATE TABLE alert_rules_seeded (name text PRIMARY KEY);
)sql";

}  // namespace

std::span<const pg::Migration> Migrations() {
  static const std::array kMigrations{
      pg::Migration{1, "units, tokens and the outbox", pg::kBaseTables},
      pg::Migration{2, "audit log", kAuditLog},
      pg::Migration{3, "history", kHistory},
      pg::Migration{4, "alert rules", kAlertRules},
      pg::Migration{5, "repairs, and what came of work", kRepairs},
      pg::Migration{6, "for how long agent and demand waited for each other", kAvoidable},
      pg::Migration{7, "recordings", kRecordings},
      pg::Migration{8, "legs, and what was measured on them", kLegs},
  };
  return kMigrations;
}

}  // namespace callfleet::supervisor
