#pragma once
// What passes between the queues and a pool, both ways, in the domain's words.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/ids/ids.h"
#include "services/queue/domain/queue_events.h"
#include "services/queue/domain/queue_step.h"

namespace callfleet::queue {

// --- To the pool, on one stream. Demands and reservations are declared after Hello.

struct SayHello {
  std::vector<UnitToken> units;
};
struct SayDemand {
  QueueId queue;
  SendDemand demand;
};
struct SayHeld {
  QueueId queue;
  JoinPool::Held held;
};
struct SayDeclareEnd {
  std::vector<QueueId> queues;
};
struct SayLeave {
  QueueId queue;
};
struct SayCancel {
  QueueId queue;
  TicketId demand;
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
  QueueId queue;
  SeizeAgent seize;
};
using PoolMessage =
    std::variant<SayHello, SayDemand, SayHeld, SayDeclareEnd, SayLeave, SayCancel, SayTaken,
                 SayReturned, SayHeartbeat, SaySeize, ReportOffer, CompleteWork>;

// --- Into the session: what queues want, what the pool says, and time.

struct QueueJoins {
  QueueId queue;
  Token token = 0;
  std::vector<JoinPool::Held> held;
};
struct QueueLeaves {
  QueueId queue;
};
using QueueWish = std::variant<SendDemand, CancelDemand, TakeGrant, ReturnGrant, ReportOffer,
                               CompleteWork, SeizeAgent>;
struct WishOf {
  QueueId queue;
  QueueWish wish;
};
struct LinkUp {};
struct LinkDown {};
struct PoolReady {
  std::vector<QueueId> queues;
};
struct PoolGrant {
  QueueId queue;
  std::uint64_t grant = 0;
  TicketId demand;
  std::uint64_t revision = 0;
  std::vector<AgentOffer> offers;
};
struct PoolClosed {
  QueueId queue;
  TicketId demand;
};
struct PoolRevoked {
  ReservationId reservation;
};
struct PoolFenced {
  std::vector<QueueId> queues;
};
struct PoolAck {
  std::uint64_t number = 0;
};
struct PoolAudience {
  QueueId queue;
  Audience audience;
};
struct PoolSeized {
  std::string seize;
  std::optional<AgentOffer> offer;
  std::string reason;
};
struct PoolTick {};
using PoolInput =
    std::variant<QueueJoins, QueueLeaves, WishOf, LinkUp, LinkDown, PoolReady, PoolGrant,
                 PoolClosed, PoolRevoked, PoolFenced, PoolAck, PoolAudience, PoolSeized, PoolTick>;

struct QueueEventOut {
  QueueId queue;
  QueueEvent event;
};
struct PoolStep {
  std::vector<PoolMessage> messages;
  std::vector<QueueEventOut> events;
};

}  // namespace callfleet::queue
