#include "services/dialer/domain/outcome.h"

namespace callfleet::dialer {

namespace {

Outcome OfQ850(int cause) {
  switch (cause) {
    case 17:
      return Outcome::kBusy;
    case 18:
    case 19:
      return Outcome::kNoAnswer;
    case 20:
      return Outcome::kUnreachable;
    case 21:
      return Outcome::kDeclined;
    case 1:
    case 22:
    case 28:
      return Outcome::kInvalidNumber;
    case 34:
    case 38:
    case 41:
    case 42:
    case 47:
      return Outcome::kTrunkFault;
    default:
      return Outcome::kNone;  // 16 and the like say nothing about a call never answered.
  }
}

Outcome OfSip(int code, bool progressed) {
  switch (code) {
    case 486:
    case 600:
      return Outcome::kBusy;
    case 408:
      return progressed ? Outcome::kNoAnswer : Outcome::kTrunkFault;
    case 480:
      return progressed ? Outcome::kNoAnswer : Outcome::kUnreachable;
    case 603:
      return Outcome::kDeclined;
    case 404:
    case 410:
    case 484:
    case 604:
      return Outcome::kInvalidNumber;
    case 607:
    case 608:
      return Outcome::kBlocked;
    case 401:
    case 403:
    case 407:
    case 488:
      return Outcome::kTrunkFault;
    case 487:
      return Outcome::kNoAnswer;
    default:
      break;
  }
  if (code >= 500 && code < 600) return Outcome::kTrunkFault;
  if (code >= 600) return Outcome::kDeclined;
  // Any other 4xx or 3xx is the network refusing us, not the person.
  return code >= 300 ? Outcome::kTrunkFault : Outcome::kNone;
}

Outcome OfUnanswered(const EndFacts& facts) {
  switch (facts.cause) {
    case EndCause::kLocal:
      return Outcome::kCancelled;
    case EndCause::kAgentLeg:
      return Outcome::kAgentFailed;
    case EndCause::kRingTimeout:
      return Outcome::kNoAnswer;
    case EndCause::kSetupTimeout:
      return Outcome::kTrunkFault;
    case EndCause::kTransport:
      return Outcome::kTrunkFault;
    case EndCause::kMachine:
      return Outcome::kUnreachable;
    case EndCause::kEdgeRestart:
      return Outcome::kInterrupted;
    case EndCause::kNotBridged:
    case EndCause::kPeer:
      break;
  }
  if (const Outcome by_cause = OfQ850(facts.q850); by_cause != Outcome::kNone) return by_cause;
  if (const Outcome by_code = OfSip(facts.sip_code, facts.progressed); by_code != Outcome::kNone) {
    return by_code;
  }
  return facts.progressed ? Outcome::kNoAnswer : Outcome::kTrunkFault;
}

// Nothing: a person, or who may be one.
std::optional<Outcome> OfMachine(const EndFacts& facts) {
  // A tone before the answer says nothing where the network spoke for itself then.
  if (!facts.answered && facts.cause != EndCause::kMachine) return std::nullopt;
  switch (facts.answerer) {
    case AmdVerdict::kMachine:
    case AmdVerdict::kBeep:
      return facts.message_left ? Outcome::kMessageLeft : Outcome::kAnsweringMachine;
    case AmdVerdict::kFax:
      return Outcome::kFax;
    case AmdVerdict::kSit:
      return Outcome::kUnreachable;
    case AmdVerdict::kNone:
    case AmdVerdict::kPerson:
    case AmdVerdict::kSilence:
      break;
  }
  return std::nullopt;
}

Outcome OfUnplaced(EndCause cause) {
  switch (cause) {
    case EndCause::kLocal:
      return Outcome::kCancelled;
    case EndCause::kAgentLeg:
      return Outcome::kAgentFailed;
    case EndCause::kEdgeRestart:
      return Outcome::kInterrupted;
    case EndCause::kPeer:
    case EndCause::kRingTimeout:
    case EndCause::kSetupTimeout:
    case EndCause::kNotBridged:
    case EndCause::kMachine:
    case EndCause::kTransport:
      break;
  }
  return Outcome::kTrunkFault;
}

}  // namespace

std::optional<Outcome> OutcomeByName(std::string_view name) {
  for (Outcome outcome : kOutcomes) {
    if (Name(outcome) == name) return outcome;
  }
  return std::nullopt;
}

Outcome OutcomeOf(const EndFacts& facts) {
  // Never placed is never an answer of the person, whatever else the record says.
  if (!facts.placed) return OfUnplaced(facts.cause);
  // What was said after that, and who hung up, nobody knows: also a talk is not told as completed.
  if (facts.cause == EndCause::kEdgeRestart) return Outcome::kInterrupted;
  if (facts.bridged) return Outcome::kCompleted;
  if (const auto machine = OfMachine(facts)) return *machine;
  // A person answered and heard nobody, whoever hung up first.
  if (facts.answered_after_cancel || facts.cause == EndCause::kNotBridged) {
    return Outcome::kAbandoned;
  }
  if (facts.answered) return Outcome::kAbandoned;
  return OfUnanswered(facts);
}

}  // namespace callfleet::dialer
