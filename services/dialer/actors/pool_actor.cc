#include "services/dialer/actors/pool_actor.h"

#include <utility>

namespace callfleet::dialer {

struct PoolInputMessage {
  PoolInput input;
};

}  // namespace callfleet::dialer

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::dialer::PoolInputMessage)

namespace callfleet::dialer {

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

caf::behavior PoolActor(caf::stateful_actor<PoolState>* self, PoolPorts ports, PoolId pool,
                        ActUntil act_until) {
  const auto me = caf::actor_cast<caf::actor>(self);
  self->state.link = ports.make_link(pool, std::make_shared<LinkToActor>(me));
  ArmTick(me, ports.timers);
  return {[self, ports, act_until](PoolInputMessage& message) {
    PoolStep step = self->state.session.Apply(message.input, ports.clock->Now());
    act_until->store(self->state.session.act_until());
    if (!step.messages.empty()) self->state.link->Write(std::move(step.messages));
    for (auto& out : step.events) ports.campaigns->Send(out.campaign, std::move(out.event));
    if (std::holds_alternative<PoolTick>(message.input)) {
      ArmTick(caf::actor_cast<caf::actor>(self), ports.timers);
    }
  }};
}

}  // namespace

Pools::Pools(caf::actor_system& system, PoolPorts ports)
    : system_(system), ports_(std::move(ports)) {}

void Pools::Join(const CampaignId& campaign, Token token, const PoolId& pool,
                 std::vector<HeldReservation> held) {
  caf::actor actor;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    members_[campaign] = pool;
    auto& known = pools_[pool];
    if (!known) {
      auto& until = act_until_[pool] = std::make_shared<std::atomic<MonoTime>>();
      known = system_.spawn(PoolActor, ports_, pool, until);
    }
    actor = known;
  }
  caf::anon_send(actor, PoolInputMessage{JoinPool{campaign, token, std::move(held)}});
}

caf::actor Pools::PoolOf(const CampaignId& campaign) const {
  const std::lock_guard lock(mutex_);
  const auto member = members_.find(campaign);
  if (member == members_.end()) return {};
  const auto pool = pools_.find(member->second);
  return pool == pools_.end() ? caf::actor{} : pool->second;
}

void Pools::Leave(const CampaignId& campaign) {
  if (const caf::actor actor = PoolOf(campaign)) {
    caf::anon_send(actor, PoolInputMessage{LeavePool{campaign}});
  }
  const std::lock_guard lock(mutex_);
  members_.erase(campaign);
}

void Pools::Wish(const CampaignId& campaign, CampaignWish wish) {
  if (const caf::actor actor = PoolOf(campaign)) {
    caf::anon_send(actor, PoolInputMessage{WishOf{campaign, std::move(wish)}});
  }
}

bool Pools::MayAct(const CampaignId& campaign) const {
  const std::lock_guard lock(mutex_);
  const auto member = members_.find(campaign);
  const auto until = member == members_.end() ? act_until_.end() : act_until_.find(member->second);
  return until != act_until_.end() && ports_.clock->Now().mono <= until->second->load();
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

}  // namespace callfleet::dialer
