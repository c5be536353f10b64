#pragma once
// Driven: the pool's matchmaker, as a campaign uses it. Answers come back through CampaignInbox.
#include <vector>

#include "common/ids/ids.h"
#include "services/dialer/domain/pool_messages.h"

namespace callfleet::dialer {

// Thread safe, never blocks. In order for one campaign.
class AgentPool {
 public:
  virtual ~AgentPool() = default;
  // The campaign takes part from now on, with what it holds already.
  virtual void Join(const CampaignId& campaign, Token token, const PoolId& pool,
                    std::vector<HeldReservation> held) = 0;
  virtual void Leave(const CampaignId& campaign) = 0;
  virtual void Wish(const CampaignId& campaign, CampaignWish wish) = 0;
  // Whether the campaign's reservations may be acted on at this moment: for whoever has waited, or
  // stood still, between the decision and the act.
  virtual bool MayAct(const CampaignId& campaign) const = 0;
};

}  // namespace callfleet::dialer
