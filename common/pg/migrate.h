#pragma once
#include <span>
#include <string>

#include "common/pg/session.h"

namespace callfleet::pg {

// Applied once, in order of version; a text that was applied is never changed afterwards.
struct Migration {
  int version;  // 1, 2, 3 …
  const char* name;
  const char* sql;
};

// Units, tokens and the outbox: what each schema has. Its own first migration in each service.
//   units(kind, id, token), outbox_streams(stream, last_seq),
//   outbox(stream, seq, event_id, source, type, time, subject, unit_token, payload)
extern const char* const kBaseTables;
// A later migration of each schema: the outbox gets partitions, an order over all streams, and
// registered consumers. Rows stay.
//   outbox_head(epoch, last_pos), outbox_parts(first_pos, end_pos, open_time),
//   outbox_consumers(consumer, pos, create_time, update_time), outbox(pos, …)
extern const char* const kOutboxTables;

// Creates the schema and applies what is missing, all in one transaction under an advisory lock, so
// that two starting processes do not meet. FAILED_PRECONDITION MIGRATION_CHANGED where an applied
// text differs; MIGRATION_UNKNOWN where the schema is newer than this program.
Status Migrate(const SessionOptions& options, std::span<const Migration> migrations,
               std::chrono::milliseconds limit = std::chrono::seconds(30));

}  // namespace callfleet::pg
