#include "services/agent_registry/adapters/migrations.h"

#include <array>

namespace callfleet::agent_registry {
namespace {

// No foreign keys: rows of one agent come from one writer in order, and an agent's last row may
// follow its deletion; readers join on agents.
constexpr const char* kAgents = R"sql(
CREATE TABLE agents (
  agent_id text PRIMARY KEY,
  request_id text NOT NULL,
  pool_id text NOT NULL,
  name text NOT NULL UNIQUE,
  description text NOT NULL,
  active boolean NOT NULL,
  kind smallint NOT NULL,
  line_mode smallint NOT NULL,
  max_concurrent_calls integer NOT NULL,
  sip_user text NOT NULL,
  sip_secret text NOT NULL,
  contact_uri text NOT NULL,
  auto_ready boolean NOT NULL,
  wrap_up_ms bigint NOT NULL,
  tier bigint NOT NULL,
  create_time timestamptz NOT NULL
);
CREATE UNIQUE INDEX agents_sip_user ON agents (sip_user) WHERE sip_user <> '';
CREATE TABLE agent_skills (
  agent_id text NOT NULL,
  name text NOT NULL,
  level smallint NOT NULL,
  PRIMARY KEY (agent_id, name)
);
CREATE TABLE agent_memberships (
  agent_id text NOT NULL,
  unit_kind smallint NOT NULL,
  unit_id text NOT NULL,
  is_primary boolean NOT NULL,
  PRIMARY KEY (agent_id, unit_kind, unit_id)
);
CREATE TABLE agent_presence (
  agent_id text PRIMARY KEY,
  presence smallint NOT NULL,
  reason text NOT NULL,
  since timestamptz NOT NULL,
  pending smallint
);
CREATE TABLE agent_figures (
  agent_id text PRIMARY KEY,
  offers bigint NOT NULL,
  answered bigint NOT NULL,
  missed bigint NOT NULL,
  device_faults bigint NOT NULL,
  calls bigint NOT NULL,
  talk_ms bigint NOT NULL,
  wrap_up_ms bigint NOT NULL
);
CREATE TABLE agent_wrap_ups (
  agent_id text NOT NULL,
  reservation bigint NOT NULL,
  until timestamptz NOT NULL,
  PRIMARY KEY (agent_id, reservation)
);
CREATE TABLE contacts (
  sip_user text NOT NULL,
  edge_id text NOT NULL,
  uri text NOT NULL,
  source text NOT NULL,
  transport smallint NOT NULL,
  path text NOT NULL,
  q double precision NOT NULL,
  expires timestamptz NOT NULL,
  user_agent text NOT NULL,
  register_call_id text NOT NULL,
  register_cseq bigint NOT NULL,
  PRIMARY KEY (sip_user, edge_id, uri, source)
);
CREATE TABLE owner_units (
  pool_id text NOT NULL,
  unit_kind smallint NOT NULL,
  unit_id text NOT NULL,
  token bigint NOT NULL,
  in_session boolean NOT NULL,
  PRIMARY KEY (pool_id, unit_kind, unit_id)
);
)sql";

constexpr const char* kLostTime = R"sql(
ALTER TABLE agent_figures
  ADD COLUMN lost_no_answer_us bigint NOT NULL DEFAULT 0,
  ADD COLUMN lost_declined_us bigint NOT NULL DEFAULT 0,
  ADD COLUMN lost_device_fault_us bigint NOT NULL DEFAULT 0,
  ADD COLUMN lost_withdrawn_us bigint NOT NULL DEFAULT 0,
  ADD COLUMN lost_not_ready_us bigint NOT NULL DEFAULT 0,
  ADD COLUMN lost_device_us bigint NOT NULL DEFAULT 0,
  ADD COLUMN lost_avoidable_us bigint NOT NULL DEFAULT 0;
)sql";

// 1: off; see MediaSecurity.
constexpr const char* kMediaSecurity =
    "ALTER TABLE agents ADD COLUMN media_security smallint NOT NULL DEFAULT 1";

}  // namespace

std::span<const pg::Migration> Migrations() {
  static const std::array kMigrations{
      pg::Migration{1, "units, tokens and the outbox", pg::kBaseTables},
      pg::Migration{2, "agents", kAgents},
      pg::Migration{3, "the outbox in partitions", pg::kOutboxTables},
      pg::Migration{4, "agents' lost time by cause", kLostTime},
      pg::Migration{5, "SRTP with agents' phones", kMediaSecurity},
  };
  return kMigrations;
}

}  // namespace callfleet::agent_registry
