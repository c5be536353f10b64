// Events of one line → its table → effects.
#include <algorithm>
#include <utility>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {
// From the 200 OK to an agent (pacing by ratio): then the person hears the safe message.
constexpr milliseconds kAnswerToAgent{2000};

LeadState StateAfter(Verdict verdict) {
  switch (verdict) {
    case Verdict::kComplete:
      return LeadState::kCompleted;
    case Verdict::kRetry:
      return LeadState::kWaiting;
    case Verdict::kFail:
      return LeadState::kFailed;
    case Verdict::kKeepPlace:
      break;
  }
  return LeadState::kQueued;
}
}  // namespace

void Stepper::Fire(Line& line, AttemptEvent event, std::string_view why) {
  const auto* row =
      fsm::Find<AttemptMachine>(kAttemptRows, line.state, event, [&](AttemptGuard guard) {
        if (guard == AttemptGuard::kAgentFirst) return line.agent_first;
        // A customer who has talked was somebody's, also where a successor no longer knows whose.
        return line.agent.has_value() || line.facts.bridged != WallTime{};
      });
  if (row == nullptr) {
    ++m_.refused_events;
    return;
  }
  line.state = row->to;
  line.put_back_for = why;
  for (AttemptEffect effect : row->effects) Perform(line, effect);
}

void Stepper::Perform(Line& line, AttemptEffect effect) {
  switch (effect) {
    case AttemptEffect::kNone:
      break;
    case AttemptEffect::kDemandAgent:
      DemandAgent(line);
      break;
    case AttemptEffect::kCancelDemand:
      out_.Urgent(CancelDemand{line.id});
      break;
    case AttemptEffect::kCheckGate:
      out_.Urgent(
          CheckGate{.attempt = line.id, .number = line.lead.number, .cap = m_.settings.cap});
      break;
    case AttemptEffect::kRingAgent:
      RingTheAgent(line, false);
      break;
    case AttemptEffect::kBridgeAgent:
      RingTheAgent(line, true);
      break;
    case AttemptEffect::kDial:
      Dial(line);
      break;
    case AttemptEffect::kHangUpAgent:
      HangUpAgent(line);
      break;
    case AttemptEffect::kHangUpCall:
      out_.Urgent(HangUp{.line = line, .leg = LegId()});
      break;
    case AttemptEffect::kLetAgentGo:
      HangUpAgent(line);
      GiveBackAgent(line, Outcome::kAnsweringMachine);
      break;
    case AttemptEffect::kGiveBackAgent:
      GiveBackAgent(line);
      break;
    case AttemptEffect::kReportOffer:
      if (line.agent) {
        out_.Urgent(ReportOffer{line.agent->reservation, line.facts.agent.end});
        line.agent.reset();
      }
      break;
    case AttemptEffect::kKeepLead:
      KeepLead(line);
      break;
    case AttemptEffect::kSettleDenied:
      SettleDenied(line);
      break;
    case AttemptEffect::kSettleRefused:
      SettleRefused(line);
      break;
    case AttemptEffect::kSettleEnded:
      SettleEnded(line);
      break;
  }
}

void Stepper::DemandAgent(Line& line) {
  SendDemand demand{.demand = line.id,
                    .revision = ++line.revision,
                    .skills = line.lead.skills,
                    .strategy = m_.settings.strategy};
  demand.skills.insert(demand.skills.end(), m_.settings.skills.begin(), m_.settings.skills.end());
  if (line.agent_first) {
    demand.demand_class = DemandClass::kAgentFirst;
    demand.since = m_.last_grant == WallTime{} ? line.opened : m_.last_grant;
  } else {
    demand.demand_class = DemandClass::kAnswered;
    demand.edge = line.edge;
    demand.since = line.facts.customer.answered;
    demand.time_left = TimeForAgent(line);
    demand.instant_only = true;
  }
  out_.Urgent(std::move(demand));
}

