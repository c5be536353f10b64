#pragma once
// Live views as JSON.
#include <nlohmann/json.hpp>

#include "services/supervisor/domain/view_update.h"

namespace callfleet::supervisor::rest {

using Json = nlohmann::json;

Json ToJson(const AgentView& agent);
Json ToJson(const CallView& call);
Json ToJson(const BridgeView& bridge);
Json ToJson(const Stats& stats);
Json ToJson(const CampaignFact& campaign);
Json ToJson(const QueueFact& queue);
Json ToJson(const TrunkFact& trunk);
// {"seq": n, "items": […], "removed": [ids]}.
Json ToJson(const ViewUpdate& update);

}  // namespace callfleet::supervisor::rest
