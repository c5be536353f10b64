#include "services/supervisor/rest/view_json.h"

#include "services/supervisor/rest/history_json.h"
#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

// Ids that are not there are null, so that a reader need not know what "" means.
Json OrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json Skills(const std::vector<SkillLevel>& skills) {
  Json list = Json::array();
  for (const auto& skill : skills) list.push_back({{"name", skill.name}, {"level", skill.level}});
  return list;
}

Json Steps(const std::vector<RoutingStep>& steps) {
  Json list = Json::array();
  for (const auto& step : steps) {
    list.push_back({{"time", TimeJson(step.time)},
                    {"who", step.who},
                    {"what", step.what},
                    {"why", OrNull(step.why)}});
  }
  return list;
}

Json AgentCalls(const AgentView& agent) {
  Json list = Json::array();
  for (const auto& call : agent.calls) {
    list.push_back({{"id", OrNull(call.call.str())},
                    {"number", OrNull(call.number)},
                    {"state", Name(call.state)},
                    {"unit", OrNull(call.unit)},
                    {"durationSeconds", Seconds(call.duration)}});
  }
  return list;
}

Json Coaching(const AgentView& agent) {
  Json list = Json::array();
  for (const auto& note : agent.coaching) {
    list.push_back({{"id", note.id},
                    {"time", TimeJson(note.at)},
                    {"author", note.author},
                    {"text", note.text},
                    {"outcome", Name(note.outcome)}});
  }
  return list;
}

Json Memberships(const AgentFact& agent) {
  Json list = Json::array();
  for (const auto& membership : agent.memberships) {
    const char* key = membership.unit.kind == UnitKind::kQueue ? "queueId" : "campaignId";
    list.push_back({{key, membership.unit.id}, {"isPrimary", membership.primary}});
  }
  return list;
}

const char* RoleName(LegRole role) {
  if (role == LegRole::kAgent) return "agent";
  return role == LegRole::kSupervisor ? "supervisor" : "customer";
}

template <class Item>
void Append(const std::vector<Item>& items, Json* list) {
  for (const auto& item : items) list->push_back(ToJson(item));
}

}  // namespace

Json ToJson(const AgentView& agent) {
  const AgentFact& fact = agent.fact;
  return {{"id", fact.id.str()},
          {"name", fact.name},
          {"description", fact.description},
          {"isActive", fact.active},
          {"kind", Name(fact.kind)},
          {"lineMode", fact.line_mode},
          {"poolId", fact.pool},
          {"autoReady", fact.auto_ready},
          {"tier", fact.tier},
          {"wrapUpSeconds", fact.wrap_up.count()},
          {"memberships", Memberships(fact)},
          {"sipUser", OrNull(fact.sip_user)},
          {"sipUri", OrNull(agent.sip_uri)},
          {"contact", OrNull(fact.contact)},
          {"presence", Name(fact.presence)},
          {"presenceReason", OrNull(fact.presence_reason)},
          {"presenceSince", TimeJson(fact.presence_since)},
          {"state", Name(fact.activity)},
          {"activeCalls", ActiveCalls(fact)},
          {"currentCalls", AgentCalls(agent)},
          {"coaching", Coaching(agent)},
          {"maxConcurrentCalls", fact.max_calls},
          {"skills", Skills(fact.skills)},
          {"performanceScore", rest::OrNull(agent.score)},
          {"samples", agent.samples},
          {"scoreParts",
           {{"answerRate", rest::OrNull(agent.answer_rate)},
            {"handleTime", nullptr},
            {"wrapUpAdherence", nullptr}}},
          {"callsHandled", fact.calls},
          {"lastActivity", TimeJson(fact.last_activity)},
          {"version", fact.version}};
}

Json ToJson(const CallView& call) {
  return {{"id", call.id.str()},
          {"edgeId", call.edge.str()},
          {"caller", call.caller},
          {"called", call.called},
          {"direction", Name(call.direction)},
          {"state", Name(call.state)},
          {"agentId", OrNull(call.agent.str())},
          {"agentName", OrNull(call.agent_name)},
          {"queueId", OrNull(call.queue.str())},
          {"campaignId", OrNull(call.campaign.str())},
          {"leadId", OrNull(call.lead)},
          {"dispatchId", OrNull(call.dispatch)},
          {"bridgeId", OrNull(call.bridge.str())},
          {"priority", call.priority},
          {"customerType", OrNull(call.customer_type)},
          {"requiredSkills", Skills(call.required_skills)},
          {"createdAt", TimeJson(call.created)},
          {"queuedAt", TimeJson(call.queued)},
          {"answeredAt", TimeJson(call.answered)},
          {"connectedAt", TimeJson(call.connected)},
          {"endedAt", TimeJson(call.ended)},
          {"durationSeconds", Seconds(call.duration)},
          {"waitSeconds", Seconds(call.wait)},
          {"talkSeconds", Seconds(call.talk)},
          {"holdSeconds", Seconds(call.hold)},
          {"transfers", call.transfers},
          {"holds", call.holds},
          {"routingHistory", Steps(call.steps)},
          {"endReason", OrNull(call.end_reason)},
          {"sipCode", call.sip_code == 0 ? Json() : Json(call.sip_code)},
          {"q850Cause", call.q850_cause == 0 ? Json() : Json(call.q850_cause)},
          {"version", call.version}};
}

