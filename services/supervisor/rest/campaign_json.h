#pragma once
// Campaigns, their figures, leads and attempts between JSON and the dialer's messages.
#include <nlohmann/json.hpp>

#include "callfleet/dialer/v1/campaign.pb.h"
#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "common/result/result.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

using Json = nlohmann::json;

Fields NewCampaignFields();  // name and maxConcurrent are required.
Fields CampaignFields();     // Nothing is required.
// Sets what the body gives, leaves the rest.
Status ApplyCampaign(const Json& body, callfleet::dialer::v1::Campaign* campaign);

Json ToJson(const callfleet::dialer::v1::Campaign& campaign);
Json ToJson(const callfleet::dialer::v1::CampaignStats& stats);
Json ToJson(const callfleet::dialer::v1::Lead& lead);
Json ToJson(const callfleet::dialer::v1::Attempt& attempt);

}  // namespace callfleet::supervisor::rest
