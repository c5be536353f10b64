#pragma once
#include "common/pg/session.h"
#include "services/dialer/domain/campaign_model.h"

namespace callfleet::dialer {

// Takes the unit and reads what its new owner needs: settings, counters, and each open attempt as a
// line that the edge has yet to confirm. NOT_FOUND CAMPAIGN_NOT_FOUND.
Result<CampaignModel> LoadCampaign(pg::Transaction& transaction, const CampaignId& id);

}  // namespace callfleet::dialer
