// Commands that the edge refuses.
#include <algorithm>
#include <cctype>
#include <utility>

#include "services/dialer/domain/refusal.h"
#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

namespace {
// As reasons of repairs are spelled.
std::string SnakeCase(std::string reason) {
  std::transform(reason.begin(), reason.end(), reason.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return reason;
}

// What it was to be bridged with.
bool IsGone(const CommandReply& refused) {
  return refused.refused == "TOO_LATE" || refused.refused == "LEG_NOT_FOUND";
}

std::string WhyOf(const CommandReply& refused) {
  const std::string reason = SnakeCase(refused.refused);
  return refused.fault.empty() ? reason : reason + ": " + refused.fault;
}
}  // namespace

void Stepper::On(const CommandReply& event) {
  const auto found = m_.lines.find(event.attempt);
  if (found == m_.lines.end()) return;
  Line& line = found->second;
  if (line.transfer && event.leg == line.transfer->leg) return TargetRefused(line, event);
  if (event.verb == CommandVerb::kOffer) {
    const bool stands = line.passing && event.leg.str() == line.passing->id;
    if (stands && !event.refused.empty()) OfferRefused(line, event);
    return;
  }
  if (event.verb == CommandVerb::kHangUp || event.leg != line.command_leg) return;
  line.command_leg = LegId();
  if (event.refused.empty()) {
    line.taken_unwatched = !m_.edges.contains(line.edge);
    if (event.verb == CommandVerb::kOriginate) m_.trunk.Accepted();
    return;
  }
  // Nothing is tried at a boot that is gone; the watch of the edge tells of the next one.
  const auto edge = m_.edges.find(line.edge);
  if (event.refused == "BOOT_CHANGED" && edge != m_.edges.end() && edge->second == line.boot) {
    m_.edges.erase(edge);
  }
  if (event.verb == CommandVerb::kRing) {
    RingRefused(line, event);
  } else {
    DialRefused(line, event);
  }
}

void Stepper::BlameSettings(const CommandReply& event) {
  m_.settings_fault = event.fault.empty() ? "refused by the edge" : event.fault;
}

void Stepper::RingRefused(Line& line, const CommandReply& event) {
  const Blame blame = BlameFor(event);
  if (blame == Blame::kFenced) m_.fenced = true;
  if (blame == Blame::kSettings) BlameSettings(event);
  // The agent who is given back now would be asked for again at once; not where it was to be
  // bridged with a person who has gone.
  const bool gone = line.state == AttemptState::kConnecting && IsGone(event);
  if (!gone && (blame == Blame::kPassing || blame == Blame::kTrunk || event.retry_after)) {
    m_.trunk.Refused(now_, event.retry_after);
  }
  line.facts.agent.end = blame == Blame::kAgent ? OfferEnd::kDeviceFault : OfferEnd::kWithdrawn;
  line.facts.agent.ended = true;
  if (blame == Blame::kLead && line.state == AttemptState::kRingingAgent) {
    line.gate = {.reason = GateReason::kRefused};
    Fire(line, AttemptEvent::kRefused);
  } else if (line.state == AttemptState::kRingingAgent || line.state == AttemptState::kConnecting) {
    Fire(line, AttemptEvent::kAgentFailed, WhyOf(event));
  }
}

void Stepper::DialRefused(Line& line, const CommandReply& event) {
  line.refused_as = Outcome::kAgentFailed;
  switch (BlameFor(event)) {
    case Blame::kTrunk:
      line.refused_as = Outcome::kTrunkFault;
      m_.trunk.Refused(now_, event.retry_after);
      break;
    case Blame::kPassing:
      // Gone with its agent's leg: the next agent may try at once.
      if (!IsGone(event)) {
        m_.trunk.Refused(now_, event.retry_after);
      }
      break;
    case Blame::kNumber:
      line.refused_as = Outcome::kInvalidNumber;
      line.refused_for_good = true;
      break;
    case Blame::kLead:
      line.refused_as = Outcome::kRefused;
      line.refused_for_good = true;
      break;
    case Blame::kAgent:
      break;
    case Blame::kSettings:
      line.refused_as = Outcome::kRefused;
      BlameSettings(event);
      break;
    case Blame::kFenced:
      m_.fenced = true;
      break;
  }
  if (line.state == AttemptState::kDialing) Fire(line, AttemptEvent::kRefused, WhyOf(event));
}

}  // namespace callfleet::dialer
