// What gate, pool and edge say about the lines.
#include <algorithm>
#include <utility>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

namespace {
bool WantsNobody(const Line& line) {
  const CustomerLegFacts& customer = line.facts.customer;
  return customer.answered != WallTime{} && customer.amd && customer.amd->WantsNobody();
}
}  // namespace

void Stepper::On(const GateAnswered& event) {
  const auto found = m_.lines.find(event.attempt);
  const bool waits = found != m_.lines.end() && found->second.state == AttemptState::kGating;
  m_.store_away = !event.facts;
  // Without a store nothing can be written, without an edge nobody rung: not now.
  const auto edge = waits ? EdgeFor(found->second) : EdgeId();
  if (waits && (!event.facts || edge.empty())) {
    Fire(found->second, AttemptEvent::kDrop, event.facts ? "edge_away" : "database_away");
    m_.trunk.RefusedUntil(now_.mono + 1s);
  }
  if (!event.facts) return;
  const bool reserved = !event.facts->suppressed && !event.facts->in_call &&
                        event.facts->placed_within < m_.settings.cap.calls;
  if (!waits || edge.empty()) {
    if (reserved) out_.writes.push_back(ReleaseNumber{.attempt = event.attempt, .number = ""});
    return;
  }
  Line& line = found->second;
  line.number_reserved = reserved;
  line.gate = DecideGate(*event.facts, WindowOf(line.lead), m_.settings.cap, now_.wall);
  if (line.gate.allowed()) line.edge = edge;
  if (const auto known = m_.edges.find(line.edge); known != m_.edges.end()) {
    line.boot = known->second;
  }
  Fire(line, line.gate.allowed() ? AttemptEvent::kAllowed : AttemptEvent::kDenied);
}

void Stepper::On(const Granted& event) {
  const auto found = m_.lines.find(event.demand);
  const bool wanted =
      found != m_.lines.end() && (found->second.state == AttemptState::kDemanding ||
                                  found->second.state == AttemptState::kAwaitingAgent);
  if (!wanted) {
    out_.Urgent(ReturnGrant{event.grant});
    return;
  }
  Line& line = found->second;
  line.agent = event.offer;
  line.facts.agent = {};
  ++line.agent_legs;
  m_.last_grant = now_.wall;
  out_.Urgent(TakeGrant{.grant = event.grant,
                        .reservation = event.offer.reservation,
                        .agent = event.offer.agent,
                        .demand = line.id,
                        .leg = line.AgentLeg()});
  Fire(line, AttemptEvent::kGranted);
}

void Stepper::On(const DemandClosed& event) {
  const auto found = m_.lines.find(event.demand);
  if (found == m_.lines.end()) return;
  // The next line would ask for the same at once.
  if (!event.refused.empty()) m_.trunk.Refused(now_, std::nullopt);
  if (found->second.state == AttemptState::kDemanding) {
    Fire(found->second, AttemptEvent::kDemandClosed, "demand_closed");
  }
}

void Stepper::On(const ReservationLost& event) {
  for (auto& [id, line] : m_.lines) {
    if (!line.agent || line.agent->reservation != event.reservation) continue;
    // A call that is dialled or talking goes on: its leg is proof enough for the registry.
    if (line.state != AttemptState::kGating && line.state != AttemptState::kRingingAgent) return;
    Fire(line, AttemptEvent::kReservationLost, "reservation_lost");
    return;
  }
}

// Settled and committed before, or never of ours: the edge may forget it.
void Stepper::StrangeNews(const CallFacts& event) {
  if (event.call_over || event.passed != WallTime{}) {
    out_.Durable(Acknowledge{.edge = event.edge, .call = event.attempt});
  } else if (!event.customer.exists && !event.agent.ended) {
    HangUpStray(event);  // Rung by an order that our change of mind overtook.
  }
}

