#pragma once
#include "callfleet/dialer/v1/campaign.pb.h"
#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "services/supervisor/domain/house_facts.h"

namespace callfleet::supervisor {

// Name and state; figures stay 0 until AddFigures.
CampaignFact ToFact(const callfleet::dialer::v1::Campaign& campaign);
void AddFigures(const callfleet::dialer::v1::CampaignStats& stats, CampaignFact* fact);

}  // namespace callfleet::supervisor
