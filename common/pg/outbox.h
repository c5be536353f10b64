#pragma once
// Events for other services, written with the state that they tell of. Key: (stream, seq), without
// a gap, because a stream has exactly one committer and its transactions follow one another.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "common/pg/session.h"

namespace callfleet::pg {

struct OutboxEvent {
  std::string stream;    // "campaign:17".
  std::string event_id;  // Unique; what consumers count once.
  std::string source;    // "dialer".
  std::string type;      // "call.ended".
  WallTime time;
  std::string subject;  // Id of what it is about.
  std::string payload;  // Bytes; the reader knows them by type.
};

struct OutboxRow {
  std::int64_t seq = 0;
  Token unit_token = 0;
  OutboxEvent event;
};

struct EventOfUnit {
  const OutboxEvent* event;
  Token unit_token;
};

// Numbers the events of one committer; remembers the last number of each stream between commits.
class OutboxWriter {
 public:
  // In their order. FAILED_PRECONDITION FENCED where somebody else has written to a stream.
  Status Append(Transaction& transaction, const std::vector<EventOfUnit>& events);
  void Committed();   // The transaction of Append was.
  void RolledBack();  // Or was not.

 private:
  struct Stream {
    std::int64_t last_seq = 0;
    std::int64_t pending = 0;
  };
  Stream& Load(Transaction& transaction, const std::string& name);
  std::map<std::string, Stream> streams_;
};

// Up to `limit` rows after `after`, in order. OUT_OF_RANGE EVENTS_GONE where the next row is no
// longer kept (metadata: oldest), and where `after` lies beyond the last row.
Result<std::vector<OutboxRow>> ReadAfter(Transaction& transaction, const std::string& stream,
                                         std::int64_t after, int limit);

}  // namespace callfleet::pg
