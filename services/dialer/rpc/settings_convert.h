#pragma once
#include "callfleet/dialer/v1/campaign.pb.h"
#include "common/result/result.h"
#include "services/dialer/domain/campaign_settings.h"
#include "services/dialer/ports/dictionary.h"

namespace callfleet::dialer {

// Settings with the proto's defaults, or INVALID_ARGUMENT with every faulty field ("campaign.x").
Result<CampaignSettings> ToSettings(const callfleet::dialer::v1::Campaign& campaign,
                                    const Dictionary& dictionary);

}  // namespace callfleet::dialer