void Stepper::On(const CallFacts& event) {
  const auto found = m_.lines.find(event.attempt);
  if (found == m_.lines.end()) return StrangeNews(event);
  Line& line = found->second;
  const bool adopted = std::exchange(line.adopted, false);
  if (adopted) {
    Repaired(RepairKind::kAdopted, line, event.call_over ? "ended_meanwhile" : "live_at_edge");
  }
  if (event.boot == line.facts.boot && event.version <= line.facts.version) return;
  CallFacts before = std::exchange(line.facts, event);
  line.edge = event.edge;
  line.boot = event.boot;
  line.taken_unwatched = false;
  if (line.undialled) line.facts.customer.end.cause = EndCause::kEdgeRestart;
  if (adopted) AdoptParties(line, &before);
  if (event.passed != WallTime{}) return PassedOn(line);
  OfferNews(line);
  if (!adopted) TransferNews(line, before);
  AgentLegNews(line, before.agent);
  CustomerLegNews(line, before.customer);
  if (adopted) AdoptTransfer(line, before);
  const bool waits_for_nobody =
      adopted && line.state == AttemptState::kDialing && !event.customer.exists && !event.call_over;
  if (waits_for_nobody) {
    // Its owner died with the order to dial on its lips: the agent would wait for ever. The order
    // may still come to the edge before the hang-up.
    line.undialled = true;
    out_.Urgent(HangUp{.line = line, .leg = LegId()});
    return;
  }
  if (line.undialled && event.call_over && !event.customer.exists) {
    Repaired(RepairKind::kNeverPlaced, line, "not_dialled");
    Fire(line, AttemptEvent::kEnd);
    return;
  }
  if (line.state != AttemptState::kEnded && event.call_over && line.command_leg.empty()) {
    Fire(
        line,
        line.state == AttemptState::kRingingAgent ? AttemptEvent::kAgentFailed : AttemptEvent::kEnd,
        Name(line.facts.agent.end));
  }
}

void Stepper::AgentLegNews(Line& line, const AgentLegFacts& before) {
  const AgentLegFacts& agent = line.facts.agent;
  if (!line.AgentLegIsOurs()) return;
  const bool was_up = before.leg == agent.leg && before.answered;
  if (agent.answered && !was_up) {
    out_.Urgent(ReportOffer{line.agent->reservation, OfferEnd::kAnswered});
  }
  if (agent.ended && line.state == AttemptState::kRingingAgent) {
    Fire(line, AttemptEvent::kAgentFailed, Name(agent.end));
  } else if (agent.ended && !agent.answered && line.state == AttemptState::kConnecting &&
             !WantsNobody(line)) {
    Fire(line, AttemptEvent::kAgentFailed);
  } else if (agent.answered && line.state == AttemptState::kRingingAgent) {
    Fire(line, AttemptEvent::kAgentUp);
  }
}

void Stepper::CustomerLegNews(Line& line, const CustomerLegFacts& before) {
  const CustomerLegFacts& customer = line.facts.customer;
  if (!customer.exists || line.state == AttemptState::kEnded) return;
  if (line.command_leg == line.CustomerLeg()) line.command_leg = LegId();
  const bool happened = customer.placed != WallTime{};
  if (happened && before.placed == WallTime{}) Announce(NewsKind::kCallStarted, line);
  const bool answered = customer.answered != WallTime{};
  const bool live = customer.ended == WallTime{};  // Else its end tells all of it.
  if (live && customer.progressed != WallTime{} && before.progressed == WallTime{} && !answered) {
    Announce(NewsKind::kCallRinging, line);
  }
  if (customer.progressed != WallTime{} && line.state == AttemptState::kDialing && !answered) {
    Fire(line, AttemptEvent::kProgress);
  }
  if (answered && line.Unanswered()) {
    Announce(NewsKind::kCallAnswered, line);
    // Over in the same record: nobody is left to ask an agent for; nor for a machine.
    if (live && !WantsNobody(line)) Fire(line, AttemptEvent::kAnswered);
  }
  AmdNews(line, before);
  if (line.facts.bridged != WallTime{} && line.state == AttemptState::kConnecting) {
    if (live) Announce(NewsKind::kCallBridged, line);
    Fire(line, AttemptEvent::kBridged);
  }
  RelieveAgent(line);  // Before the end, which would book all of the talk on the agent.
  if (customer.ended != WallTime{} && line.state != AttemptState::kRingingAgent) {
    Fire(line, AttemptEvent::kEnd);
  }
}

