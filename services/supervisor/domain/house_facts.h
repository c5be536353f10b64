#pragma once
// Facts about agents, campaigns, queues and trunks, and where facts come from.
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/supervisor/domain/call_facts.h"
#include "services/supervisor/domain/coaching.h"

namespace callfleet::supervisor {

struct SkillLevel {
  std::string name;
  unsigned level = 1;
  friend bool operator==(const SkillLevel&, const SkillLevel&) = default;
};

enum class AgentKind { kHuman, kAi };
enum class Presence { kLoggedOut, kNotReady, kReady };
enum class SlotState { kReserved, kRinging, kConnected, kHeld, kWrapUp, kOrphaned };
enum class AgentActivity { kOffline, kNotReady, kAvailable, kBusy, kWrapUp };

struct SlotFact {
  SlotState state = SlotState::kReserved;
  std::optional<Unit> unit{};
  CallId call{};
  std::optional<WallTime> since{};
};

struct MembershipFact {
  Unit unit;
  bool primary = false;
};

struct AgentFact {
  AgentId id;
  std::string name{};
  std::string description{};
  std::string pool{};
  std::string line_mode{};            // "ring", "auto", "dedicated".
  std::string media_security{"off"};  // "off", "offered", "required".
  bool auto_ready = true;
  unsigned tier = 0;
  std::chrono::microseconds wrap_up{0};
  std::vector<MembershipFact> memberships{};
  std::string sip_user{};
  std::string contact_uri{};
  std::string contact{};  // Where the phone is; "" unless reachable.
  EdgeId edge{};          // Of the phone's registration; empty: none, or a fixed URI.
  bool active = true;
  AgentKind kind = AgentKind::kHuman;
  Presence presence = Presence::kLoggedOut;
  std::string presence_reason{};
  std::optional<WallTime> presence_since{};
  std::optional<Presence> pending_presence{};  // Takes effect when the last slot is free.
  std::string pending_presence_reason{};
  AgentActivity activity = AgentActivity::kOffline;
  unsigned max_calls = 1;
  std::vector<SkillLevel> skills{};
  std::vector<SlotFact> slots{};
  std::uint64_t offers_answered = 0;
  std::uint64_t offers_missed = 0;
  std::uint64_t calls = 0;  // Completed since creation; survives restarts.
  std::optional<WallTime> created{};
  std::optional<WallTime> last_activity{};
  std::uint64_t version = 0;
};

struct CampaignFact {
  CampaignId id;
  std::string name{};
  std::string state{};        // "running", …
  std::string wait_reason{};  // "agents", …; "" where it does not wait.
  std::string caller_id{};    // E.164; "": the trunk's own.
  std::uint64_t leads_total = 0;
  std::uint64_t leads_queued = 0;
  std::uint64_t leads_dialing = 0;
  std::uint64_t leads_final = 0;
  std::uint64_t attempts = 0;
  std::uint64_t calls_connected = 0;
  std::uint64_t live_calls = 0;
  friend bool operator==(const CampaignFact&, const CampaignFact&) = default;
};

// Raw counts since the queue's creation; times in seconds.
struct QueueFigures {
  unsigned waiting = 0;
  double longest_wait = 0;
  std::uint64_t offered = 0;
  std::uint64_t answered = 0;
  std::uint64_t answered_in_threshold = 0;
  std::uint64_t abandoned = 0;
  std::uint64_t abandoned_in_threshold = 0;
  std::uint64_t overflowed = 0;
  double answered_wait = 0;
  double threshold = 0;               // T of the service level, seconds.
  std::uint64_t short_abandoned = 0;  // Of the abandoned.
  std::uint64_t refused = 0;          // Not let in; not counted in offered.
  std::uint64_t callbacks = 0;
  unsigned agents_ready = 0;
  unsigned agents_available = 0;
  std::optional<double> expected_wait_low{};  // Of a caller who came now; none: unknown.
  std::optional<double> expected_wait_high{};
  friend bool operator==(const QueueFigures&, const QueueFigures&) = default;
};

struct QueueFact {
  QueueId id;
  std::string name{};
  std::string state{};                               // "open" or "closed".
  std::chrono::milliseconds priority_bonus{60'000};  // Wait that one step of priority jumps.
  std::optional<QueueFigures> figures{};
  friend bool operator==(const QueueFact&, const QueueFact&) = default;
};

// A caller's place in a queue. One that is over is told once more, with `over`.
struct TicketFact {
  TicketId id;
  QueueId queue{};
  CallId call{};
  std::string caller{};
  std::string called{};
  std::string state{};  // "waiting", "offered", "callback", "calling_back", "connected".
  int priority = 0;
  std::string customer_type{};
  std::vector<SkillLevel> required_skills{};
  AgentId agent{};    // Rung for it, or talks with it.
  WallTime since{};   // The person began to wait.
  bool waits = true;  // Has a place in the queue's order.
  bool over = false;
  friend bool operator==(const TicketFact&, const TicketFact&) = default;
};

struct TrunkFact {
  TrunkId id;
  std::string name{};
  std::string state{};  // "up", "down", "breaker_open", "disabled".
  unsigned active_channels = 0;
  unsigned free_channels = 0;
  friend bool operator==(const TrunkFact&, const TrunkFact&) = default;
};

struct AgentGone {
  AgentId id;
};
struct CampaignGone {
  CampaignId id;
};
struct QueueGone {
  QueueId id;
};
struct TrunkGone {
  TrunkId id;
};

// One stream of facts of one process below.
enum class SourceKind { kCalls, kTrunks, kAgents, kCampaigns, kQueues };
const char* Name(SourceKind kind);  // "calls", "trunks", …
// There is one such source for each edge, and a cluster may have fewer edges than configured.
constexpr bool OfEdge(SourceKind kind) {
  return kind == SourceKind::kCalls || kind == SourceKind::kTrunks;
}

struct Source {
  SourceKind kind = SourceKind::kCalls;
  std::string address;  // As configured: "127.0.0.1:7001".
  friend auto operator<=>(const Source&, const Source&) = default;
  friend bool operator==(const Source&, const Source&) = default;
};

// A stream began anew: what it tells until SnapshotEnd replaces what it told before.
struct SnapshotBegin {
  EdgeId edge{};  // Of a stream of calls: who tells; else empty.
};
struct SnapshotEnd {};
struct SourceLost {};

using Fact = std::variant<SnapshotBegin, SnapshotEnd, SourceLost, CallFact, AgentFact, AgentGone,
                          CampaignFact, CampaignGone, QueueFact, QueueGone, TicketFact, TrunkFact,
                          TrunkGone, CoachingNote>;

struct SourcedFact {
  Source source;
  WallTime at{};  // When it was read here.
  Fact fact;
};

}  // namespace callfleet::supervisor
