#include "services/queue/actors/pool_actor.h"

#include <utility>

namespace callfleet::queue {

struct PoolInputMessage {
  PoolInput input;
};

}  // namespace callfleet::queue

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::PoolInputMessage)

namespace callfleet::queue {
namespace {

struct PoolState {
  static inline constexpr const char* name = "pool";
  PoolSession session;
  std::unique_ptr<PoolLink> link;
};

class LinkToActor final : public PoolLinkListener {
 public:
  explicit LinkToActor(caf::actor actor) : actor_(std::move(actor)) {}
  void OnInput(PoolInput input) override {
    caf::anon_send(actor_, PoolInputMessage{std::move(input)});
  }

 private:
  caf::actor actor_;
};

void ArmTick(const caf::actor& actor, Timers* timers) {
  timers->Start(PoolSession::kTick,
                [actor] { caf::anon_send(actor, PoolInputMessage{PoolTick{}}); });
}

caf::behavior PoolActor(caf::stateful_actor<PoolState>* self, PoolPorts ports, PoolId pool) {
  const auto me = caf::actor_cast<caf::actor>(self);
  self->state.link = ports.make_link(pool, std::make_shared<LinkToActor>(me));
  ArmTick(me, ports.timers);
  return {[self, ports](PoolInputMessage& message) {
    PoolStep step = self->state.session.Apply(message.input, ports.clock->Now());
    if (!step.messages.empty()) self->state.link->Write(std::move(step.messages));
    for (auto& out : step.events) ports.queues->Send(out.queue, std::move(out.event));
    if (std::holds_alternative<PoolTick>(message.input)) {
      ArmTick(caf::actor_cast<caf::actor>(self), ports.timers);
    }
  }};
}

}  // namespace

Pools::Pools(caf::actor_system& system, PoolPorts ports)
    : system_(system), ports_(std::move(ports)) {}

void Pools::Join(const QueueId& queue, Token token, const PoolId& pool,
                 std::vector<JoinPool::Held> held) {
  caf::actor actor;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    members_[queue] = pool;
    auto& known = pools_[pool];
    if (!known) known = system_.spawn(PoolActor, ports_, pool);
    actor = known;
  }
  caf::anon_send(actor, PoolInputMessage{QueueJoins{queue, token, std::move(held)}});
}

caf::actor Pools::PoolOf(const QueueId& queue) const {
  const std::lock_guard lock(mutex_);
  const auto member = members_.find(queue);
  if (member == members_.end()) return {};
  const auto pool = pools_.find(member->second);
  return pool == pools_.end() ? caf::actor{} : pool->second;
}

void Pools::Leave(const QueueId& queue) {
  if (const caf::actor actor = PoolOf(queue)) {
    caf::anon_send(actor, PoolInputMessage{QueueLeaves{queue}});
  }
  const std::lock_guard lock(mutex_);
  members_.erase(queue);
}

void Pools::Wish(const QueueId& queue, QueueWish wish) {
  if (const caf::actor actor = PoolOf(queue)) {
    caf::anon_send(actor, PoolInputMessage{WishOf{queue, std::move(wish)}});
  }
}

void Pools::StopAll() {
  std::map<PoolId, caf::actor> pools;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    pools.swap(pools_);
    members_.clear();
  }
  for (const auto& [id, actor] : pools) {
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  }
}

}  // namespace callfleet::queue
