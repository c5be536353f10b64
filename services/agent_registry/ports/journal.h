#pragma once
// Driven: what is kept. One transaction a batch, in order for each pool, fenced by its token.
#include <functional>

#include "common/result/result.h"
#include "services/agent_registry/domain/writes.h"

namespace callfleet::agent_registry {

// Thread safe, never blocks. `done` is called once, on another thread; null: a write that cannot be
// kept means that the pool is lost. A database
// that is away is waited for. Errors: RESOURCE_EXHAUSTED WRITER_FULL (nothing was taken), FENCED.
class Journal {
 public:
  using Done = std::function<void(Status)>;
  virtual ~Journal() = default;
  virtual void Commit(const PoolId& pool, RegistryWrites writes, Done done) = 0;
};

}  // namespace callfleet::agent_registry
