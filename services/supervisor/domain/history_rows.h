#pragma once
// What history keeps of events: one row a call, an offer, a piece of work, a span of an agent's
// time. Each has a key of its own, so an event that is read twice changes nothing.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/supervisor/domain/leg_view.h"

namespace callfleet::supervisor {

using Micros = std::chrono::microseconds;

// A person who is not with an agent after so long has waited (also README.md, "routing").
inline constexpr std::chrono::seconds kQueuedAfter{1};
// The law's limit for an answered outbound call without an agent.
inline constexpr std::chrono::seconds kOutboundPatience{2};
inline constexpr std::chrono::seconds kShortAbandon{5};

enum class CallKind { kOutbound = 1, kInbound = 2, kRefused = 3, kLead = 4 };  // kLead: no call.

struct CallRow {
  std::string id{};  // Of the attempt, the ticket or the refused call.
  CallKind kind = CallKind::kOutbound;
  int rank = 0;           // Of two records of one id the higher is newer.
  WallTime began{};       // Never changes for an id.
  WallTime counted_at{};  // Which bucket it belongs to: when a person began to wait, else `began`.
  std::string call{};
  std::string queue{};
  std::string campaign{};
  std::string agent{};
  std::string caller{};
  std::string called{};
  std::string customer_type{};
  std::string outcome{};                // "completed", "no_answer", …; "" while it is not over.
  std::optional<WallTime> picked_up{};  // Outbound: the 200 OK.
  std::optional<WallTime> answered{};   // Agent and person hear each other.
  std::optional<WallTime> ended{};
  bool placed = false;     // A call really was there.
  bool by_person = false;  // Outbound: a person answered.
  bool queued = false;
  bool abandoned = false;
  bool outbound_abandoned = false;
  bool overflowed = false;
  bool lead_final = false;
  bool short_abandoned = false;
  bool waiting = false;  // Inbound: still waits, and not to be called back.
  bool returned = false;
  bool callback_asked = false;
  bool callback_answered = false;
  bool callback_waiting = false;
  Micros wait{0};
  Micros talk{0};
  int sip_code = 0;
  int q850_cause = 0;
  std::vector<std::string> recordings{};  // Ids; of FindCall alone.
  std::vector<LegView> legs{};            // That were answered; of FindCall alone.
  friend bool operator==(const CallRow&, const CallRow&) = default;
};

// A leg that was answered, of a call that is over.
struct LegRow {
  WallTime answered{};  // Never changes for a leg.
  std::string call{};
  LegView leg;
  friend bool operator==(const LegRow&, const LegRow&) = default;
};

enum class OfferEnd { kAnswered = 1, kNoAnswer, kDeclined, kDeviceFault, kWithdrawn };

struct OfferRow {
  std::string reservation;
  std::string agent{};
  std::optional<Unit> unit{};
  OfferEnd end = OfferEnd::kAnswered;
  WallTime start{};
  WallTime over{};
  // For so long agent and demand were there for each other before; absent: not matched.
  std::optional<Micros> avoidable{};
};

struct WorkRow {
  std::string reservation;
  std::string agent{};
  std::optional<Unit> unit{};
  bool answered = false;
  WallTime over{};
  Micros talk{0};
  Micros hold{0};
  Micros wrap_up{0};
};

enum class SpanState {
  kNotReady = 1,
  kReady = 2,
  kReserved = 11,
  kRinging,
  kConnected,
  kHeld,
  kWrapUp,
  kOrphaned
};

struct SpanRow {
  std::string id{};  // Of the event that ended it.
  std::string agent{};
  std::optional<Unit> unit{};
  SpanState state = SpanState::kReady;
  std::string reason{};  // Why not ready.
  WallTime start{};
  WallTime end{};
};

// An agent finished a piece of work; the owner named what came of it.
struct OutcomeRow {
  std::string reservation;
  std::string agent{};
  std::optional<Unit> unit{};
  std::string outcome{};
  WallTime told{};
};

// What a service put right by itself.
struct RepairRow {
  std::string id{};  // Of the event.
  WallTime time{};
  std::string source{};  // "dialer".
  std::string kind{};    // "lease_lapsed".
  std::string reason{};
  std::string unit{};  // "campaign:17"; "": nobody's.
  std::string agent{};
  std::string reservation{};
  std::string call{};
  std::string lead{};
  std::string ticket{};
  friend bool operator==(const RepairRow&, const RepairRow&) = default;
};

// An audio file of a call, whole; its state when it was closed.
struct RecordingRow {
  std::string id;
  std::string call{};
  std::string edge{};
  std::string file{};
  std::vector<std::string> left{};   // Legs.
  std::vector<std::string> right{};  // Legs.
  std::string agent{};
  std::string unit{};  // "campaign:17"; "": nobody's.
  WallTime start{};
  WallTime end{};
  Micros length{0};
  std::uint64_t bytes = 0;
  std::string sha256{};
  std::string reason{};  // Why it ended before its call; "": it did not.
  std::uint32_t pauses = 0;
  Micros paused{0};
  int mode = 0;  // Of the policy; numbers as in common/recording.proto.
  double sample_percent = 0;
  std::string consent_prompt{};
  bool include_whisper = false;
  std::uint32_t keep_days = 0;
  bool by_command = false;
  WallTime delete_at{};
  friend bool operator==(const RecordingRow&, const RecordingRow&) = default;
};

// A span ends and another begins. `key`: "presence", or what names the slot.
struct SpanChange {
  std::string agent;
  std::string key;
  std::optional<SpanRow> closed{};
  std::optional<SpanRow> open{};  // Its id and end are not known yet.
  // Nobody knows since when it was how; whatever span is open under the key ends here.
  std::optional<SpanRow> ends{};
};

struct SubjectName {
  std::string subject;  // "agent:17".
  std::string name;
};

// Events that history never saw.
struct Hole {
  std::string source;  // "dialer".
  WallTime start{};
  WallTime end{};
  std::uint64_t events = 0;  // 0: not known how many.
};

struct HistoryEvent {
  std::string id;
  WallTime time{};
  std::variant<std::monostate, CallRow, OfferRow, WorkRow, OutcomeRow, SpanChange, RepairRow,
               RecordingRow, SubjectName, Hole>
      what{};
};

}  // namespace callfleet::supervisor
