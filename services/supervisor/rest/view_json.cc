#include "services/supervisor/rest/view_json.h"

#include "services/supervisor/rest/history_json.h"
#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

constexpr auto kRoutingRows = std::to_array<Row<Stats>>(
    {{"routedDirectly", kInteger, "Given an agent within 1 s of needing one.",
      [](const Stats& s) { return Json(s.routing.direct); }},
     {"queued", kInteger, "Waited longer, or for ever.",
      [](const Stats& s) { return Json(s.routing.queued); }},
     {"rejected", kInteger, "A person waited and no agent was ever rung.",
      [](const Stats& s) { return Json(s.routing.rejected); }},
     {"averageRoutingMs", kNumber.OrNull(), "From the need to the agent's ringing.",
      [](const Stats& s) { return rest::OrNull(s.routing.AverageRoutingMs()); }},
     {"routed", kInteger, "Calls in averageRoutingMs.",
      [](const Stats& s) { return Json(s.routing.routed); }},
     {"skillMatchRate", kNumber.OrNull(), "Calls whose agent had all skills asked for.",
      [](const Stats& s) { return rest::OrNull(s.routing.SkillMatchRate()); }},
     {"skillSamples", kInteger, "Calls in skillMatchRate.",
      [](const Stats& s) { return Json(s.routing.skill_samples); }},
     {"since", kTime.OrNull(), "Start of these counts.",
      [](const Stats& s) { return TimeJson(s.since); }}});

const Table<Stats>& RoutingTable() {
  static const Table<Stats> kTable("Routing", kRoutingRows);
  return kTable;
}

// A queue without figures has none of them.
template <class Read>
Json Figure(const QueueFact& queue, Read read) {
  return queue.figures ? Json(read(*queue.figures)) : Json();
}

template <class From>
void Append(const Table<From>& table, const std::vector<From>& items, Json* list) {
  for (const auto& item : items) list->push_back(table(item));
}

}  // namespace

constexpr auto kStatsRows = std::to_array<Row<Stats>>(
    {{"activeCalls", kInteger, "Calls that are not over.",
      [](const Stats& s) { return Json(s.active_calls); }},
     {"activeBridges", kInteger, "Open bridges.",
      [](const Stats& s) { return Json(s.active_bridges); }},
     {"totalCallsHandled", kInteger, "Of all agents since their creation.",
      [](const Stats& s) { return Json(s.total_calls_handled); }},
     {"availableAgents", kInteger, "Ready with a free slot.",
      [](const Stats& s) { return Json(s.available_agents); }},
     {"busyAgents", kInteger, "With a call and no free slot.",
      [](const Stats& s) { return Json(s.busy_agents); }},
     {"signedInAgents", kInteger, "Not logged out.",
      [](const Stats& s) { return Json(s.signed_in_agents); }},
     {"totalAgents", kInteger, "All agents.", [](const Stats& s) { return Json(s.total_agents); }},
     {"queuedCalls", kInteger, "People who wait for an agent, over all queues.",
      [](const Stats& s) { return Json(s.queued_calls); }},
     {"utilisation", kNumber.OrNull(), "By utilisationFormula.",
      [](const Stats& s) { return rest::OrNull(s.Utilisation()); }},
     {"utilisationFormula", kText, "busy / (available + busy).",
      [](const Stats& /*s*/) { return Json("busy / (available + busy)"); }},
     {"routing", kObject<RoutingTable>, "How calls found their agents.",
      [](const Stats& s) { return RoutingTable()(s); }}});

const Table<Stats>& StatsTable() {
  static const Table<Stats> kTable("Stats", kStatsRows);
  return kTable;
}

