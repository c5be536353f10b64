#include "tests/scenario/engine/database.h"

#include <utility>

namespace callfleet::engine {

namespace {
constexpr milliseconds kAgain{200};
}

Status Database::Check(const UnitToken& unit) const {
  if (TokenOf(unit.unit) == unit.token) return {};
  return FailedPrecondition("FENCED", "A newer owner of this unit exists.");
}

void Database::Transact(const LifeRef& life, MonoDuration limit, Task at_server,
                        std::function<void(bool)> done) {
  Try(life, kernel_->now() + limit, std::make_shared<Task>(std::move(at_server)),
      std::make_shared<std::function<void(bool)>>(std::move(done)));
}

void Database::Try(const LifeRef& life, MonoDuration until, const std::shared_ptr<Task>& at_server,
                   const std::shared_ptr<std::function<void(bool)>>& done) {
  const auto delay = [this] {
    return kernel_->Chance(rates_.slow) ? kernel_->Between(rates_.most, seconds(1))
                                        : kernel_->Between(rates_.least, rates_.most);
  };
  kernel_->After(delay(), "transaction", [=, this] {
    if (away_ || Apart(life->host(), host_)) {
      // A process that is gone tries no more; what it had sent before is done all the same.
      if (!life->alive()) return;
      if (kernel_->now() > until) return life->Run([done] { (*done)(false); });
      life->RunAfter(kAgain, "database again", [=, this] { Try(life, until, at_server, done); });
      return;
    }
    (*at_server)();
    life->RunAfter(delay() / 2, "committed", [done] { (*done)(true); });
  });
}

Status GroupCommit::Submit(LaneRef lane, Task apply, Done done) {
  if (lane->failed) {
    return Fail(Error{ErrorCode::kAborted, "EARLIER_WRITE_FAILED", "An earlier write failed."});
  }
  if (waiting_.size() >= kQueue) {
    return Fail(Error{ErrorCode::kResourceExhausted, "WRITER_FULL", "Too many writes wait."});
  }
  waiting_.push_back({std::move(lane), std::move(apply), std::move(done), {}});
  if (!busy_) Flush();
  return {};
}

void GroupCommit::Flush() {
  if (waiting_.empty()) return;
  busy_ = true;
  auto group = std::make_shared<std::vector<Batch>>();
  while (!waiting_.empty() && group->size() < kGroup) {
    group->push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  const auto self = shared_from_this();
  database_->Transact(
      life_, kLimit,
      [database = database_, group] {
        for (Batch& batch : *group) {
          if (batch.lane->failed) {
            batch.status = Fail(
                Error{ErrorCode::kAborted, "EARLIER_WRITE_FAILED", "An earlier write failed."});
          } else if (batch.status = database->Check(batch.lane->unit); batch.status) {
            batch.apply();
          } else {
            batch.lane->failed = true;
          }
        }
      },
      [self, group](bool there) {
        self->busy_ = false;
        for (Batch& batch : *group) {
          if (!there) {
            batch.lane->failed = true;
            batch.status = Unavailable("DATABASE_AWAY", "The limit has passed.");
          }
          batch.done(std::move(batch.status));
        }
        if (!self->busy_) self->Flush();
      });
}

}  // namespace callfleet::engine
