#pragma once
// What passes between the dialer and a pool, both ways, in the domain's words.
#include <chrono>
#include <cstdint>
#include <variant>
#include <vector>

#include "common/ids/ids.h"
#include "services/dialer/domain/agent_offer.h"
#include "services/dialer/domain/events.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

// A reservation as its owner holds it.
struct HeldReservation {
  ReservationId reservation;
  AgentId agent;
  AttemptId demand;
  LegId leg;
};

// --- To the pool, on one stream. A campaign's demands and reservations are declared after Hello.

struct SayHello {
  std::vector<UnitToken> units;
};
struct SayDemand {
  CampaignId campaign;
  SendDemand demand;
};
struct SayHeld {
  CampaignId campaign;
  HeldReservation held;
};
struct SayDeclareEnd {
  std::vector<CampaignId> campaigns;
};
struct SayLeave {
  CampaignId campaign;
};
struct SayCancel {
  CampaignId campaign;
  AttemptId demand;
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
  CampaignId campaign;
  SeizeAgent seize;
};
using PoolMessage =
    std::variant<SayHello, SayDemand, SayHeld, SayDeclareEnd, SayLeave, SayCancel, SayTaken,
                 SayReturned, SayHeartbeat, ReportOffer, CompleteWork, SaySeize>;

// --- Into the session: what campaigns want, what the pool says, and time.

struct JoinPool {
  CampaignId campaign;
  Token token = 0;
  std::vector<HeldReservation> held;
};
struct LeavePool {
  CampaignId campaign;
};
using CampaignWish = std::variant<SendDemand, CancelDemand, TakeGrant, ReturnGrant, ReportOffer,
                                  CompleteWork, SeizeAgent>;
struct WishOf {
  CampaignId campaign;
  CampaignWish wish;
};
struct LinkUp {};
struct LinkDown {};
struct PoolReady {
  std::vector<CampaignId> campaigns;
};
struct PoolGrant {
  CampaignId campaign;
  std::uint64_t grant = 0;
  AttemptId demand;
  std::uint64_t revision = 0;
  AgentOffer offer;
};
struct PoolClosed {
  CampaignId campaign;
  AttemptId demand;
};
struct PoolRevoked {
  ReservationId reservation;
};
struct PoolFenced {
  std::vector<CampaignId> campaigns;
};
struct PoolAck {
  std::uint64_t number = 0;
};
struct PoolAudience {
  CampaignId campaign;
  Audience audience;
};
struct PoolSeized {
  std::string seize;
  std::optional<AgentOffer> offer;
  std::string refused{};  // Reason.
};
struct PoolTick {};
using PoolInput =
    std::variant<JoinPool, LeavePool, WishOf, LinkUp, LinkDown, PoolReady, PoolGrant, PoolClosed,
                 PoolRevoked, PoolFenced, PoolAck, PoolAudience, PoolTick, PoolSeized>;

struct CampaignEventOut {
  CampaignId campaign;
  Event event;
};
struct PoolStep {
  std::vector<PoolMessage> messages;
  std::vector<CampaignEventOut> events;
};

}  // namespace callfleet::dialer
