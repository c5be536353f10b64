#pragma once
// What an agent is told, and what a step of it asks for.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/agent_registry/domain/agent_index.h"
#include "services/agent_registry/domain/agent_profile.h"
#include "services/agent_registry/domain/agent_told.h"
#include "services/agent_registry/domain/presence_machine.h"
#include "services/agent_registry/domain/reservation_key.h"
#include "services/agent_registry/domain/slot_machine.h"

namespace callfleet::agent_registry {

enum class Refusal : std::uint8_t { kNone, kOffline, kNotReady, kFull, kEngaged, kNotAtEdge };

// --- Events

struct AskSlot {
  ReservationKey key;
  UnitRef unit;
  std::string demand;
  std::string call;
  bool live_answered = false;
  bool seized = false;  // Work without matching.
  bool forced = false;  // override: ignores wrap-up and not_ready; never capacity or logged_out.
  // Since when work of this kind is asked for; absent: it was not matched.
  std::optional<MonoTime> open_since{};
  EdgeId edge{};  // That has the call and must be able to ring the agent; empty: any.
};
struct CompleteSlot {
  ReservationKey key;
  std::string outcome;
  std::chrono::milliseconds talk{0};
  std::optional<std::chrono::milliseconds> wrap_up;  // Absent: the agent's own.
};
struct LapseSlot {
  ReservationKey key;
  std::string reason;  // lease_expired, left, not_declared, not_held.
  // An earlier owner that does not know yet that it is none may ring the phone for so long.
  std::chrono::milliseconds may_ring{0};
};
struct RedeclareSlot {
  ReservationKey key;
  UnitRef unit;
  std::string demand;
  std::string call;
  bool trusted = false;  // The registry is being rebuilt: a declaration needs no live leg.
};

enum class LegPhase : std::uint8_t { kSetup, kRinging, kAnswered, kHeld, kEnded };
struct AgentLeg {
  EdgeId edge;
  CallId call;
  LegId leg;
  std::string reservation;  // As on the wire; empty: manual, consultation or dedicated.
  LegPhase phase = LegPhase::kSetup;
  bool dedicated = false;
  WallTime since{};  // Set by the agent: a manual leg's state.
};
struct EdgeSnapshot {  // All of this agent's legs on one edge; those not in it are gone.
  EdgeId edge;
  std::vector<AgentLeg> legs;
};
// Whether what happens at an edge is seen here. A snapshot says so too.
struct EdgeSight {
  EdgeId edge;
  bool in_sight = false;
};
struct Reachability {
  EdgeId edge;
  bool reachable = false;
  std::string contact;  // For display.
};

struct DispositionWish {
  ReservationKey key;  // Null: the slot that was answered last.
  std::string disposition;
  std::string note;
  bool end_wrap_up = false;
};

enum class AgentTimer : std::uint8_t { kWrapUp, kDeviceGrace, kDeviceRetry, kLineRetry };
struct AgentTimerFired {
  AgentTimer timer = AgentTimer::kWrapUp;
  std::uint32_t generation = 0;
};

// --- What a step asks for

struct StartAgentTimer {
  AgentTimer timer = AgentTimer::kWrapUp;
  std::uint32_t generation = 0;
  std::chrono::milliseconds after{0};
};
struct AskReply {
  ReservationKey key;
  Refusal refusal = Refusal::kNone;
};
struct RedeclareReply {
  ReservationKey key;
  bool adopted = false;
};
struct DialDedicated {
  LegId leg;
};

struct AgentFigures {
  std::uint64_t offers = 0;
  std::uint64_t answered = 0;
  std::uint64_t missed = 0;
  std::uint64_t device_faults = 0;
  std::uint64_t calls = 0;
  std::chrono::milliseconds talk{0};
  std::chrono::milliseconds wrap_up{0};
  LostTime lost{};
  void Lose(LostCause cause, std::chrono::microseconds time) {
    lost.at(static_cast<std::size_t>(cause)) += std::max(std::chrono::microseconds(0), time);
  }
};
// Rows of the agent, each the whole of its table's columns.
struct SavePresence {
  Presence presence = Presence::kLoggedOut;
  std::string reason;
  WallTime since{};
  std::optional<Presence> pending;
};
struct SaveFigures {
  AgentFigures figures;
};
struct SaveWrapUp {
  ReservationKey key;
  WallTime until{};
};
struct DropWrapUp {
  ReservationKey key;
};
// A line of the outbox.
struct WorkDone {
  ReservationKey key;
  Unit unit;
  std::string demand;
  std::string call;
  std::string outcome;
  std::chrono::milliseconds talk{0};
  std::chrono::milliseconds wrap_up{0};
  WallTime at{};
};
using AgentWrite =
    std::variant<SavePresence, SaveFigures, SaveWrapUp, DropWrapUp, WorkDone, AgentTold>;

struct AgentStep {
  std::vector<AgentWrite> writes;
  std::vector<StartAgentTimer> timers;
  std::optional<AskReply> ask_reply;
  std::optional<RedeclareReply> redeclare_reply;
  std::optional<DialDedicated> dial;
  bool standing_changed = false;  // The matchmaker has to know.
  bool fresh_rank = false;        // Work ended or presence changed: to the end of the idle order.
  bool shown_changed = false;     // A watcher has to know.
  bool fresh_presence = false;    // And at once.
  bool refused = false;           // The event fitted no row of a table; counted and logged.
};

}  // namespace callfleet::agent_registry
