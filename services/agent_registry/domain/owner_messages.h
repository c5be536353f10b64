#pragma once
// The session between a unit's owner and the matchmaker, in the domain's words.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/agent_registry/domain/agent_events.h"
#include "services/agent_registry/domain/matching_types.h"

namespace callfleet::agent_registry {

using StreamId =
    std::uint64_t;  // One open stream of an owner; 0 = none; never reused in a process.

// --- From the owner

struct Hello {
  std::vector<UnitToken> units;
  std::string owner;
};
// An upsert by {unit, id, revision}.
struct DemandSpec {
  Unit unit{};
  std::string id{};
  std::uint64_t revision = 0;
  Unit audience{};
  std::vector<SkillLevel> skills{};
  Strategy strategy = Strategy::kLeastBusy;
  DemandClass demand_class = DemandClass::kWaiting;
  std::chrono::milliseconds bonus{0};
  WallTime since{};
  std::optional<std::chrono::milliseconds> time_left{};
  AgentId sticky{};
  std::chrono::milliseconds sticky_patience{0};
  bool instant_only = false;
  std::string call{};
  std::vector<AgentId> excluded{};
  EdgeId edge{};  // Must be able to ring the agent; empty: any.
};
struct HeldClaim {
  ReservationKey key;
  std::string wire_key;  // As sent: an id of another pool or age has no key.
  Unit unit;
  AgentId agent;
  std::string demand;
  std::string call;
};
struct DeclareEnd {
  std::vector<Unit> units;
};
struct Leave {
  std::vector<Unit> units;
};
struct CancelDemand {
  Unit unit;
  std::string demand;
};
struct Taken {
  std::uint64_t grant = 0;
  std::vector<ReservationKey> keys;  // Empty: all.
};
struct Returned {
  std::uint64_t grant = 0;
};
struct Heartbeat {
  std::uint64_t number = 0;
  std::uint64_t highest_grant_seen = 0;
  std::vector<HeldClaim> held;
};
struct OfferReport {
  ReservationKey key;
  OfferEnd end = OfferEnd::kWithdrawn;
};
struct SeizeRequest {
  std::string seize_id;
  Unit unit;
  AgentId agent;
  bool forced = false;
  std::string call;
  EdgeId edge{};  // As with a demand.
};
using OwnerMessage =
    std::variant<Hello, DemandSpec, HeldClaim, DeclareEnd, Leave, CancelDemand, Taken, Returned,
                 Heartbeat, OfferReport, CompleteSlot, SeizeRequest>;

// --- To the owner

// How to reach an agent; shared, replaced as a whole.
struct AgentFace {
  std::shared_ptr<const AgentProfile> profile;
  EdgeId edge;                // Where it is rung unless the work is at another.
  std::vector<EdgeId> edges;  // All that can ring it.
  LegId dedicated_leg;
};
struct Offer {
  ReservationKey key;
  std::shared_ptr<const AgentFace> face;
  EdgeId edge{};  // As asked for; empty: any that can.
};
struct ReadyReply {
  std::vector<Unit> units;
  std::chrono::milliseconds lease{0};
};
struct GrantReply {
  std::uint64_t grant = 0;
  UnitRef unit;
  std::string demand;
  std::uint64_t revision = 0;
  std::vector<Offer> offers;
};
struct ClosedReply {
  Unit unit;
  std::string demand;
  ReservationKey key;
  const char* reason = "";
};
struct RevokedReply {
  ReservationKey key;
  std::string wire_key;  // Where the key is none of this pool's.
  const char* reason = "";
};
struct FencedReply {
  std::vector<UnitToken> units;  // With the token that is known here.
};
struct HeartbeatAck {
  std::uint64_t number = 0;
};
struct SeizeReply {
  std::string seize_id;
  std::optional<Offer> offer;
  Refusal refusal = Refusal::kNone;
  bool agent_unknown = false;
};
struct AudienceReply {
  struct AtEdge {
    EdgeId edge;  // Empty: whom no edge can ring at the moment.
    EdgeHeadcount count;
    friend bool operator==(const AtEdge&, const AtEdge&) = default;
  };
  Unit unit;
  Headcount count;
  std::vector<AtEdge> at_edges{};
  friend bool operator==(const AudienceReply&, const AudienceReply&) = default;
};
struct EndStream {
  const char* reason = "";
};
using OwnerReply = std::variant<ReadyReply, GrantReply, ClosedReply, RevokedReply, FencedReply,
                                HeartbeatAck, SeizeReply, AudienceReply, EndStream>;

}  // namespace callfleet::agent_registry
