#include "services/dialer/adapters/migrations.h"

#include <array>

namespace callfleet::dialer {

namespace {

constexpr const char* kCampaigns = R"sql(
CREATE TABLE campaigns (
  campaign_id text PRIMARY KEY,
  request_id text NOT NULL UNIQUE,
  name text NOT NULL UNIQUE,
  description text NOT NULL,
  pool_id text NOT NULL,
  trunk_id text NOT NULL,
  caller_id text NOT NULL,
  strategy smallint NOT NULL,
  max_concurrent integer NOT NULL,
  pacing smallint NOT NULL,
  ratio double precision NOT NULL,
  window_from integer NOT NULL,
  window_to integer NOT NULL,
  window_days smallint NOT NULL,      -- Bit 0: Monday.
  time_zone text NOT NULL,
  default_region text NOT NULL,
  retry_rules text NOT NULL,          -- "busy:300:3,…": outcome, delay in seconds, retries.
  max_attempts integer NOT NULL,
  cap_calls integer NOT NULL,
  cap_within_s bigint NOT NULL,
  ring_timeout_s integer NOT NULL,
  wrap_up_s integer,
  skills text NOT NULL,               -- "sales:3|english:1".
  state smallint NOT NULL,
  next_position bigint NOT NULL DEFAULT 1,
  create_time timestamptz NOT NULL,
  start_time timestamptz
);
)sql";

constexpr const char* kLeads = R"sql(
CREATE TABLE leads (
  lead_id text PRIMARY KEY,
  campaign_id text NOT NULL,
  position bigint NOT NULL,
  priority integer NOT NULL,
  number text NOT NULL,
  name text NOT NULL,
  zone text NOT NULL,
  region text NOT NULL,
  skills text NOT NULL,
  extra jsonb NOT NULL,               -- Other columns of its row: {"name": "value"}.
  line integer NOT NULL,
  state smallint NOT NULL DEFAULT 0,
  due_time timestamptz,
  tries text NOT NULL DEFAULT '',     -- "busy:2,no_answer:1": counted attempts by outcome.
  attempts integer NOT NULL DEFAULT 0,
  outcome smallint NOT NULL DEFAULT 0,
  reason text NOT NULL DEFAULT '',
  gate_reason text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX leads_number ON leads (campaign_id, number);
CREATE INDEX leads_order ON leads (campaign_id, priority DESC, position);
CREATE INDEX leads_queued ON leads (campaign_id, priority DESC, position) WHERE state = 0;
CREATE INDEX leads_due ON leads (campaign_id, due_time) WHERE state = 2;
)sql";

constexpr const char* kAttempts = R"sql(
CREATE TABLE attempts (
  attempt_id text PRIMARY KEY,
  campaign_id text NOT NULL,
  lead_id text NOT NULL,
  number text NOT NULL,
  trunk_id text NOT NULL,
  agent_first boolean NOT NULL,
  agent_id text NOT NULL DEFAULT '',
  agent_name text NOT NULL DEFAULT '',
  reservation_id text NOT NULL DEFAULT '',
  agent_legs integer NOT NULL DEFAULT 0,
  edge_id text NOT NULL,
  boot_id text NOT NULL,
  gate_decision text NOT NULL,
  outcome smallint NOT NULL DEFAULT 0,
  counted boolean NOT NULL DEFAULT false,
  sip_code integer NOT NULL DEFAULT 0,
  q850_cause integer NOT NULL DEFAULT 0,
  create_time timestamptz NOT NULL,
  place_time timestamptz,
  ring_time timestamptz,
  answer_time timestamptz,
  bridge_time timestamptz,
  end_time timestamptz
);
CREATE INDEX attempts_log ON attempts (campaign_id, create_time DESC, attempt_id DESC);
CREATE INDEX attempts_lead ON attempts (lead_id, create_time);
CREATE INDEX attempts_open ON attempts (campaign_id) WHERE end_time IS NULL;
CREATE INDEX attempts_number ON attempts (number, place_time) WHERE counted;
)sql";

constexpr const char* kGate = R"sql(
CREATE TABLE suppressions (
  campaign_id text NOT NULL,          -- Empty: for all campaigns.
  number text NOT NULL,
  reason text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, number)
);
CREATE TABLE number_locks (           -- One attempt a number over all campaigns.
  number text PRIMARY KEY,
  attempt_id text NOT NULL,
  campaign_id text NOT NULL
);
CREATE INDEX number_locks_attempt ON number_locks (attempt_id);
CREATE TABLE decisions (              -- Refusals; what was allowed is kept with its attempt.
  decision_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  campaign_id text NOT NULL,
  lead_id text NOT NULL,
  attempt_id text NOT NULL,
  number text NOT NULL,
  reason text NOT NULL,
  rules_version integer NOT NULL,
  decide_time timestamptz NOT NULL,
  retry_time timestamptz
);
CREATE INDEX decisions_lead ON decisions (lead_id, decide_time);
CREATE TABLE consumers (              -- Readers of the outbox, and how far each has kept it.
  consumer text PRIMARY KEY,
  token text NOT NULL,
  update_time timestamptz NOT NULL
);
)sql";

constexpr const char* kSounds = R"sql(
ALTER TABLE campaigns ADD COLUMN safe_message text NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN recording text NOT NULL DEFAULT '{}';
)sql";

// An operator's change and its event are written one after the other by two writers: what was told
// is kept in the row, so that the next owner tells what is missing.
constexpr const char* kToldRevision = R"sql(
ALTER TABLE campaigns ADD COLUMN revision integer NOT NULL DEFAULT 1,
  ADD COLUMN told_revision integer NOT NULL DEFAULT 0;
)sql";

constexpr const char* kAmd = R"sql(
ALTER TABLE campaigns ADD COLUMN amd text NOT NULL DEFAULT '{}';
ALTER TABLE attempts ADD COLUMN amd_verdict smallint NOT NULL DEFAULT 0,
  ADD COLUMN amd text NOT NULL DEFAULT '';
)sql";

}  // namespace

std::span<const pg::Migration> Migrations() {
  static const std::array kMigrations{
      pg::Migration{1, "units, tokens and the outbox", pg::kBaseTables},
      pg::Migration{2, "campaigns", kCampaigns},
      pg::Migration{3, "leads", kLeads},
      pg::Migration{4, "attempts", kAttempts},
      pg::Migration{5, "the gate and readers of the outbox", kGate},
      pg::Migration{6, "the outbox in partitions", pg::kOutboxTables},
      pg::Migration{7, "readers are in the outbox", "DROP TABLE consumers"},
      pg::Migration{8, "safe message and recording of campaigns", kSounds},
      pg::Migration{9, "changes of a campaign that were told", kToldRevision},
      pg::Migration{10, "who answered", kAmd},
  };
  return kMigrations;
}

}  // namespace callfleet::dialer
