#pragma once
// The statements of a step's writes, and the committer of one unit.
#include <memory>

#include "common/pg/committer.h"
#include "services/queue/ports/committer.h"
#include "services/queue/ports/record_codec.h"

namespace callfleet::queue {

// Thread safe. Writes for `unit` alone; events go into its stream.
class PgCommitter final : public Committer {
 public:
  PgCommitter(pg::Committer* writer, const UnitToken& unit, const RecordCodec* codec);
  void Commit(Writes writes, Done done) override {
    Submit(std::move(writes), std::move(done), false);
  }
  void CommitPatiently(Writes writes, Done done) override {
    Submit(std::move(writes), std::move(done), true);
  }
  void Hurry() override { writer_->Hurry(); }

 private:
  void Submit(Writes writes, Done done, bool patient);

  pg::Committer* writer_;
  const RecordCodec* codec_;
  std::shared_ptr<pg::Lane> lane_;
};

}  // namespace callfleet::queue