constexpr auto kCampaignFiguresRows = std::to_array<Row<CampaignFact>>(
    {{"id", kText, "Id.", [](const CampaignFact& c) { return Json(c.id.str()); }},
     {"name", kText, "Name.", [](const CampaignFact& c) { return Json(c.name); }},
     {"state", kText, "running, …", [](const CampaignFact& c) { return Json(c.state); }},
     {"waitReason", kText.OrNull(), "Why nothing is dialled now.",
      [](const CampaignFact& c) { return TextOrNull(c.wait_reason); }},
     {"leadsTotal", kInteger, "All leads.",
      [](const CampaignFact& c) { return Json(c.leads_total); }},
     {"leadsQueued", kInteger, "Not final, not being dialled.",
      [](const CampaignFact& c) { return Json(c.leads_queued); }},
     {"leadsDialing", kInteger, "Being dialled or talked to.",
      [](const CampaignFact& c) { return Json(c.leads_dialing); }},
     {"leadsFinal", kInteger, "Never dialled again.",
      [](const CampaignFact& c) { return Json(c.leads_final); }},
     {"attempts", kInteger, "Calls really placed that are over.",
      [](const CampaignFact& c) { return Json(c.attempts); }},
     {"callsConnected", kInteger, "A person talked to an agent.",
      [](const CampaignFact& c) { return Json(c.calls_connected); }},
     {"liveCalls", kInteger, "Calls now.",
      [](const CampaignFact& c) { return Json(c.live_calls); }}});

const Table<CampaignFact>& CampaignFiguresTable() {
  static const Table<CampaignFact> kTable("CampaignFigures", kCampaignFiguresRows);
  return kTable;
}

constexpr auto kQueueFiguresRows = std::to_array<Row<QueueFact>>(
    {{"id", kText, "Id.", [](const QueueFact& q) { return Json(q.id.str()); }},
     {"name", kText, "Name.", [](const QueueFact& q) { return Json(q.name); }},
     {"state", kText, "open or closed.", [](const QueueFact& q) { return Json(q.state); }},
     {"waiting", kInteger.OrNull(), "Callers waiting now.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.waiting; });
      }},
     {"longestWaitSeconds", kNumber.OrNull(), "Of those waiting now.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.longest_wait; });
      }},
     {"averageWaitSeconds", kNumber.OrNull(), "Of answered calls.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return rest::OrNull(AverageWait(f)); });
      }},
     {"offered", kInteger.OrNull(), "Calls since the queue's creation.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.offered; });
      }},
     {"answered", kInteger.OrNull(), "Reached an agent.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.answered; });
      }},
     {"abandoned", kInteger.OrNull(), "Left before an agent answered.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.abandoned; });
      }},
     {"overflowed", kInteger.OrNull(), "Sent elsewhere.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.overflowed; });
      }},
     {"serviceLevel", kNumber.OrNull(),
      "answered_in_T / (offered - abandoned_in_T), of those who do not wait any more.",
      [](const QueueFact& q) {
        return Figure(q,
                      [](const QueueFigures& f) { return rest::OrNull(DefaultServiceLevel(f)); });
      }},
     {"serviceLevels", kObject<LevelTable>.List().OrNull(), "All four formulas.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return LevelTable().Each(ServiceLevels(f)); });
      }},
     {"shortAbandoned", kInteger.OrNull(),
      "Of the abandoned: within the queue's threshold of short ones.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.short_abandoned; });
      }},
     {"refused", kInteger.OrNull(), "Not let in; not counted in offered.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.refused; });
      }},
     {"callbacks", kInteger.OrNull(), "Asked to be called back.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.callbacks; });
      }},
     {"agentsReady", kInteger.OrNull(), "Its agents who are ready.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.agents_ready; });
      }},
     {"serviceLevelFormula", kText, "In words.",
      [](const QueueFact& /*q*/) { return Json(kServiceLevelFormula); }},
     {"expectedWaitSeconds", kNumber.OrNull(), "Of a caller who came now; null: unknown.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return rest::OrNull(ExpectedWait(f)); });
      }},
     {"agentsAvailable", kInteger.OrNull(), "Its agents with a free slot.",
      [](const QueueFact& q) {
        return Figure(q, [](const QueueFigures& f) { return f.agents_available; });
      }},
     {"agentsBusy", kInteger.OrNull(), "Ready without a free slot.",
      [](const QueueFact& q) { return Figure(q, AgentsBusy); }}});

const Table<QueueFact>& QueueFiguresTable() {
  static const Table<QueueFact> kTable("QueueFigures", kQueueFiguresRows);
  return kTable;
}

constexpr auto kPlaceStates =
    std::to_array<std::string_view>({"waiting", "offered", "callback", "calling_back"});

