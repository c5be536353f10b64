#pragma once
// What a step of a campaign wants done: rows to write, and acts. The actor performs them.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/dialer/domain/agent_offer.h"
#include "services/dialer/domain/campaign_machine.h"
#include "services/dialer/domain/campaign_settings.h"
#include "services/dialer/domain/lead.h"
#include "services/dialer/domain/lead_machine.h"
#include "services/dialer/domain/line.h"

namespace callfleet::dialer {

// --- Writes: one step's writes are one transaction.

struct SaveCampaignState {
  CampaignState state;
};

// The row of an attempt as the line stands; the first one moves the lead to `dialing`.
struct WriteAttempt {
  Line line;
};

// The attempt is over: its row, its lead's next state and the number's reservation in one.
struct CloseAttempt {
  Line line;
  Outcome outcome = Outcome::kNone;
  bool counted = false;
  WallTime ended{};
  LeadState lead_state = LeadState::kQueued;
  WallTime lead_due{};
  std::string lead_reason{};
  Tries tries;
};

// A lead that the gate refused: postponed or given up, with the decision.
struct SettleLead {
  Lead lead;
  AttemptId attempt;  // Empty: refused before a line was opened.
  LeadState state = LeadState::kWaiting;
  GateDecision decision;
  WallTime at{};
};

// The gate had reserved the number and nothing was dialled.
struct ReleaseNumber {
  AttemptId attempt;
  std::string number;
};

enum class NewsKind : std::uint8_t {
  kCampaignState,
  kCallStarted,
  kCallAnswered,
  kCallCompleted,
  kCallFailed
};

constexpr std::string_view Name(NewsKind kind) {
  switch (kind) {
    case NewsKind::kCampaignState:
      return "campaign_state";
    case NewsKind::kCallStarted:
      return "call_started";
    case NewsKind::kCallAnswered:
      return "call_answered";
    case NewsKind::kCallCompleted:
      return "call_completed";
    case NewsKind::kCallFailed:
      return "call_failed";
  }
  return "?";
}

// An event of the campaign: a row of its outbox stream, and to its watchers once committed.
struct News {
  NewsKind kind = NewsKind::kCampaignState;
  WallTime at{};
  CampaignState state = CampaignMachine::kInitial;
  std::optional<Line> line{};  // With calls.
  Outcome outcome = Outcome::kNone;
};

using Write =
    std::variant<SaveCampaignState, WriteAttempt, CloseAttempt, SettleLead, ReleaseNumber, News>;

// --- Acts.

struct LoadPage {
  std::uint64_t generation = 0;
  int limit = 0;
};
struct CheckGate {
  AttemptId attempt;
  std::string number;
  NumberCap cap;
};
enum class DemandClass : std::uint8_t { kAnswered, kAgentFirst };
struct SendDemand {
  AttemptId demand;
  std::uint64_t revision = 0;
  DemandClass demand_class = DemandClass::kAgentFirst;
  std::vector<SkillNeed> skills;
  Strategy strategy = Strategy::kLeastBusy;
  WallTime since{};
  std::optional<std::chrono::milliseconds> time_left{};
  bool instant_only = false;
};
struct CancelDemand {
  AttemptId demand;
};
struct TakeGrant {
  std::uint64_t grant = 0;
  ReservationId reservation;
  AgentId agent;
  AttemptId demand;
  LegId leg;  // That will ring.
};
struct ReturnGrant {
  std::uint64_t grant = 0;
};
struct ReportOffer {
  ReservationId reservation;
  OfferEnd end = OfferEnd::kWithdrawn;
};
struct CompleteWork {
  ReservationId reservation;
  Outcome outcome = Outcome::kNone;
  std::chrono::milliseconds talk{0};
  std::optional<std::chrono::seconds> wrap_up{};
};
// With `bridge`: bridged with the customer's leg by the edge as soon as it is answered.
struct RingAgent {
  Line line;
  bool bridge = false;
  std::string shown_number;
  std::string shown_name;
  std::chrono::seconds ring_timeout{20};
};
struct Originate {
  Line line;
  TrunkId trunk;
  std::string caller_id;
  std::chrono::seconds ring_timeout{25};
  std::chrono::seconds setup_timeout{20};
  // Ratio: answered and not bridged by then, the safe message and the end.
  std::optional<std::chrono::milliseconds> not_bridged_within{};
};
struct HangUp {
  Line line;
  LegId leg;  // Empty: the whole call.
};
struct Acknowledge {
  EdgeId edge;
  AttemptId call;
};
enum class TimerKind : std::uint8_t { kLeadsDue, kTrunkTry, kPageRetry };
inline constexpr int kTimerKinds = 3;
struct StartTimer {
  TimerKind kind = TimerKind::kLeadsDue;
  std::uint64_t generation = 0;
  std::chrono::milliseconds after{0};
};

using Action =
    std::variant<LoadPage, CheckGate, SendDemand, CancelDemand, TakeGrant, ReturnGrant, ReportOffer,
                 CompleteWork, RingAgent, Originate, HangUp, Acknowledge, StartTimer>;

// Durable acts wait for the writes of this and all earlier steps; urgent ones never wait.
struct Act {
  Action action;
  bool durable = false;
};

struct Step {
  std::vector<Write> writes;
  std::vector<Act> acts;

  void Durable(Action action) { acts.push_back({std::move(action), true}); }
  void Urgent(Action action) { acts.push_back({std::move(action), false}); }
};

}  // namespace callfleet::dialer
