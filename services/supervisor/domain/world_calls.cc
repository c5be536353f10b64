// The part of World that follows calls.
#include <algorithm>

#include "services/supervisor/domain/world.h"

namespace callfleet::supervisor {

const CallHistory* World::FindCall(const CallId& id) const {
  if (const auto live = live_.find(id); live != live_.end()) return &live->second;
  const auto ended = ended_.find(id);
  return ended == ended_.end() ? nullptr : &ended->second;
}

std::set<CallId> World::CallsOf(const AgentId& agent) const {
  const auto found = agent_calls_.find(agent);
  return found == agent_calls_.end() ? std::set<CallId>{} : found->second;
}

std::optional<std::string> World::AddressOf(const EdgeId& edge) const {
  if (edge.empty()) return std::nullopt;
  for (const auto& [source, info] : sources_) {
    if (source.kind == SourceKind::kCalls && info.edge == edge) return source.address;
  }
  return std::nullopt;
}

std::optional<std::string> World::LikelyEdgeOf(const AgentId& agent) const {
  if (const auto known = agents_.find(agent); known != agents_.end()) {
    if (auto address = AddressOf(known->second.edge)) return address;
  }
  for (auto ended = ended_order_.rbegin(); ended != ended_order_.rend(); ++ended) {
    const CallHistory* call = FindCall(ended->id);
    if (call == nullptr) continue;
    const auto& legs = call->fact.legs;
    const bool took_part = std::ranges::any_of(legs, [&](const LegFact& leg) {
      return leg.role == LegRole::kAgent && leg.agent == agent;
    });
    if (took_part) return call->source.address;
  }
  return std::nullopt;
}

void World::TouchCall(const CallHistory& history) {
  changes_.calls.insert(history.fact.id);
  for (const auto& leg : history.fact.legs) {
    if (!leg.agent.empty() && agents_.contains(leg.agent)) changes_.agents.insert(leg.agent);
  }
  for (const auto& bridge : history.fact.bridges) {
    if (bridge.end) changes_.closed_bridges.insert(bridge.id);
  }
}

// Those that it makes, too.
void World::IndexAgents(const CallHistory& history) {
  const CallFact& call = history.fact;
  for (const auto& leg : call.legs) {
    if (leg.role != LegRole::kAgent || leg.agent.empty()) continue;
    auto& calls = agent_calls_[leg.agent];
    const bool live = call.state != EdgeCallState::kEnded && leg.state != LegState::kEnded;
    if (live) {
      calls.insert(call.id);
    } else {
      calls.erase(call.id);
    }
    if (calls.empty()) agent_calls_.erase(leg.agent);
  }
}

void World::CountIfRouted(CallHistory* history) {
  const LegFact* leg = CurrentAgentLeg(history->fact);
  const AgentFact* agent = leg == nullptr ? nullptr : FindAgent(leg->agent.str());
  const auto required = ParseSkills(Label(history->fact, "skills"));
  CountRouting(required, agent == nullptr ? nullptr : &agent->skills, history, &routing_);
}

void World::Take(const SourcedFact& in, const CallFact& fact) {
  const std::uint64_t generation = sources_[in.source].generation;
  if (const auto ended = ended_.find(fact.id); ended != ended_.end()) {
    // Only an end that we had to guess is corrected; whatever else comes for it is late.
    if (ended->second.fact.end_reason != "unseen") return;
    if (fact.state == EdgeCallState::kEnded) {
      ended->second.fact = fact;
      changes_.calls.insert(fact.id);
      return;
    }
    ended_.erase(ended);  // Its edge is back, and the call lives.
    std::erase_if(ended_order_, [&](const Ended& one) { return one.id == fact.id; });
  }
  auto [entry, created] = live_.try_emplace(fact.id);
  CallHistory& history = entry->second;
  history.source = in.source;
  history.generation = generation;
  if (!Absorb(fact, in.at, &history)) return;
  CountIfRouted(&history);
  IndexAgents(history);
  TouchCall(history);
  if (history.fact.state == EdgeCallState::kEnded) Finish(history, in.at);
}

// `history` is in live_; it moves to the ended ones.
void World::Finish(const CallHistory& history, WallTime now) {
  const CallId id = history.fact.id;
  auto node = live_.extract(id);
  ended_order_.push_back({now, id});
  ended_.insert(std::move(node));
  ExpireEnded(now);
}

void World::EndUnnamedCalls(const Source& source, std::uint64_t generation, WallTime now) {
  std::vector<CallId> gone;
  for (const auto& [id, history] : live_) {
    if (history.source == source && history.generation != generation) gone.push_back(id);
  }
  for (const auto& id : gone) {
    CallHistory& history = live_.at(id);
    EndUnseen(now, &history);
    CountIfRouted(&history);
    IndexAgents(history);
    TouchCall(history);
    Finish(history, now);
  }
}

void World::Expire(WallTime now) {
  ForgetLostEdges(now);
  ExpireEnded(now);
}

void World::ExpireEnded(WallTime now) {
  while (!ended_order_.empty()) {
    const Ended& oldest = ended_order_.front();
    const bool old = now - oldest.at > options_.ended_retention;
    if (!old && ended_order_.size() <= options_.max_ended_calls) return;
    ended_.erase(oldest.id);
    ended_order_.pop_front();
  }
}

}  // namespace callfleet::supervisor
