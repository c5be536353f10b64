#pragma once
// Histories of facts, told as a story: a call arrives, is answered, bridged, held, ended.
#include <algorithm>
#include <string>
#include <utility>

#include "services/supervisor/domain/world.h"

namespace callfleet::supervisor::test {

inline constexpr WallTime kStart{std::chrono::seconds{1'767'607'200}};
inline WallTime At(std::chrono::milliseconds after) { return kStart + after; }

inline const Source kEdge{SourceKind::kCalls, "edge:1"};
inline const Source kRegistry{SourceKind::kAgents, "registry:1"};
inline const Source kDialer{SourceKind::kCampaigns, "dialer:1"};

// One call at the edge; each verb is a newer record.
class CallStory {
 public:
  CallStory(std::string id, CallDirection direction, WallTime created) {
    fact_ = {.id = CallId(std::move(id)), .edge = EdgeId("edge-1"), .direction = direction};
    fact_.created = created;
    fact_.caller = "+14155550001";
    fact_.called = "+14155550002";
    fact_.state =
        direction == CallDirection::kInbound ? EdgeCallState::kArrived : EdgeCallState::kSetup;
  }
  CallStory& Label(const std::string& key, const std::string& value) {
    fact_.labels[key] = value;
    return *this;
  }
  CallStory& ControlledBy(UnitKind kind, const std::string& id) {
    fact_.controller = Unit{kind, id};
    return *this;
  }
  CallStory& Leg(const std::string& id, LegRole role, WallTime created,
                 const std::string& agent = "") {
    LegFact leg{.id = LegId(id), .role = role, .agent = AgentId(agent)};
    leg.created = leg.placed = created;
    fact_.legs.push_back(std::move(leg));
    return *this;
  }
  // Whether it is the leg that called, and is served.
  CallStory& IsCaller(const std::string& leg, bool is) {
    Find(leg).is_caller = is;
    return *this;
  }
  CallStory& Answered(const std::string& leg, WallTime at) {
    auto& fact = Find(leg);
    fact.state = LegState::kAnswered;
    fact.answered = at;
    if (fact.role == LegRole::kCustomer) fact_.answered = at;
    if (fact_.state != EdgeCallState::kBridged) fact_.state = EdgeCallState::kWaiting;
    return *this;
  }
  CallStory& Bridged(const std::string& a, const std::string& b, WallTime at) {
    const auto id =
        BridgeId(fact_.id.str() + "-bridge-" + std::to_string(fact_.bridges.size() + 1));
    fact_.bridges.push_back({.id = id, .legs = {LegId(a), LegId(b)}, .start = at});
    fact_.state = EdgeCallState::kBridged;
    return *this;
  }
  CallStory& Unbridged(WallTime at) {
    fact_.bridges.back().end = at;
    fact_.state = EdgeCallState::kWaiting;
    return *this;
  }
  CallStory& Held(const std::string& leg, bool held) {
    Find(leg).held = held;
    return *this;
  }
  CallStory& LegEnded(const std::string& leg, WallTime at, const std::string& why) {
    auto& fact = Find(leg);
    fact.state = LegState::kEnded;
    fact.ended = at;
    fact.end_reason = why;
    return *this;
  }
  CallStory& Ended(WallTime at, const std::string& why = "normal") {
    for (auto& leg : fact_.legs) {
      if (leg.state != LegState::kEnded) LegEnded(leg.id.str(), at, why);
    }
    for (auto& bridge : fact_.bridges) {
      if (!bridge.end) bridge.end = at;
    }
    fact_.state = EdgeCallState::kEnded;
    fact_.ended = at;
    fact_.end_reason = why;
    return *this;
  }
  // The record as it is now, newer than the one before.
  CallFact Record() {
    ++fact_.version;
    return fact_;
  }

 private:
  LegFact& Find(const std::string& id) {
    return *std::ranges::find(fact_.legs, LegId(id), &LegFact::id);
  }
  CallFact fact_;
};

inline AgentFact Agent(const std::string& id, std::uint64_t version = 1) {
  AgentFact agent{.id = AgentId(id), .name = "name-" + id, .sip_user = id};
  agent.presence = Presence::kReady;
  agent.activity = AgentActivity::kAvailable;
  agent.version = version;
  return agent;
}

// A world in step with one edge and one registry.
inline World InStep(WorldOptions options = {}) {
  World world(std::move(options), {kEdge, kRegistry}, kStart);
  for (const auto& source : {kEdge, kRegistry}) {
    world.Apply({source, kStart, SnapshotBegin{}});
    world.Apply({source, kStart, SnapshotEnd{}});
  }
  return world;
}

inline void Tell(World* world, CallFact fact, WallTime at) {
  world->Apply({kEdge, at, std::move(fact)});
}
inline void Tell(World* world, AgentFact fact, WallTime at = kStart) {
  world->Apply({kRegistry, at, std::move(fact)});
}

}  // namespace callfleet::supervisor::test
