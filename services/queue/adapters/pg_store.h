#pragma once
// Queues and events in PostgreSQL, schema `queue`.
#include "common/pg/committer.h"
#include "common/pg/session.h"
#include "services/queue/domain/directory.h"
#include "services/queue/ports/committer.h"

namespace callfleet::queue {

// What one start of the service gets from the database: the unit, and all that it owns.
struct Taken {
  UnitToken unit;
  Directory directory;
};
// Migrates, raises the token of `routing` and reads the queues. Blocks, up to `limit`.
Result<Taken> TakeRouting(const pg::SessionOptions& options, std::chrono::milliseconds limit);

// Thread safe. Writes for `unit` alone; events go into its stream.
class PgCommitter final : public Committer {
 public:
  PgCommitter(pg::Committer* writer, const UnitToken& unit);
  void Commit(Writes writes, Done done) override;

 private:
  pg::Committer* writer_;
  std::shared_ptr<pg::Lane> lane_;
};

}  // namespace callfleet::queue