// What is left of it: a person waits for 2 s, a machine as long as the campaign says.
milliseconds Stepper::TimeForAgent(const Line& line) const {
  const CustomerLegFacts& customer = line.facts.customer;
  const bool machine = customer.amd && customer.amd->action == AmdAction::kHandToAgent;
  const milliseconds limit = machine ? m_.settings.amd.AgentWait() : kAnswerToAgent;
  const WallTime since = machine ? customer.amd->decided : customer.answered;
  return std::clamp(limit - duration_cast<milliseconds>(now_.wall - since), 0ms, limit);
}

void Stepper::RingTheAgent(Line& line, bool bridge) {
  line.command_leg = line.AgentLeg();
  RingAgent ring{.line = line,
                 .bridge = bridge,
                 .shown_number = line.lead.number,
                 .shown_name = line.lead.name,
                 .ring_timeout = m_.settings.agent_ring_timeout};
  if (!bridge) {
    out_.Durable(std::move(ring));
    return;
  }
  // A person is waiting: the row follows, it is not waited for.
  out_.writes.push_back(WriteAttempt{.line = line, .first = false});
  out_.Urgent(std::move(ring));
}

void Stepper::Dial(Line& line) {
  line.dialed = now_.wall;
  line.row_written = true;
  line.command_leg = line.CustomerLeg();
  MoveCount(LeadState::kQueued, LeadState::kDialing);
  m_.book.settled.insert(line.lead.id);
  out_.writes.push_back(WriteAttempt{line});
  Originate originate{.line = line,
                      .trunk = m_.settings.trunk,
                      .caller_id = m_.settings.caller_id,
                      .ring_timeout = m_.settings.ring_timeout,
                      .setup_timeout = m_.settings.setup_timeout,
                      .safe_message = m_.settings.safe_message,
                      .recording = m_.settings.recording,
                      .amd = m_.settings.amd};
  if (!line.agent_first) originate.not_bridged_within = kAnswerToAgent;
  out_.Durable(std::move(originate));
}

void Stepper::HangUpAgent(Line& line) {
  if (!line.agent || line.facts.agent.ended) return;
  out_.Urgent(HangUp{.line = line, .leg = line.AgentLegAtEdge()});
}

void Stepper::GiveBackAgent(Line& line, Outcome why) {
  if (!line.agent) return;
  if (line.facts.agent.answered) {
    out_.Urgent(
        CompleteWork{.reservation = line.agent->reservation, .outcome = why, .wrap_up = 0s});
  } else {
    out_.Urgent(ReportOffer{line.agent->reservation, OfferEnd::kWithdrawn});
  }
  line.agent.reset();
}

void Stepper::KeepLead(Line& line) {
  if (line.number_reserved) {
    out_.writes.push_back(ReleaseNumber{.attempt = line.id, .number = line.lead.number});
  }
  if (!line.put_back_for.empty()) Repaired(RepairKind::kPutBack, line, line.put_back_for);
  PutBack(std::move(line.lead));
}

void Stepper::SettleDenied(Line& line) {
  if (line.number_reserved) {
    out_.writes.push_back(ReleaseNumber{.attempt = line.id, .number = line.lead.number});
  }
  Postpone(line.lead, line.gate, line.id);
}

void Stepper::SettleRefused(Line& line) {
  const bool over = line.refused_for_good;
  const LeadState to = over ? LeadState::kFailed : LeadState::kQueued;
  out_.writes.push_back(CloseAttempt{.line = line,
                                     .outcome = line.refused_as,
                                     .ended = now_.wall,
                                     .lead_state = to,
                                     .lead_reason = over ? line.put_back_for : "",
                                     .tries = line.lead.tries});
  ++m_.counters.attempts[static_cast<std::size_t>(line.refused_as)];
  MoveCount(LeadState::kDialing, to);
  m_.book.settled.insert(line.lead.id);
  if (over) {
    ++m_.counters.leads_ended[static_cast<std::size_t>(line.refused_as)];
    return;
  }
  Repaired(RepairKind::kPutBack, line, line.put_back_for);
  PutBack(std::move(line.lead));
}

