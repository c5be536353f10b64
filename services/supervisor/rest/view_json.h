#pragma once
// Live views as JSON.
#include <nlohmann/json.hpp>

#include "services/supervisor/domain/view_update.h"
#include "services/supervisor/rest/answer.h"

namespace callfleet::supervisor::rest {

const Table<SkillLevel>& SkillTable();
const Table<AgentView>& AgentTable();
const Table<LegView>& LegTable();
const Table<CallView>& CallTable();
const Table<BridgeView>& BridgeTable();
const Table<Stats>& StatsTable();
// What watchers are told of campaigns, queues and trunks.
const Table<CampaignFact>& CampaignFiguresTable();
const Table<QueueFact>& QueueFiguresTable();
const Table<QueuedCallView>& QueuedCallTable();
const Table<TrunkFact>& TrunkFiguresTable();

inline Json ToJson(const AgentView& agent) { return AgentTable()(agent); }
inline Json ToJson(const CallView& call) { return CallTable()(call); }
inline Json ToJson(const BridgeView& bridge) { return BridgeTable()(bridge); }
inline Json ToJson(const Stats& stats) { return StatsTable()(stats); }
// {"seq": n, "items": […], "removed": [ids]}.
Json ToJson(const ViewUpdate& update);

}  // namespace callfleet::supervisor::rest
