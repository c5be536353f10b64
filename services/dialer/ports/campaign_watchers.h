#pragma once
// Driven: those who look on.
#include "services/dialer/domain/campaign_view.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

// Thread safe, never blocks.
class CampaignWatchers {
 public:
  virtual ~CampaignWatchers() = default;
  virtual void OnView(const CampaignView& view) = 0;  // At most 5 times a second a campaign.
  // Once committed.
  virtual void OnNews(const CampaignId& campaign, const TrunkId& trunk, const News& news) = 0;
};

}  // namespace callfleet::dialer
