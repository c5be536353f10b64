#pragma once
// Driven: the pool's matchmaker, as a queue uses it. Answers come back through QueueInbox.
#include <vector>

#include "common/ids/ids.h"
#include "services/queue/domain/pool_messages.h"

namespace callfleet::queue {

// Thread safe, never blocks. In order for one queue.
class AgentPool {
 public:
  virtual ~AgentPool() = default;
  // The queue takes part from now on, with what it holds already.
  virtual void Join(const QueueId& queue, Token token, const PoolId& pool,
                    std::vector<JoinPool::Held> held) = 0;
  virtual void Leave(const QueueId& queue) = 0;
  virtual void Wish(const QueueId& queue, QueueWish wish) = 0;
};

}  // namespace callfleet::queue
