#pragma once
// Campaigns, their figures, leads and attempts between JSON and the dialer's messages.
#include <array>
#include <nlohmann/json.hpp>

#include "callfleet/dialer/v1/campaign.pb.h"
#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "common/result/result.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

Fields NewCampaignFields();  // name and maxConcurrent are required.
Fields CampaignFields();     // Nothing is required.
// Sets what the body gives, clears what is null in it, leaves the rest.
Status ApplyCampaign(Json body, callfleet::dialer::v1::Campaign* campaign);

inline constexpr std::array<FieldSpec, 2> kRequiredSkill{{
    {.name = "name", .about = "Name of the skill.", .required = true, .min = 1, .max = 64},
    {.name = "minLevel",
     .type = JsonType::kInteger,
     .about = "1 to 10; 1 unless given.",
     .min = 1,
     .max = 10},
}};
const Table<callfleet::common::v1::SkillRequirement>& RequiredSkillTable();
const Table<callfleet::dialer::v1::Campaign>& CampaignTable();
const Table<callfleet::dialer::v1::CampaignStats>& CampaignStatsTable();
const Table<callfleet::dialer::v1::Lead>& LeadTable();
const Table<callfleet::dialer::v1::Attempt>& AttemptTable();
const Table<callfleet::dialer::v1::Suppression>& SuppressionTable();

}  // namespace callfleet::supervisor::rest
