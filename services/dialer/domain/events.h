#pragma once
// All that can happen to a campaign.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/steering/steer_words.h"
#include "services/dialer/domain/agent_offer.h"
#include "services/dialer/domain/call_facts.h"
#include "services/dialer/domain/campaign_machine.h"
#include "services/dialer/domain/campaign_settings.h"
#include "services/dialer/domain/gate.h"
#include "services/dialer/domain/lead.h"
#include "services/dialer/domain/step.h"
#include "services/dialer/domain/trunk_health.h"

namespace callfleet::dialer {

// An operator's verb, or the campaign's own end.
struct Verb {
  CampaignEvent event;
};
// Also of a campaign that was just created, or whose row has a change that nobody was told of.
struct SettingsChanged {
  CampaignSettings settings;
  int revision = 0;  // Of the row; 0: unknown.
  bool created = false;
};
struct LeadsAdded {
  std::int64_t count = 0;
};

// The answer to LoadPage.
struct PageLoaded {
  std::uint64_t generation = 0;
  std::vector<Lead> leads;           // The heads in order.
  std::optional<WallTime> next_due;  // Of those that wait; nullopt: none waits.
  bool failed = false;               // The database is away: asked again after a while.
  std::int64_t woken = 0;            // Waited until now; queued in the table since this reading.
};
// The answer to CheckGate.
struct GateAnswered {
  AttemptId attempt;
  std::optional<NumberFacts> facts;  // nullopt: the database is away.
};

// From the session with the pool.
using agent_pool::AudienceChanged;
using agent_pool::SessionChanged;
struct Granted {
  AttemptId demand;
  std::uint64_t grant = 0;
  std::uint64_t revision = 0;
  AgentOffer offer;
};
struct DemandClosed {
  AttemptId demand;
  std::string refused{};  // Why it is not taken as it is; empty: it was, and has ended.
};
using agent_pool::ReservationLost;

// From the edges. Records of a snapshot come as CallFacts before their EdgeUp.
struct EdgeUp {
  EdgeId edge;
  BootId boot;
  std::map<AttemptId, bool> known;  // Calls of this campaign in the snapshot; true: over.
};
// Its facts are not heard: no new line until they are.
struct EdgeDown {
  EdgeId edge;
};
enum class CommandVerb : std::uint8_t { kRing, kOriginate, kHangUp, kOffer };
struct CommandReply {
  AttemptId attempt;
  LegId leg;
  CommandVerb verb = CommandVerb::kRing;
  std::string refused;  // Reason; empty: accepted.
  std::optional<std::chrono::milliseconds> retry_after;
  std::string fault{};  // Field that an INVALID_ARGUMENT names.
};
struct TrunkPublished {
  TrunkState state = TrunkState::kUnknown;
  std::optional<int> free_channels;
  std::optional<WallTime> next_probe{};  // With an open breaker: when the edge lets one call pass.
  std::map<EdgeId, TrunkAtEdge> at{};    // Edges that dial by it.
};

// What a person wants done with a call.
struct Steer {
  std::string request;
  AttemptId call;
  SteerWhat what = SteerWhat::kHold;
  AgentId to_agent{};  // Transfer: one of the three; consult: one of the first two.
  std::string to_number{};
  QueueId to_queue{};
};
// The answer to SeizeAgent.
struct Seized {
  std::string seize;
  AttemptId call;
  std::optional<AgentOffer> offer;
  std::string refused{};  // Reason where there is none.
};

// This process stops: nothing new, what is not dialled yet is given back.
struct Closing {};
// Another process owns the campaign: nothing is done any more.
using agent_pool::Fenced;

struct TimerFired {
  TimerKind kind = TimerKind::kLeadsDue;
  std::uint64_t generation = 0;
};

using Event = std::variant<Verb, SettingsChanged, LeadsAdded, PageLoaded, GateAnswered,
                           SessionChanged, AudienceChanged, Granted, DemandClosed, ReservationLost,
                           CallFacts, EdgeUp, EdgeDown, CommandReply, TrunkPublished, TimerFired,
                           Closing, Fenced, Steer, Seized>;

}  // namespace callfleet::dialer
