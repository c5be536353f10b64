// What gate, pool and edge say about the lines.
#include <algorithm>
#include <array>
#include <utility>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

using namespace std::chrono_literals;

void Stepper::On(const GateAnswered& event) {
  const auto found = m_.lines.find(event.attempt);
  const bool waits = found != m_.lines.end() && found->second.state == AttemptState::kGating;
  m_.store_away = !event.facts;
  // Without a store nothing can be written, without an edge nobody rung: not now.
  if (waits && (!event.facts || m_.edges.empty())) {
    Fire(found->second, AttemptEvent::kDrop);
    m_.trunk.RefusedUntil(now_.mono + 1s);
  }
  if (!event.facts) return;
  const bool reserved = !event.facts->suppressed && !event.facts->in_call &&
                        event.facts->placed_within < m_.settings.cap.calls;
  if (!waits || m_.edges.empty()) {
    if (reserved) out_.writes.push_back(ReleaseNumber{.attempt = event.attempt, .number = ""});
    return;
  }
  Line& line = found->second;
  line.number_reserved = reserved;
  line.gate = DecideGate(*event.facts, WindowOf(line.lead), m_.settings.cap, now_.wall);
  if (line.gate.allowed() && line.edge.empty()) {
    // Any edge serves: the agent's where it has one, else the first known.
    line.edge =
        line.agent && !line.agent->edge.empty() ? line.agent->edge : m_.edges.begin()->first;
  }
  if (const auto edge = m_.edges.find(line.edge); edge != m_.edges.end()) line.boot = edge->second;
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
  if (found->second.state == AttemptState::kDemanding) {
    Fire(found->second, AttemptEvent::kDemandClosed);
  }
}

void Stepper::On(const ReservationLost& event) {
  for (auto& [id, line] : m_.lines) {
    if (!line.agent || line.agent->reservation != event.reservation) continue;
    // A call that is dialled or talking goes on: its leg is proof enough for the registry.
    if (line.state != AttemptState::kGating && line.state != AttemptState::kRingingAgent) return;
    Fire(line, AttemptEvent::kReservationLost);
    return;
  }
}

void Stepper::On(const CallFacts& event) {
  const auto found = m_.lines.find(event.attempt);
  if (found == m_.lines.end()) {
    // Settled and committed before, or never of ours: the edge may forget it.
    if (event.call_over) out_.Durable(Acknowledge{.edge = event.edge, .call = event.attempt});
    return;
  }
  Line& line = found->second;
  line.adopted = false;
  if (event.boot == line.facts.boot && event.version <= line.facts.version) return;
  const CallFacts before = std::exchange(line.facts, event);
  line.edge = event.edge;
  line.boot = event.boot;
  AgentLegNews(line, before.agent);
  CustomerLegNews(line, before.customer);
  if (line.state != AttemptState::kEnded && event.call_over && line.command_leg.empty()) {
    Fire(line, line.state == AttemptState::kRingingAgent ? AttemptEvent::kAgentFailed
                                                         : AttemptEvent::kEnd);
  }
  if (line.state == AttemptState::kEnded && event.call_over) {
    out_.Durable(Acknowledge{.edge = event.edge, .call = event.attempt});
  }
}

