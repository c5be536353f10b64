#pragma once
// One actor a pool: the session's state machine between queues and the pool's link.
#include <caf/all.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "services/queue/domain/pool_session.h"
#include "services/queue/ports/agent_pool.h"
#include "services/queue/ports/pool_link.h"
#include "services/queue/ports/queue_inbox.h"

namespace callfleet::queue {

using MakePoolLink = std::function<std::unique_ptr<PoolLink>(
    const PoolId& pool, std::shared_ptr<PoolLinkListener> listener)>;

struct PoolPorts {
  QueueInbox* queues;
  Timers* timers;
  const Clock* clock;
  MakePoolLink make_link;
};

// The pools that queues of this process belong to; makes their actors as they are needed. Thread
// safe.
class Pools final : public AgentPool {
 public:
  Pools(caf::actor_system& system, PoolPorts ports);

  void Join(const QueueId& queue, Token token, const PoolId& pool,
            std::vector<JoinPool::Held> held) override;
  void Leave(const QueueId& queue) override;
  void Wish(const QueueId& queue, QueueWish wish) override;
  void StopAll();

 private:
  caf::actor PoolOf(const QueueId& queue) const;

  caf::actor_system& system_;
  PoolPorts ports_;
  mutable std::mutex mutex_;
  std::map<PoolId, caf::actor> pools_;
  std::map<QueueId, PoolId> members_;
  bool stopped_ = false;
};

}  // namespace callfleet::queue
