#pragma once
// The campaign's one pure function: what happened and when → what to write and what to do.
#include "services/dialer/domain/campaign_model.h"
#include "services/dialer/domain/events.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

Step Apply(CampaignModel& model, const Event& event, Instant now, const ZoneRules& zones);

// Whether a verb is allowed now; what is not listed in the table is refused to the caller.
bool Allows(const CampaignModel& model, CampaignEvent verb);

}  // namespace callfleet::dialer
