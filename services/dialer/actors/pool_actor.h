#pragma once
// One actor a pool: the session's state machine between campaigns and the pool's link.
#include <caf/all.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "services/dialer/domain/pool_session.h"
#include "services/dialer/ports/agent_pool.h"
#include "services/dialer/ports/campaign_inbox.h"
#include "services/dialer/ports/pool_link.h"

namespace callfleet::dialer {

using MakePoolLink = std::function<std::unique_ptr<PoolLink>(
    const PoolId& pool, std::shared_ptr<PoolLinkListener> listener)>;

// Until when the pool's reservations may be acted on; its actor writes, anybody reads.
using ActUntil = std::shared_ptr<std::atomic<MonoTime>>;

struct PoolPorts {
  CampaignInbox* campaigns;
  Timers* timers;
  const Clock* clock;
  MakePoolLink make_link;
};

// The pools that campaigns of this process belong to; makes their actors as they are needed.
// Thread safe.
class Pools final : public AgentPool {
 public:
  Pools(caf::actor_system& system, PoolPorts ports);

  void Join(const CampaignId& campaign, Token token, const PoolId& pool,
            std::vector<HeldReservation> held) override;
  void Leave(const CampaignId& campaign) override;
  void Wish(const CampaignId& campaign, CampaignWish wish) override;
  bool MayAct(const CampaignId& campaign) const override;
  void StopAll();

 private:
  caf::actor PoolOf(const CampaignId& campaign) const;

  caf::actor_system& system_;
  PoolPorts ports_;
  mutable std::mutex mutex_;
  std::map<PoolId, caf::actor> pools_;
  std::map<PoolId, ActUntil> act_until_;
  std::map<CampaignId, PoolId> members_;
  bool stopped_ = false;
};

}  // namespace callfleet::dialer