// Before the answer a verdict changes nothing here: the edge ends the call, or it goes on.
void Stepper::AmdNews(Line& line, const CustomerLegFacts& before) {
  const CustomerLegFacts& customer = line.facts.customer;
  if (!customer.amd || customer.amd->decided == WallTime{}) return;
  const bool known = before.amd && before.amd->decided != WallTime{};
  if (!known) Announce(NewsKind::kCallAmd, line);
  if (customer.answered == WallTime{} || customer.ended != WallTime{}) return;
  const bool undecided = line.Unanswered() || line.state == AttemptState::kAwaitingAgent ||
                         line.state == AttemptState::kConnecting;
  if (WantsNobody(line) && undecided) Fire(line, AttemptEvent::kMachine);
  const bool handed = !known && customer.amd->action == AmdAction::kHandToAgent;
  // Where the demand began with this record it has its time already.
  if (handed && line.state == AttemptState::kAwaitingAgent && before.answered != WallTime{}) {
    Fire(line, AttemptEvent::kHandOver);
  }
}

void Stepper::On(const EdgeDown& event) { m_.edges.erase(event.edge); }

void Stepper::On(const EdgeUp& event) {
  m_.edges[event.edge] = event.boot;
  for (auto& [id, line] : m_.lines) {
    const bool at_edge = !line.Undialed() || line.state == AttemptState::kRingingAgent;
    if (!at_edge || line.state == AttemptState::kEnded || !line.command_leg.empty()) continue;
    if (line.edge != event.edge && !line.edge.empty()) continue;
    // The snapshot may be older than an order whose reply overtook it: what became of that follows.
    const bool older = std::exchange(line.taken_unwatched, false) && line.boot == event.boot;
    if (!event.known.contains(id) && !older) MissingAtEdge(line, event.boot);
  }
  for (const auto& [call, over] : event.known) {
    if (over || m_.lines.contains(call)) continue;
    // Left behind by an owner that died before the attempt had a row: nobody was dialled for it.
    Line stray;
    stray.id = call;
    stray.edge = event.edge;
    stray.boot = event.boot;
    out_.Urgent(HangUp{.line = stray, .leg = LegId()});
    Repaired(RepairKind::kStrayEnded, stray, "no_attempt");
  }
}

void Stepper::HangUpStray(const CallFacts& facts) {
  Line stray;
  stray.id = facts.attempt;
  stray.edge = facts.edge;
  stray.boot = facts.boot;
  out_.Urgent(HangUp{.line = stray, .leg = LegId()});
}

// Absent from the same boot: never placed. From another boot: the edge died under it.
void Stepper::MissingAtEdge(Line& line, const BootId& boot) {
  line.adopted = false;
  if (line.state == AttemptState::kRingingAgent) {
    line.facts.agent.end = OfferEnd::kWithdrawn;
    line.facts.agent.ended = true;
    Fire(line, AttemptEvent::kAgentFailed, line.boot == boot ? "absent_at_edge" : "edge_restart");
    return;
  }
  MissingCustomer(line, boot);
}

void Stepper::MissingCustomer(Line& line, const BootId& boot) {
  CustomerLegFacts& customer = line.facts.customer;
  const bool seen = customer.placed != WallTime{};
  customer.exists = true;
  customer.ended = now_.wall;
  customer.end = {.placed = seen || line.boot != boot,
                  .progressed = customer.progressed != WallTime{},
                  .answered = customer.answered != WallTime{},
                  .cause = EndCause::kEdgeRestart};
  line.facts.agent.ended = true;
  const RepairKind kind = customer.end.placed ? RepairKind::kInterrupted : RepairKind::kNeverPlaced;
  Repaired(kind, line, line.boot == boot ? "absent_at_edge" : "edge_restart");
  Fire(line, AttemptEvent::kEnd);
}

}  // namespace callfleet::dialer
