#pragma once
// Events for other services, written with the state that they tell of. A stream's events are
// numbered without a gap, because it has exactly one committer and its transactions follow one
// another; and so are all events of the schema together, which is what readers go by.
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
  std::string source;    // "callfleet/dialer".
  std::string type;      // Full name of the payload's message.
  WallTime time;
  std::string subject;  // What it is about: "agent:5".
  std::string payload;  // Bytes; the reader knows them by type.
};

struct EventOfUnit {
  const OutboxEvent* event;
  Token unit_token;
};

// Numbers the events of one committer; remembers the last number of each stream between commits.
class OutboxWriter {
 public:
  // A partition holds `partition_rows` events.
  explicit OutboxWriter(std::int64_t partition_rows = kPartitionRows)
      : partition_rows_(partition_rows) {}

  // In their order. FAILED_PRECONDITION FENCED where somebody else has written to a stream.
  Status Append(Transaction& transaction, const std::vector<EventOfUnit>& events);
  // The same as the last statement of others, where nothing has to be asked first: true then. It
  // tells `held`, how many of the owners still are, and `id`, the transaction's.
  bool Ready(const std::vector<EventOfUnit>& events) const;
  Write Sealing(const std::vector<EventOfUnit>& events, const std::vector<UnitToken>& owners);
  Status Sealed(Transaction& transaction, const std::vector<EventOfUnit>& events,
                const Rows::Row& told);
  void Committed();   // The transaction of Append was.
  void RolledBack();  // Or was not.

  static constexpr std::int64_t kPartitionRows = 100'000;

 private:
  struct Stream {
    std::int64_t last_seq = 0;
    std::int64_t pending = 0;
  };
  using Touched = std::map<std::string, Stream*>;
  Stream& Load(Transaction& transaction, const std::string& name);
  static std::vector<Param> Moves(const Touched& touched);
  static void Insert(Transaction& transaction, const std::vector<EventOfUnit>& events,
                     const std::vector<std::int64_t>& seqs, std::int64_t last_pos);
  // The number of the last event; 0 where a stream has another writer.
  static std::int64_t Advance(Transaction& transaction, const Touched& touched, std::size_t events);
  void Cover(Transaction& transaction, std::int64_t last_pos);

  std::int64_t partition_rows_;
  std::int64_t covered_until_ = 0;  // Exclusive.
  std::map<std::string, Stream> streams_;
  std::vector<std::int64_t> sealing_;  // Numbers of the events that Sealing took.
  std::size_t sealed_streams_ = 0;
};

}  // namespace callfleet::pg
