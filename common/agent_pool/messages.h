#pragma once
// What passes between a session and its pool, both ways.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/agent_pool/words.h"
#include "common/ids/ids.h"

namespace callfleet::agent_pool {

// --- To the pool, on one stream. Demands and reservations of a unit are declared after Hello.

struct SayHello {
  std::vector<UnitToken> units;
};
struct SayDemand {
  Unit unit;
  SendDemand demand;
};
struct SayHeld {
  Unit unit;
  HeldReservation held;
};
struct SayDeclareEnd {
  std::vector<Unit> units;
};
struct SayLeave {
  Unit unit;
};
struct SayCancel {
  Unit unit;
  DemandId demand;
};
struct SayTaken {
  std::uint64_t grant = 0;
};
struct SayReturned {
  std::uint64_t grant = 0;
};
struct SayHeartbeat {
  std::uint64_t number = 0;
  std::uint64_t highest_grant_seen = 0;
  std::vector<SayHeld> held;
};
struct SaySeize {
  Unit unit;
  SeizeAgent seize;
};
using Message =
    std::variant<SayHello, SayDemand, SayHeld, SayDeclareEnd, SayLeave, SayCancel, SayTaken,
                 SayReturned, SayHeartbeat, SaySeize, ReportOffer, CompleteWork>;

// --- Into the session: what units want, what the pool says, and time.

struct UnitJoins {
  Unit unit;
  Token token = 0;
  std::vector<HeldReservation> held;
};
struct UnitLeaves {
  Unit unit;
};
struct WishOf {
  Unit unit;
  Wish wish;
};
struct LinkUp {};
struct LinkDown {};
struct PoolReady {
  std::vector<Unit> units;
};
struct PoolGrant {
  Unit unit;
  std::uint64_t grant = 0;
  DemandId demand;
  std::uint64_t revision = 0;
  std::vector<AgentOffer> offers;
};
struct PoolClosed {
  Unit unit;
  DemandId demand;
  std::string refused{};  // As in DemandClosed.
};
struct PoolRevoked {
  ReservationId reservation;
};
struct PoolFenced {
  std::vector<Unit> units;
};
struct PoolAck {
  std::uint64_t number = 0;
};
struct PoolAudience {
  Unit unit;
  Audience audience;
};
struct PoolSeized {
  std::string seize;
  std::optional<AgentOffer> offer;
  std::string refused;
};
struct PoolTick {};
using Input =
    std::variant<UnitJoins, UnitLeaves, WishOf, LinkUp, LinkDown, PoolReady, PoolGrant, PoolClosed,
                 PoolRevoked, PoolFenced, PoolAck, PoolAudience, PoolSeized, PoolTick>;

struct EventOf {
  Unit unit;
  Event event;
};
struct Step {
  std::vector<Message> messages;
  std::vector<EventOf> events;
};

}  // namespace callfleet::agent_pool