void Stepper::SettleEnded(Line& line) {
  const CustomerLegFacts& customer = line.facts.customer;
  EndFacts end = customer.end;
  end.bridged = line.facts.bridged != WallTime{};
  if (customer.amd) {
    end.answerer = customer.amd->verdict;
    end.message_left = customer.amd->message_left;
  }
  const Outcome outcome = OutcomeOf(end);
  const bool counted = CountsAsAttempt(outcome, end.placed);
  const bool passed = line.facts.passed != WallTime{};
  const WallTime ended = passed                         ? line.facts.passed
                         : customer.ended == WallTime{} ? now_.wall
                                                        : customer.ended;
  if (counted) line.lead.tries.Count(outcome);
  CountEnd(line, end, outcome, ended);
  CompleteTheAgentsWork(line, end, outcome, ended);
  const Disposition next = Decide(m_.settings.retry, outcome,
                                  {.attempts = line.lead.tries.Total(),
                                   .with_this_outcome = line.lead.tries.Of(outcome),
                                   .counted = counted,
                                   .was_answered = end.answered && !IsMachine(end.answerer)},
                                  ended);
  CloseAttempt close{.line = line,
                     .outcome = outcome,
                     .counted = counted,
                     .ended = ended,
                     .lead_state = StateAfter(next.verdict),
                     .lead_due = next.due,
                     .tries = line.lead.tries};
  close.lead_reason = next.verdict == Verdict::kRetry ? "retry"
                      : passed                        ? "transferred"
                                                      : std::string(next.reason);
  MoveCount(LeadState::kDialing, close.lead_state);
  if (LeadMachine::IsTerminal(close.lead_state)) {
    ++m_.counters.leads_ended[static_cast<std::size_t>(outcome)];
  }
  m_.book.settled.insert(line.lead.id);
  if (next.verdict == Verdict::kRetry) DueAt(next.due);
  out_.writes.push_back(std::move(close));
  if (end.placed) {
    Announce(outcome == Outcome::kCompleted ? NewsKind::kCallCompleted : NewsKind::kCallFailed,
             line, outcome);
  }
  if (next.verdict != Verdict::kKeepPlace) return;
  // What the edge has lost is told as that.
  if (!end.placed && end.cause != EndCause::kEdgeRestart) {
    Repaired(RepairKind::kPutBack, line, Name(outcome));
  }
  PutBack(std::move(line.lead));
}

void Stepper::CountEnd(const Line& line, const EndFacts& end, Outcome outcome, WallTime ended) {
  const bool counted = CountsAsAttempt(outcome, end.placed);
  ++m_.counters.attempts[static_cast<std::size_t>(outcome)];
  m_.counters.counted += counted;
  m_.counters.answered += end.answered && !IsMachine(end.answerer);
  m_.counters.machines += end.answered && IsMachine(end.answerer);
  if (end.bridged) m_.counters.talk += duration_cast<milliseconds>(ended - line.facts.bridged);
  if (outcome == Outcome::kTrunkFault) {
    m_.trunk.Fault(now_);
  } else if (counted) {
    m_.trunk.Works();
  }
}

void Stepper::CompleteTheAgentsWork(const Line& line, const EndFacts& end, Outcome outcome,
                                    WallTime ended) {
  if (!line.agent) return;
  CompleteWork done{.reservation = line.agent->reservation, .outcome = outcome};
  if (end.bridged) {
    const WallTime since = line.segment == WallTime{} ? line.facts.bridged : line.segment;
    done.talk = duration_cast<milliseconds>(ended - since);
    done.wrap_up = m_.settings.wrap_up;
  } else {
    done.wrap_up = 0s;  // Nobody was spoken to.
  }
  out_.Urgent(done);
}

void Stepper::Announce(NewsKind kind, const Line& line, Outcome outcome) {
  out_.writes.push_back(
      News{.kind = kind, .at = now_.wall, .state = m_.state, .line = line, .outcome = outcome});
}

void Stepper::Repaired(RepairKind kind, const Line& line, std::string_view reason) {
  out_.writes.push_back(News{.kind = NewsKind::kRepair,
                             .at = now_.wall,
                             .state = m_.state,
                             .line = line,
                             .repair = kind,
                             .reason = std::string(reason)});
}

}  // namespace callfleet::dialer
