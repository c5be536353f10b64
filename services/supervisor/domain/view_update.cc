#include "services/supervisor/domain/view_update.h"

#include <algorithm>

namespace callfleet::supervisor {
namespace {

void AddCall(const World& world, const CallId& id, WallTime now, ViewUpdate* update) {
  const CallHistory* history = world.FindCall(id);
  if (history != nullptr) update->calls.push_back(world.View(*history, now));
  if (history == nullptr || history->fact.state == EdgeCallState::kEnded) {
    if (!update->snapshot) update->removed.push_back(id.str());
  }
}

bool HadAgent(const World& world, const CallId& id, const AgentId& agent) {
  const CallHistory* history = world.FindCall(id);
  return history != nullptr &&
         std::ranges::find(history->fact.legs, agent, &LegFact::agent) != history->fact.legs.end();
}

void CallDelta(const World& world, const Topic& topic, const Changes& changes, WallTime now,
               ViewUpdate* update) {
  for (const auto& id : changes.calls) {
    if (topic.kind == TopicKind::kCalls && !topic.id.empty() && id.str() != topic.id) continue;
    if (topic.kind != TopicKind::kAgentCalls) {
      AddCall(world, id, now, update);
      continue;
    }
    const AgentId agent(topic.id);
    if (world.CallsOf(agent).contains(id)) {
      AddCall(world, id, now, update);
    } else if (HadAgent(world, id, agent)) {
      update->calls.push_back(world.View(*world.FindCall(id), now));
      update->removed.push_back(id.str());
    }
  }
}

void AgentDelta(const World& world, const Topic& topic, const Changes& changes, WallTime now,
                ViewUpdate* update) {
  for (const auto& id : changes.agents) {
    if (!topic.id.empty() && id.str() != topic.id) continue;
    const auto found = world.agents().find(id);
    if (found == world.agents().end()) {
      update->removed.push_back(id.str());
    } else {
      update->agents.push_back(world.View(found->second, now));
    }
  }
}

void BridgeDelta(const World& world, const Changes& changes, WallTime now, ViewUpdate* update) {
  for (const auto& id : changes.calls) {
    const CallHistory* history = world.FindCall(id);
    if (history == nullptr) continue;
    if (auto bridge = ViewBridge(*history, now)) update->bridges.push_back(std::move(*bridge));
  }
  for (const auto& id : changes.closed_bridges) update->removed.push_back(id.str());
}

template <class Id, class Value>
void MapDelta(const std::map<Id, Value>& map, const std::set<Id>& changed, const std::string& only,
              std::vector<Value>* out, std::vector<std::string>* removed) {
  for (const auto& id : changed) {
    if (!only.empty() && id.str() != only) continue;
    const auto found = map.find(id);
    if (found == map.end()) {
      removed->push_back(id.str());
    } else {
      out->push_back(found->second);
    }
  }
}

template <class Id, class Value>
std::set<Id> Keys(const std::map<Id, Value>& map) {
  std::set<Id> keys;
  for (const auto& [id, value] : map) keys.insert(id);
  return keys;
}

void CallSnapshot(const World& world, const Topic& topic, WallTime now, ViewUpdate* update) {
  if (topic.kind == TopicKind::kCalls && !topic.id.empty()) {
    AddCall(world, CallId(topic.id), now, update);
    return;
  }
  const AgentId agent(topic.kind == TopicKind::kAgentCalls ? topic.id : "");
  for (const auto& id : LiveCallsInOrder(world, agent)) AddCall(world, id, now, update);
}

// Their places hang together, so all of them are told whatever changed.
void QueueCalls(const World& world, const Topic& topic, WallTime now, ViewUpdate* update) {
  auto places = PlacesIn(world, QueueId(topic.id));
  if (!places) {
    update->end = std::move(places.error());
    return;
  }
  update->snapshot = true;
  update->queue_calls.emplace();
  for (const TicketFact* ticket : *places) {
    const auto position = static_cast<unsigned>(update->queue_calls->size()) + 1;
    if (position > kMostWatchedPlaces) break;
    update->queue_calls->push_back(ViewPlace(world, *ticket, position, now));
  }
}

}  // namespace

std::vector<CallId> LiveCallsInOrder(const World& world, const AgentId& agent) {
  std::vector<std::pair<WallTime, CallId>> order;
  if (agent.empty()) {
    order.reserve(world.live_calls().size());
    for (const auto& [id, history] : world.live_calls()) {
      order.emplace_back(history.fact.created.value_or(WallTime{}), id);
    }
  } else {
    for (const auto& id : world.CallsOf(agent)) {
      order.emplace_back(world.FindCall(id)->fact.created.value_or(WallTime{}), id);
    }
  }
  std::ranges::sort(order);
  std::vector<CallId> ids;
  ids.reserve(order.size());
  for (auto& [time, id] : order) ids.push_back(std::move(id));
  return ids;
}

std::vector<const AgentFact*> AgentsByName(const World& world) {
  std::vector<const AgentFact*> agents;
  for (const auto& [id, agent] : world.agents()) agents.push_back(&agent);
  std::ranges::sort(agents, {}, [](const AgentFact* agent) {
    return std::pair<const std::string&, const std::string&>(agent->name, agent->id.str());
  });
  return agents;
}

ViewUpdate Snapshot(const World& world, const Topic& topic, WallTime now) {
  ViewUpdate update{.snapshot = true};
  switch (topic.kind) {
    case TopicKind::kStats:
      update.stats = ReadStats(world);
      break;
    case TopicKind::kAgents:
      for (const AgentFact* agent : AgentsByName(world)) {
        if (!topic.id.empty() && agent->id.str() != topic.id) continue;
        update.agents.push_back(world.View(*agent, now));
      }
      break;
    case TopicKind::kCalls:
    case TopicKind::kAgentCalls:
      CallSnapshot(world, topic, now, &update);
      break;
    case TopicKind::kBridges:
      for (const auto& id : LiveCallsInOrder(world, AgentId())) {
        if (auto bridge = ViewBridge(*world.FindCall(id), now)) {
          update.bridges.push_back(std::move(*bridge));
        }
      }
      break;
    case TopicKind::kCampaigns:
      MapDelta(world.campaigns(), Keys(world.campaigns()), topic.id, &update.campaigns,
               &update.removed);
      break;
    case TopicKind::kQueues:
      MapDelta(world.queues(), Keys(world.queues()), topic.id, &update.queues, &update.removed);
      break;
    case TopicKind::kQueueCalls:
      QueueCalls(world, topic, now, &update);
      break;
    case TopicKind::kTrunks:
      MapDelta(world.trunks(), Keys(world.trunks()), topic.id, &update.trunks, &update.removed);
      break;
    case TopicKind::kAlerts:
    case TopicKind::kRepairs:
    case TopicKind::kPerformance:
      break;
  }
  return update;
}

ViewUpdate Delta(const World& world, const Topic& topic, const Changes& changes, WallTime now) {
  ViewUpdate update;
  switch (topic.kind) {
    case TopicKind::kStats:
      if (!changes.calls.empty() || !changes.agents.empty()) update.stats = ReadStats(world);
      break;
    case TopicKind::kAgents:
      AgentDelta(world, topic, changes, now, &update);
      break;
    case TopicKind::kCalls:
    case TopicKind::kAgentCalls:
      CallDelta(world, topic, changes, now, &update);
      break;
    case TopicKind::kBridges:
      BridgeDelta(world, changes, now, &update);
      break;
    case TopicKind::kCampaigns:
      MapDelta(world.campaigns(), changes.campaigns, topic.id, &update.campaigns, &update.removed);
      break;
    case TopicKind::kQueues:
      MapDelta(world.queues(), changes.queues, topic.id, &update.queues, &update.removed);
      break;
    case TopicKind::kQueueCalls:
      if (changes.queue_calls.contains(QueueId(topic.id))) QueueCalls(world, topic, now, &update);
      break;
    case TopicKind::kTrunks:
      MapDelta(world.trunks(), changes.trunks, topic.id, &update.trunks, &update.removed);
      break;
    case TopicKind::kAlerts:
    case TopicKind::kRepairs:
    case TopicKind::kPerformance:
      break;
  }
  return update;
}

}  // namespace callfleet::supervisor