constexpr auto kQueuedCallRows = std::to_array<Row<QueuedCallView>>(
    {{"id", kText, "Ticket.", [](const QueuedCallView& c) { return Json(c.ticket.id.str()); }},
     {"callId", kText.OrNull(), "Call; null: a callback that was asked for without one.",
      [](const QueuedCallView& c) { return TextOrNull(c.ticket.call.str()); }},
     {"queueId", kText, "Queue.",
      [](const QueuedCallView& c) { return Json(c.ticket.queue.str()); }},
     {"caller", kText, "Number of the caller.",
      [](const QueuedCallView& c) { return Json(c.ticket.caller); }},
     {"called", kText, "Number called.",
      [](const QueuedCallView& c) { return Json(c.ticket.called); }},
     {"position", kInteger, "From 1; 0: a callback that is not due.",
      [](const QueuedCallView& c) { return Json(c.position); }},
     {"waitSeconds", kNumber, "Waits for so long.",
      [](const QueuedCallView& c) { return Seconds(c.call.wait); }},
     {"priority", kInteger, "Higher goes first.",
      [](const QueuedCallView& c) { return Json(c.ticket.priority); }},
     {"customerType", kText.OrNull(), "vip, …",
      [](const QueuedCallView& c) { return TextOrNull(c.ticket.customer_type); }},
     {"requiredSkills", kObject<SkillTable>.List(), "Needed beside the queue's own.",
      [](const QueuedCallView& c) { return SkillTable().Each(c.ticket.required_skills); }},
     {"state",
      {.choices = Words<kPlaceStates>},
      "Where it stands.",
      [](const QueuedCallView& c) { return Json(c.ticket.state); }},
     {"agentId", kText.OrNull(), "Agent who is rung.",
      [](const QueuedCallView& c) { return TextOrNull(c.ticket.agent.str()); }},
     {"agentName", kText.OrNull(), "The agent's name.",
      [](const QueuedCallView& c) { return TextOrNull(c.call.agent_name); }},
     {"queuedAt", kTime.OrNull(), "Began to wait.",
      [](const QueuedCallView& c) { return TimeJson(c.ticket.since); }}});

const Table<QueuedCallView>& QueuedCallTable() {
  static const Table<QueuedCallView> kTable("QueuedCall", kQueuedCallRows);
  return kTable;
}

constexpr auto kTrunkFiguresRows = std::to_array<Row<TrunkFact>>(
    {{"id", kText, "Id.", [](const TrunkFact& t) { return Json(t.id.str()); }},
     {"name", kText, "Name.", [](const TrunkFact& t) { return Json(t.name); }},
     {"state", kText, "up, down, breaker_open, disabled.",
      [](const TrunkFact& t) { return Json(t.state); }},
     {"activeChannels", kInteger, "In use.",
      [](const TrunkFact& t) { return Json(t.active_channels); }},
     {"freeChannels", kInteger, "Free now.",
      [](const TrunkFact& t) { return Json(t.free_channels); }}});

const Table<TrunkFact>& TrunkFiguresTable() {
  static const Table<TrunkFact> kTable("TrunkFigures", kTrunkFiguresRows);
  return kTable;
}

Json ToJson(const ViewUpdate& update) {
  Json items = Json::array();
  if (update.stats) items.push_back(StatsTable()(*update.stats));
  Append(AgentTable(), update.agents, &items);
  Append(CallTable(), update.calls, &items);
  Append(BridgeTable(), update.bridges, &items);
  Append(CampaignFiguresTable(), update.campaigns, &items);
  Append(QueueFiguresTable(), update.queues, &items);
  if (update.queue_calls) Append(QueuedCallTable(), *update.queue_calls, &items);
  Append(TrunkFiguresTable(), update.trunks, &items);
  Append(AlertTable(), update.alerts, &items);
  Append(RepairTable(), update.repairs, &items);
  Json json{{"seq", update.seq}, {"items", std::move(items)}, {"removed", update.removed}};
  if (update.performance) {
    for (const auto& row : update.performance->rows) {
      json["items"].push_back(PerformanceTable()({.row = row, .report = *update.performance}));
    }
    json["completeUntil"] = TimeJson(update.performance->complete_until);
  }
  return json;
}

}  // namespace callfleet::supervisor::rest
