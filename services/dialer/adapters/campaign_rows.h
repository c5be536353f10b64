#pragma once
// Rows of campaigns, leads and attempts as structs of the domain.
#include <string>

#include "common/pg/session.h"
#include "services/dialer/domain/campaign_settings.h"
#include "services/dialer/domain/line.h"
#include "services/dialer/ports/campaign_book.h"

namespace callfleet::dialer {

// In the order of the columns, from campaign_id to skills.
pg::Params SettingsParams(const CampaignId& id, const CampaignSettings& settings);
CampaignSettings ReadSettings(const pg::Rows::Row& row);
CampaignRecord ReadCampaign(const pg::Rows::Row& row);
Lead ReadLead(const pg::Rows::Row& row);
LeadRecord ReadLeadRecord(const pg::Rows::Row& row);
AttemptRecord ReadAttempt(const pg::Rows::Row& row);

}  // namespace callfleet::dialer
