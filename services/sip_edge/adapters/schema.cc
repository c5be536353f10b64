#include "services/sip_edge/adapters/schema.h"

namespace callfleet::sip_edge {

namespace {
constexpr const char* kFirst = R"sql(
CREATE TABLE trunks (
  trunk_id text PRIMARY KEY,
  settings jsonb NOT NULL,
  auth_secret text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE dialogs (
  call_id text NOT NULL,
  local_tag text NOT NULL,
  remote_tag text NOT NULL,
  edge_id text NOT NULL,
  boot_id text NOT NULL,
  contact text NOT NULL,
  target text NOT NULL,
  route text[] NOT NULL,
  next_hop text NOT NULL,
  cseq bigint NOT NULL,
  PRIMARY KEY (call_id, local_tag)
);
)sql";
constexpr const char* kPrompts = R"sql(
CREATE TABLE prompts (
  name text PRIMARY KEY,
  wav bytea NOT NULL,
  updated_at timestamptz NOT NULL
);
)sql";
// A request asked again, at whichever edge, finds what it made.
constexpr const char* kTrunkRequests = R"sql(
ALTER TABLE trunks ADD COLUMN request_id text UNIQUE;
)sql";
}  // namespace

std::span<const pg::Migration> Migrations() {
  static const pg::Migration kAll[] = {{1, "trunks and dialogs", kFirst},
                                       {2, "prompts", kPrompts},
                                       {3, "units, tokens and the outbox", pg::kBaseTables},
                                       {4, "the outbox in partitions", pg::kOutboxTables},
                                       {5, "requests that made trunks", kTrunkRequests}};
  return kAll;
}

}  // namespace callfleet::sip_edge
