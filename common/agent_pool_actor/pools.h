#pragma once
// One actor a pool: the session's state machine between owners of work and the pool's link.
#include <caf/all.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "common/agent_pool/agent_pool.h"
#include "common/agent_pool/session.h"
#include "common/clock/clock.h"
#include "common/clock/timers.h"

namespace callfleet::agent_pool {

class LeaseBook;

// All outlive the actors.
struct PoolPorts {
  std::function<void(const Unit&, Event)> tell;  // Thread safe, never blocks.
  Timers* timers;
  const Clock* clock;
  MakePoolLink make_link;
};

// The pools that units of this process belong to; makes their actors as they are needed. Thread
// safe.
class Pools final : public AgentPool {
 public:
  Pools(caf::actor_system& system, PoolPorts ports);

  void Join(const UnitToken& unit, const PoolId& pool, std::vector<HeldReservation> held) override;
  void Leave(const Unit& unit) override;
  void Ask(const Unit& unit, Wish wish) override;
  Lease LeaseOf(const Unit& unit, const ReservationId& reservation) const override;
  void StopAll();

 private:
  struct Pool {
    caf::actor actor;
    std::shared_ptr<LeaseBook> leases;
  };
  caf::actor PoolOf(const Unit& unit) const;

  caf::actor_system& system_;
  PoolPorts ports_;
  mutable std::mutex mutex_;
  std::map<PoolId, Pool> pools_;
  std::map<Unit, PoolId> members_;
  bool stopped_ = false;
};

}  // namespace callfleet::agent_pool