void Stepper::AgentLegNews(Line& line, const AgentLegFacts& before) {
  const AgentLegFacts& agent = line.facts.agent;
  if (!line.agent) return;
  const bool ours = agent.leg == line.AgentLeg() ||
                    (!agent.reservation.empty() && agent.reservation == line.agent->reservation);
  if (!ours) return;
  const bool was_up = before.leg == agent.leg && before.answered;
  if (agent.answered && !was_up) {
    out_.Urgent(ReportOffer{line.agent->reservation, OfferEnd::kAnswered});
  }
  if (agent.ended && line.state == AttemptState::kRingingAgent) {
    Fire(line, AttemptEvent::kAgentFailed);
  } else if (agent.ended && !agent.answered && line.state == AttemptState::kConnecting) {
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
  if (customer.progressed != WallTime{} && line.state == AttemptState::kDialing && !answered) {
    Fire(line, AttemptEvent::kProgress);
  }
  if (answered && line.Unanswered()) {
    Announce(NewsKind::kCallAnswered, line);
    // Over in the same record: nobody is left to ask an agent for.
    if (customer.ended == WallTime{}) Fire(line, AttemptEvent::kAnswered);
  }
  if (line.facts.bridged != WallTime{} && line.state == AttemptState::kConnecting) {
    Fire(line, AttemptEvent::kBridged);
  }
  if (customer.ended != WallTime{} && line.state != AttemptState::kRingingAgent) {
    Fire(line, AttemptEvent::kEnd);
  }
}

void Stepper::On(const EdgeDown& event) { m_.edges.erase(event.edge); }

void Stepper::On(const EdgeUp& event) {
  m_.edges[event.edge] = event.boot;
  for (auto& [id, line] : m_.lines) {
    const bool at_edge = !line.Undialed() || line.state == AttemptState::kRingingAgent;
    if (!at_edge || line.state == AttemptState::kEnded || !line.command_leg.empty()) continue;
    if (line.edge != event.edge && !line.edge.empty()) continue;
    if (!event.known.contains(id)) MissingAtEdge(line, event.boot);
  }
  for (const auto& [call, over] : event.known) {
    if (over || m_.lines.contains(call)) continue;
    // Left behind by an owner that died before the attempt had a row: nobody was dialled for it.
    Line stray;
    stray.id = call;
    stray.edge = event.edge;
    stray.boot = event.boot;
    out_.Urgent(HangUp{.line = stray, .leg = LegId()});
  }
}

// Absent from the same boot: never placed. From another boot: the edge died under it.
void Stepper::MissingAtEdge(Line& line, const BootId& boot) {
  line.adopted = false;
  if (line.state == AttemptState::kRingingAgent) {
    line.facts.agent.end = OfferEnd::kWithdrawn;
    line.facts.agent.ended = true;
    Fire(line, AttemptEvent::kAgentFailed);
    return;
  }
  CustomerLegFacts& customer = line.facts.customer;
  const bool seen = customer.placed != WallTime{};
  customer.exists = true;
  customer.ended = now_.wall;
  customer.end = {.placed = seen || line.boot != boot,
                  .progressed = customer.progressed != WallTime{},
                  .answered = customer.answered != WallTime{},
                  .cause = EndCause::kEdgeRestart};
  line.facts.agent.ended = true;
  Fire(line, AttemptEvent::kEnd);
}

namespace {
bool IsTrunkRefusal(const std::string& reason) {
  constexpr std::array<std::string_view, 4> kReasons{"TRUNK_UNKNOWN", "TRUNK_DOWN", "TRUNK_LIMIT",
                                                     "BREAKER_OPEN"};
  return std::find(kReasons.begin(), kReasons.end(), reason) != kReasons.end();
}

// The phone cannot be reached, in contrast to an edge that has no room.
bool IsDeviceFault(const std::string& reason) { return reason == "NOT_REGISTERED"; }
}  // namespace

void Stepper::On(const CommandReply& event) {
  const auto found = m_.lines.find(event.attempt);
  if (found == m_.lines.end()) return;
  Line& line = found->second;
  if (event.verb == CommandVerb::kHangUp || event.leg != line.command_leg) return;
  line.command_leg = LegId();
  if (event.refused.empty()) return;
  // An edge without room, one that drains, a trunk at its limit: wait as told, at least a second.
  // Without that, the agent who was just given back would be asked for again at once.
  if (IsTrunkRefusal(event.refused) || event.retry_after) {
    m_.trunk.RefusedUntil(now_.mono + event.retry_after.value_or(1000ms));
  }
  if (event.verb == CommandVerb::kRing) {
    line.facts.agent.end =
        IsDeviceFault(event.refused) ? OfferEnd::kDeviceFault : OfferEnd::kWithdrawn;
    line.facts.agent.ended = true;
    if (line.state == AttemptState::kRingingAgent || line.state == AttemptState::kConnecting) {
      Fire(line, AttemptEvent::kAgentFailed);
    }
    return;
  }
  line.refused_as = IsTrunkRefusal(event.refused) ? Outcome::kTrunkFault : Outcome::kAgentFailed;
  if (line.state == AttemptState::kDialing) Fire(line, AttemptEvent::kRefused);
}

}  // namespace callfleet::dialer
