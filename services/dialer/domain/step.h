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
#include "common/result/result.h"
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
  bool first = true;
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
  Outcome outcome = Outcome::kSuppressed;  // Of a lead given up.
};

// Leads like this one are held back by the hundred thousand: the decision is kept once, no row of
// a lead is touched.
struct NoteDecision {
  Lead lead;  // The first of them.
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
  kCampaignUpdated,
  kCallStarted,
  kCallRinging,
  kCallAnswered,
  kCallAmd,  // It is known who answered.
  kCallBridged,
  kCallCompleted,
  kCallFailed,
  kRepair
};

constexpr std::string_view Name(NewsKind kind) {
  switch (kind) {
    case NewsKind::kCampaignState:
      return "campaign_state";
    case NewsKind::kCampaignUpdated:
      return "campaign_updated";
    case NewsKind::kCallStarted:
      return "call_started";
    case NewsKind::kCallRinging:
      return "call_ringing";
    case NewsKind::kCallAnswered:
      return "call_answered";
    case NewsKind::kCallAmd:
      return "call_amd";
    case NewsKind::kCallBridged:
      return "call_bridged";
    case NewsKind::kCallCompleted:
      return "call_completed";
    case NewsKind::kCallFailed:
      return "call_failed";
    case NewsKind::kRepair:
      return "repair";
  }
  return "?";
}

// What was put right after something below had failed.
enum class RepairKind : std::uint8_t {
  kAdopted,      // A call of an earlier owner goes on under us.
  kInterrupted,  // The edge lost the call.
  kNeverPlaced,  // Its row was written, its INVITE never sent.
  kStrayEnded,   // A call without an attempt.
  kPutBack,      // Nothing came of a line; its lead is where it was.
  kFenced        // Another process owns the campaign.
};

constexpr std::string_view Name(RepairKind kind) {
  switch (kind) {
    case RepairKind::kAdopted:
      return "adopted";
    case RepairKind::kInterrupted:
      return "interrupted";
    case RepairKind::kNeverPlaced:
      return "never_placed";
    case RepairKind::kStrayEnded:
      return "stray_ended";
    case RepairKind::kPutBack:
      return "put_back";
    case RepairKind::kFenced:
      return "fenced";
  }
  return "?";
}

// An event of the campaign: to its watchers once committed, and a row of its outbox stream, unless
// another write of the step tells the same (CloseAttempt: the end of a call).
struct News {
  NewsKind kind = NewsKind::kCampaignState;
  WallTime at{};
  CampaignState state = CampaignMachine::kInitial;
  std::optional<Line> line{};  // With calls and repairs.
  Outcome outcome = Outcome::kNone;
  RepairKind repair = RepairKind::kPutBack;    // With repairs.
  std::string reason{};                        // Of a repair, snake_case; of an update: created.
  CampaignEvent verb = CampaignEvent::kStart;  // With a campaign's state: what led to it.
  std::optional<CampaignSettings> settings{};  // With a campaign's state and its update.
  int revision = 0;  // With an update: told from now on, in the campaign's row.
};

using Write = std::variant<SaveCampaignState, WriteAttempt, CloseAttempt, SettleLead, NoteDecision,
                           ReleaseNumber, News>;

// --- Acts.

// Leads that may not be called at this hour, by what decides about it.
struct ClosedHours {
  std::vector<std::string> zones;    // Leads with a zone of their own.
  std::vector<std::string> regions;  // Leads without one, where the campaign has none either.
  bool zoneless = false;             // All leads without one: the campaign's zone is closed.
};
struct LoadPage {
  std::uint64_t generation = 0;
  int limit = 0;
  ClosedHours closed{};  // Left out.
};
struct CheckGate {
  AttemptId attempt;
  std::string number;
  NumberCap cap;
};
using agent_pool::DemandClass;  // kAnswered or kAgentFirst.
struct SendDemand {
  AttemptId demand;
  std::uint64_t revision = 0;
  DemandClass demand_class = DemandClass::kAgentFirst;
  std::vector<SkillNeed> skills;
  Strategy strategy = Strategy::kLeastBusy;
  WallTime since{};
  std::optional<std::chrono::milliseconds> time_left{};
  bool instant_only = false;
  EdgeId edge{};  // Of a call that is up; empty: any.
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
using agent_pool::ReportOffer;
using agent_pool::ReturnGrant;
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
  std::string safe_message{};
  RecordingPolicy recording{};
  AmdSettings amd{};
};
struct HangUp {
  Line line;
  LegId leg;  // Empty: the whole call.
};
struct Acknowledge {
  EdgeId edge;
  AttemptId call;
};
// An agent past all matching, for a transfer or consultation.
struct SeizeAgent {
  std::string seize;
  AgentId agent;  // Id, name or SIP user.
  AttemptId call;
  EdgeId edge{};  // Of the call.
};
// The target of a transfer: an agent's phone, or a number through the campaign's trunk.
struct PlaceTarget {
  Line line;  // With its transfer.
  std::string number{};
  TrunkId trunk{};
  std::string caller_id{};
  std::string shown_number{};
  std::string shown_name{};
  LegId referrer{};
  std::chrono::seconds ring_timeout{20};
};
// A talk to a queue, or to whom a number leads: it goes on until somebody takes the customer.
struct OfferTalk {
  Line line;        // With its passing.
  LegId release{};  // The agent's, that ends then; empty: it is only asked.
};
enum class CallVerb : std::uint8_t { kHold, kResume, kComplete, kCancel, kConference, kRefuse };
struct SteerEdge {
  Line line;
  CallVerb verb = CallVerb::kHold;
  std::string request;  // Unique.
  std::string transfer{};
  int sip_code = 603;
};
// Whoever asked for something to be done with a call is told what came of it.
struct AnswerSteer {
  std::string request;
  std::optional<Error> refused{};
};
enum class TimerKind : std::uint8_t { kLeadsDue, kTrunkTry, kPageRetry };
inline constexpr int kTimerKinds = 3;
struct StartTimer {
  TimerKind kind = TimerKind::kLeadsDue;
  std::uint64_t generation = 0;
  std::chrono::milliseconds after{0};
};

using Action = std::variant<LoadPage, CheckGate, SendDemand, CancelDemand, TakeGrant, ReturnGrant,
                            ReportOffer, CompleteWork, RingAgent, Originate, HangUp, Acknowledge,
                            StartTimer, SeizeAgent, PlaceTarget, SteerEdge, AnswerSteer, OfferTalk>;

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
