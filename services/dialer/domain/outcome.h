#pragma once
// What became of one attempt, from the facts that the edge measured. Pure.
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "services/dialer/domain/amd.h"

namespace callfleet::dialer {

// Numbers are kept in rows: new ones go to the end.
enum class Outcome : std::uint8_t {
  kNone,       // Not ended yet.
  kCompleted,  // A person and an agent were in one call.
  kAbandoned,  // Answered, but no agent within 2 s (or answered after our CANCEL).
  kBusy,
  kNoAnswer,
  kUnreachable,
  kDeclined,
  kInvalidNumber,
  kBlocked,           // 607, 608: somebody marked the caller id; alert.
  kTrunkFault,        // The carrier's side failed: the person was never called.
  kAgentFailed,       // The agent's leg failed or ended before the person answered.
  kInterrupted,       // The edge died under the call.
  kCancelled,         // Stopped by an operator before it was answered.
  kSuppressed,        // Of a lead: the gate refused it for good.
  kRefused,           // Of a lead: the edge will not send what its row asks for.
  kAnsweringMachine,  // A machine answered; nobody was spoken to.
  kFax,
  kMessageLeft,  // A machine has the campaign's message.
};
inline constexpr std::array kOutcomes{
    Outcome::kNone,      Outcome::kCompleted,   Outcome::kAbandoned,   Outcome::kBusy,
    Outcome::kNoAnswer,  Outcome::kUnreachable, Outcome::kDeclined,    Outcome::kInvalidNumber,
    Outcome::kBlocked,   Outcome::kTrunkFault,  Outcome::kAgentFailed, Outcome::kInterrupted,
    Outcome::kCancelled, Outcome::kSuppressed,  Outcome::kRefused,     Outcome::kAnsweringMachine,
    Outcome::kFax,       Outcome::kMessageLeft};

constexpr std::string_view Name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kNone:
      return "none";
    case Outcome::kCompleted:
      return "completed";
    case Outcome::kAbandoned:
      return "abandoned";
    case Outcome::kBusy:
      return "busy";
    case Outcome::kNoAnswer:
      return "no_answer";
    case Outcome::kUnreachable:
      return "unreachable";
    case Outcome::kDeclined:
      return "declined";
    case Outcome::kInvalidNumber:
      return "invalid_number";
    case Outcome::kBlocked:
      return "blocked";
    case Outcome::kTrunkFault:
      return "trunk_fault";
    case Outcome::kAgentFailed:
      return "agent_failed";
    case Outcome::kInterrupted:
      return "interrupted";
    case Outcome::kCancelled:
      return "cancelled";
    case Outcome::kSuppressed:
      return "suppressed";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kAnsweringMachine:
      return "answering_machine";
    case Outcome::kFax:
      return "fax";
    case Outcome::kMessageLeft:
      return "message_left";
  }
  return "?";
}
std::optional<Outcome> OutcomeByName(std::string_view name);

// Who or what ended the customer's leg, as the edge saw it.
enum class EndCause : std::uint8_t {
  kPeer,          // A final response, or the person hung up.
  kLocal,         // We asked for it (operator, agent gone).
  kRingTimeout,   // No 200 within ring_timeout of the first 18x.
  kSetupTimeout,  // Neither 18x nor 200 within setup_timeout.
  kNotBridged,    // Answered, and no agent within 2 s.
  kAgentLeg,      // The agent's leg ended and this one followed.
  kMachine,       // The edge knew that no person was there.
  kTransport,     // No reply at all, connect error, no route.
  kEdgeRestart,
};

struct EndFacts {
  bool placed = false;                 // An INVITE left the edge.
  bool progressed = false;             // An 18x was seen.
  bool answered = false;               // A 200 was seen.
  bool bridged = false;                // Both rows were open.
  bool answered_after_cancel = false;  // RFC 3261 9.1: the 200 crossed our CANCEL.
  EndCause cause = EndCause::kPeer;
  AmdVerdict answerer = AmdVerdict::kNone;  // Nobody asked, or it was over before.
  bool message_left = false;
  int sip_code = 0;  // 0: none.
  int q850 = 0;      // Cause of a Reason header (RFC 3326), 0: none.
};

// The Q.850 cause decides where there is one, else the SIP code.
Outcome OutcomeOf(const EndFacts& facts);

// True where the attempt costs the lead one of its tries: the edge says that it was placed, and the
// trunk carried it.
constexpr bool CountsAsAttempt(Outcome outcome, bool placed) {
  return placed && outcome != Outcome::kTrunkFault;
}

}  // namespace callfleet::dialer