Json ToJson(const BridgeView& bridge) {
  Json participants = Json::array();
  for (const auto& who : bridge.participants) {
    participants.push_back({{"legId", who.leg.str()},
                            {"role", RoleName(who.role)},
                            {"mode", who.mode},
                            {"agentId", OrNull(who.agent.str())},
                            {"remote", OrNull(who.remote)}});
  }
  return {{"id", bridge.id.str()},           {"callId", bridge.call.str()},
          {"edgeId", bridge.edge.str()},     {"participants", std::move(participants)},
          {"since", TimeJson(bridge.since)}, {"durationSeconds", Seconds(bridge.duration)}};
}

Json ToJson(const Stats& stats) {
  const RoutingFigures& routing = stats.routing;
  return {{"activeCalls", stats.active_calls},
          {"activeBridges", stats.active_bridges},
          {"totalCallsHandled", stats.total_calls_handled},
          {"availableAgents", stats.available_agents},
          {"busyAgents", stats.busy_agents},
          {"signedInAgents", stats.signed_in_agents},
          {"totalAgents", stats.total_agents},
          {"queuedCalls", stats.queued_calls},
          {"utilisation", rest::OrNull(stats.Utilisation())},
          {"utilisationFormula", "busy / (available + busy)"},
          {"routing",
           {{"routedDirectly", routing.direct},
            {"queued", routing.queued},
            {"rejected", routing.rejected},
            {"averageRoutingMs", rest::OrNull(routing.AverageRoutingMs())},
            {"routed", routing.routed},
            {"skillMatchRate", rest::OrNull(routing.SkillMatchRate())},
            {"skillSamples", routing.skill_samples},
            {"since", TimeJson(stats.since)}}}};
}

Json ToJson(const CampaignFact& campaign) {
  return {{"id", campaign.id.str()},
          {"name", campaign.name},
          {"state", campaign.state},
          {"waitReason", OrNull(campaign.wait_reason)},
          {"leadsTotal", campaign.leads_total},
          {"leadsQueued", campaign.leads_queued},
          {"leadsDialing", campaign.leads_dialing},
          {"leadsFinal", campaign.leads_final},
          {"attempts", campaign.attempts},
          {"callsConnected", campaign.calls_connected},
          {"liveCalls", campaign.live_calls}};
}

Json ToJson(const QueueFact& queue) {
  Json json{{"id", queue.id.str()}, {"name", queue.name}, {"state", queue.state}};
  if (!queue.figures) return json;
  const QueueFigures& figures = *queue.figures;
  const auto offered = figures.offered - figures.abandoned_in_threshold;
  json["waiting"] = figures.waiting;
  json["longestWaitSeconds"] = figures.longest_wait;
  json["averageWaitSeconds"] =
      figures.answered == 0 ? Json()
                            : Json(figures.answered_wait / static_cast<double>(figures.answered));
  json["offered"] = figures.offered;
  json["answered"] = figures.answered;
  json["abandoned"] = figures.abandoned;
  json["overflowed"] = figures.overflowed;
  json["serviceLevel"] =
      offered == 0
          ? Json()
          : Json(static_cast<double>(figures.answered_in_threshold) / static_cast<double>(offered));
  json["agentsReady"] = figures.agents_ready;
  json["agentsAvailable"] = figures.agents_available;
  return json;
}

Json ToJson(const TrunkFact& trunk) {
  return {{"id", trunk.id.str()},
          {"name", trunk.name},
          {"state", trunk.state},
          {"activeChannels", trunk.active_channels},
          {"freeChannels", trunk.free_channels}};
}

Json ToJson(const ViewUpdate& update) {
  Json items = Json::array();
  if (update.stats) items.push_back(ToJson(*update.stats));
  Append(update.agents, &items);
  Append(update.calls, &items);
  Append(update.bridges, &items);
  Append(update.campaigns, &items);
  Append(update.queues, &items);
  Append(update.trunks, &items);
  Append(update.alerts, &items);
  Append(update.repairs, &items);
  Json json{{"seq", update.seq}, {"items", std::move(items)}, {"removed", update.removed}};
  if (update.performance) {
    for (const auto& row : update.performance->rows) {
      json["items"].push_back(ToJson(row, *update.performance));
    }
    json["completeUntil"] = TimeJson(update.performance->complete_until);
  }
  return json;
}

}  // namespace callfleet::supervisor::rest
