#pragma once
// What a step of a queue wants done. The actor performs it; durable acts wait for the writes of
// this and all earlier steps, urgent ones never wait.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/result/result.h"
#include "services/queue/domain/agent_offer.h"
#include "services/queue/domain/queue_settings.h"
#include "services/queue/domain/ticket.h"
#include "services/queue/domain/writes.h"

namespace callfleet::queue {

// What a leg hears. Neither: silence.
struct HeardSound {
  enum class Tone : std::uint8_t { kNone, kRingback, kBusy, kBeep };
  Tone tone = Tone::kNone;
  std::vector<std::string> prompts{};  // One after the other, at most 16.
  bool loop = false;
};

// --- To the edge that carries the call.
struct CallRef {
  CallId call;
  EdgeId edge{};
  BootId boot{};
};
struct ClaimCall {
  CallRef call;
};
struct AnswerCall {
  CallRef call;
  bool early_media_only = false;
  HeardSound sound{};
};
// A leg that is the target of a transfer.
struct TransferTo {
  std::string id;
  bool consult = false;
  LegId referrer{};
  bool by_person = false;  // The number is one that agents may dial, or the edge refuses it.
};
struct RingAgent {
  CallRef call;
  LegId leg;
  AgentOffer agent;
  LegId bridge_with{};  // Empty: the agent waits for the customer.
  std::chrono::milliseconds ring_timeout{15'000};
  std::string shown_number;
  std::string shown_name;
  TicketId ticket;
  std::optional<TransferTo> transfer{};  // Instead of `bridge_with`.
  CampaignId campaign{};                 // Whose customer it was; empty: none's.
  std::optional<RecordingPolicy> recording{};
};
struct DialOut {
  CallRef call;
  LegId leg;
  Destination to;  // ToNumber or ToUri.
  LegId bridge_with;
  std::chrono::milliseconds ring_timeout{25'000};
  std::string caller_id{};
  std::optional<TransferTo> transfer{};  // Instead of `bridge_with`.
  std::optional<RecordingPolicy> recording{};
};
struct HangUpCall {
  CallRef call;
  LegId leg{};  // Empty: all of it.
  int sip_code = 0;
  int q850 = 0;
  bool keep_peers = false;  // With a leg: whom it talks with stays, with music.
};
struct PlaySound {
  CallRef call;
  LegId leg;
  HeardSound sound;
  std::optional<HeardSound> then{};  // Afterwards.
};
struct HandOver {
  CallRef call;
  QueueId to;
  IncomingCall with;
};
// No to what another unit offers, with what is known instead.
struct DeclineOffer {
  CallRef call;
  std::string reason;
  AgentId agent{};
  std::string number{};
  TrunkId trunk{};
  int sip_code = 0;
};
struct AcknowledgeCall {
  CallRef call;
};
struct HoldLeg {
  CallRef call;
  LegId leg;
  bool held = false;
};
enum class TransferVerb : std::uint8_t { kComplete, kCancel, kConference, kRefuse, kRelease };
struct SteerTransfer {
  CallRef call;
  std::string transfer;
  TransferVerb verb = TransferVerb::kComplete;
  int sip_code = 0;  // kRefuse.
};

// --- To the number plan: comes back as NumberFound.
struct LookUpNumber {
  TicketId ticket{};
  std::string transfer{};
  std::string number;
  std::string request{};  // Who asked for the transfer; empty: a phone.
  CallId call{};          // Instead of a transfer: a caller of whom nothing is known.
};

// --- To the pool.
struct JoinPool {
  struct Held {
    ReservationId reservation;
    AgentId agent;
    TicketId demand;
    CallId call;
    LegId leg;
  };
  std::vector<Held> held;
};
struct SendDemand {
  TicketId demand;
  std::uint64_t revision = 0;
  std::vector<SkillRequirement> skills;
  Strategy strategy = Strategy::kLeastBusy;
  std::chrono::milliseconds bonus{0};
  WallTime since{};
  AgentId sticky{};
  std::chrono::milliseconds sticky_patience{0};
  CallId call{};
  EdgeId edge{};  // Of the caller; empty: any.
};
struct CancelDemand {
  TicketId demand;
};
struct TakeGrant {
  std::uint64_t grant = 0;
  TicketId demand;
  std::vector<JoinPool::Held> held;
};
using agent_pool::CompleteWork;
using agent_pool::ReportOffer;
using agent_pool::ReturnGrant;
struct SeizeAgent {
  std::string seize;
  AgentId agent;
  bool override_rules = false;
  TicketId ticket;
  CallId call;
  EdgeId edge{};  // Of the caller; empty: any.
};

// --- To whoever asked for something to be done with a call.
struct AnswerSteer {
  std::string request;
  std::optional<Error> refused{};
};

// --- To ourselves: comes back as TimerFired with the same generation.
struct StartTimer {
  std::uint64_t generation = 0;
  std::chrono::microseconds after{0};
};

using QueueAction =
    std::variant<ClaimCall, AnswerCall, RingAgent, DialOut, HangUpCall, PlaySound, HandOver,
                 AcknowledgeCall, JoinPool, SendDemand, CancelDemand, TakeGrant, ReturnGrant,
                 ReportOffer, CompleteWork, SeizeAgent, StartTimer, HoldLeg, SteerTransfer,
                 AnswerSteer, LookUpNumber, DeclineOffer>;

struct QueueAct {
  QueueAction action;
  bool durable = false;
};

struct QueueStep {
  Writes writes;
  std::vector<QueueAct> acts;
  std::vector<TicketId> changed;  // For watchers, once the step is done.
  std::vector<Ticket> over;       // No longer in the model.

  void Durable(QueueAction action) { acts.push_back({std::move(action), true}); }
  void Urgent(QueueAction action) { acts.push_back({std::move(action), false}); }
};

}  // namespace callfleet::queue
