#pragma once
// Driven: one transaction a batch, in order, fenced by the unit's token.
#include <functional>
#include <utility>

#include "common/result/result.h"
#include "services/queue/domain/writes.h"

namespace callfleet::queue {

// Of one unit. Thread safe, never blocks. `done` is called once, on another thread; batches are
// committed in the order of the calls. A database that is away is waited for. Errors:
// RESOURCE_EXHAUSTED WRITER_FULL (nothing was taken), FENCED (another process owns the unit: stop).
class Committer {
 public:
  using Done = std::function<void(Status)>;
  virtual ~Committer() = default;
  virtual void Commit(Writes writes, Done done) = 0;
  // Nobody waits for it yet: it may be kept a few milliseconds later, with others. In the same
  // order.
  virtual void CommitPatiently(Writes writes, Done done) {
    Commit(std::move(writes), std::move(done));
  }
  virtual void Hurry() {}  // Somebody waits by now.
};

}  // namespace callfleet::queue
