#pragma once
// Queues, routes and tickets in PostgreSQL, schema `queue`.
#include <memory>

#include "common/pg/committer.h"
#include "common/pg/pool.h"
#include "common/pg/session.h"
#include "services/queue/domain/directory.h"
#include "services/queue/domain/number_plan.h"
#include "services/queue/ports/queue_store.h"
#include "services/queue/ports/record_codec.h"

namespace callfleet::queue {

// What one start of the service gets from the database: the unit, and all that it owns.
struct Taken {
  UnitToken unit;
  Directory directory;
  NumberPlan plan;
};
// Migrates, raises the token of `routing` and reads queues and routes. Blocks, up to `limit`.
Result<Taken> TakeRouting(const pg::SessionOptions& options, const RecordCodec& codec,
                          std::chrono::milliseconds limit);

// Thread safe; what it is given outlives it.
class PgQueueStore final : public QueueStore {
 public:
  PgQueueStore(pg::Pool* pool, pg::Committer* writer, const RecordCodec* codec)
      : pool_(pool), writer_(writer), codec_(codec) {}

  void Load(const Queue& queue, WallTime now, Reply<std::shared_ptr<QueueModel>> reply) override;
  std::unique_ptr<Committer> Open(const UnitToken& unit) override;
  void FindTicket(const TicketId& id, Reply<std::pair<QueueId, Ticket>> reply) override;

 private:
  pg::Pool* pool_;
  pg::Committer* writer_;
  const RecordCodec* codec_;
};

}  // namespace callfleet::queue
