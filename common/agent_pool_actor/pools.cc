#include "common/agent_pool_actor/pools.h"

#include <utility>

#include "common/agent_pool_actor/lease_book.h"

namespace callfleet::agent_pool {

struct InputMessage {
  Input input;
};

}  // namespace callfleet::agent_pool

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::agent_pool::InputMessage)

namespace callfleet::agent_pool {

namespace {

struct PoolState {
  static inline constexpr const char* name = "pool";
  Session session;
  std::unique_ptr<PoolLink> link;
};

class LinkToActor final : public PoolLinkListener {
 public:
  explicit LinkToActor(caf::actor actor) : actor_(std::move(actor)) {}
  void OnInput(Input input) override { caf::anon_send(actor_, InputMessage{std::move(input)}); }

 private:
  caf::actor actor_;
};

void ArmTick(const caf::actor& actor, Timers* timers) {
  timers->Start(Session::kTick, [actor] { caf::anon_send(actor, InputMessage{PoolTick{}}); });
}

caf::behavior PoolActor(caf::stateful_actor<PoolState>* self, PoolPorts ports, PoolId pool,
                        std::shared_ptr<LeaseBook> leases) {
  const auto me = caf::actor_cast<caf::actor>(self);
  self->state.link = ports.make_link(pool, std::make_shared<LinkToActor>(me));
  ArmTick(me, ports.timers);
  return {[self, ports, leases](InputMessage& message) {
    Step step = self->state.session.Apply(message.input, ports.clock->Now());
    leases->Note(step, self->state.session.act_until());
    if (!step.messages.empty()) self->state.link->Write(std::move(step.messages));
    for (auto& out : step.events) ports.tell(out.unit, std::move(out.event));
    if (std::holds_alternative<PoolTick>(message.input)) {
      ArmTick(caf::actor_cast<caf::actor>(self), ports.timers);
    }
  }};
}

}  // namespace

Pools::Pools(caf::actor_system& system, PoolPorts ports)
    : system_(system), ports_(std::move(ports)) {}

void Pools::Join(const UnitToken& unit, const PoolId& pool, std::vector<HeldReservation> held) {
  caf::actor actor;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    members_[unit.unit] = pool;
    Pool& known = pools_[pool];
    if (!known.actor) {
      known.leases = std::make_shared<LeaseBook>();
      known.actor = system_.spawn(PoolActor, ports_, pool, known.leases);
    }
    actor = known.actor;
  }
  caf::anon_send(actor, InputMessage{UnitJoins{unit.unit, unit.token, std::move(held)}});
}

caf::actor Pools::PoolOf(const Unit& unit) const {
  const std::lock_guard lock(mutex_);
  const auto member = members_.find(unit);
  if (member == members_.end()) return {};
  const auto pool = pools_.find(member->second);
  return pool == pools_.end() ? caf::actor{} : pool->second.actor;
}

void Pools::Leave(const Unit& unit) {
  if (const caf::actor actor = PoolOf(unit)) {
    caf::anon_send(actor, InputMessage{UnitLeaves{unit}});
  }
  const std::lock_guard lock(mutex_);
  members_.erase(unit);
}

void Pools::Ask(const Unit& unit, Wish wish) {
  if (const caf::actor actor = PoolOf(unit)) {
    caf::anon_send(actor, InputMessage{WishOf{unit, std::move(wish)}});
  }
}

Lease Pools::LeaseOf(const Unit& unit, const ReservationId& reservation) const {
  const std::lock_guard lock(mutex_);
  const auto member = members_.find(unit);
  const auto pool = member == members_.end() ? pools_.end() : pools_.find(member->second);
  if (pool == pools_.end()) return Lease::kUnsure;
  return pool->second.leases->Of(reservation, ports_.clock->Now().mono);
}

void Pools::StopAll() {
  std::map<PoolId, Pool> pools;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    pools.swap(pools_);
    members_.clear();
  }
  for (const auto& [id, pool] : pools) {
    caf::anon_send_exit(pool.actor, caf::exit_reason::user_shutdown);
  }
}

}  // namespace callfleet::agent_pool
