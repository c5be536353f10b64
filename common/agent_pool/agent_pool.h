#pragma once
// Ports: the pool's matchmaker as owners of work use it, and the stream to its registry.
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "common/agent_pool/messages.h"
#include "common/agent_pool/words.h"
#include "common/ids/ids.h"

namespace callfleet::agent_pool {

// Of a reservation, at this moment.
enum class Lease : std::uint8_t {
  kSure,    // It may be acted on.
  kUnsure,  // Too little of the lease is left for certain: wait.
  kLost     // It was given up, or the registry has let go of it.
};

using LeaseCheck = std::function<Lease()>;  // Any thread, never blocks.

// Driven. Thread safe, never blocks. In order for one unit.
class AgentPool {
 public:
  virtual ~AgentPool() = default;
  // The unit takes part from now on, with what it holds already.
  virtual void Join(const UnitToken& unit, const PoolId& pool,
                    std::vector<HeldReservation> held) = 0;
  virtual void Leave(const Unit& unit) = 0;
  virtual void Ask(const Unit& unit, Wish wish) = 0;
  // For whoever has waited, or stood still, between the decision to ring an agent and the act.
  virtual Lease LeaseOf(const Unit& unit, const ReservationId& reservation) const = 0;
};

// Goes with an order to ring, which is repeated until it is answered: a try that may have reached
// the phone before the lease was lost is undone first. Asked by one thread at a time.
inline LeaseCheck CheckFor(const AgentPool* pool, Unit unit, ReservationId reservation,
                           std::function<void()> undo) {
  return [pool, unit = std::move(unit), reservation = std::move(reservation),
          undo = std::move(undo), tried = false]() mutable {
    const Lease lease = pool->LeaseOf(unit, reservation);
    if (lease == Lease::kSure) tried = true;
    if (lease == Lease::kLost && std::exchange(tried, false)) undo();
    return lease;
  };
}

// Driven. Thread safe, never blocks. It reconnects by itself and says so. Messages written while
// it is down go nowhere: the session says everything again at LinkUp.
class PoolLink {
 public:
  virtual ~PoolLink() = default;  // Closes; no input comes afterwards.
  virtual void Write(std::vector<Message> messages) = 0;
};

// Driving.
class PoolLinkListener {
 public:
  virtual ~PoolLinkListener() = default;
  virtual void OnInput(Input input) = 0;
};

using MakePoolLink = std::function<std::unique_ptr<PoolLink>(
    const PoolId& pool, std::shared_ptr<PoolLinkListener> listener)>;

}  // namespace callfleet::agent_pool
