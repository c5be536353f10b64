#pragma once
// Campaigns, their figures, leads and attempts between JSON and the dialer's messages.
#include <nlohmann/json.hpp>

#include "callfleet/dialer/v1/campaign.pb.h"
#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "common/result/result.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

Fields NewCampaignFields();  // name and maxConcurrent are required.
Fields CampaignFields();     // Nothing is required.
// Sets what the body gives, leaves the rest.
Status ApplyCampaign(const Json& body, callfleet::dialer::v1::Campaign* campaign);

const Table<callfleet::common::v1::SkillRequirement>& RequiredSkillTable();
const Table<callfleet::dialer::v1::Campaign>& CampaignTable();
const Table<callfleet::dialer::v1::CampaignStats>& CampaignStatsTable();
const Table<callfleet::dialer::v1::Lead>& LeadTable();
const Table<callfleet::dialer::v1::Attempt>& AttemptTable();
const Table<callfleet::dialer::v1::Suppression>& SuppressionTable();

}  // namespace callfleet::supervisor::rest
