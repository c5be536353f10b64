// A call that an earlier owner of the campaign has left behind: who is in it is read off its
// record, for the row may be older.
#include <algorithm>

#include "services/dialer/domain/stepper.h"

namespace callfleet::dialer {

namespace {

AgentOffer OfferOf(const AgentLegFacts& leg) {
  return {.reservation = leg.reservation, .agent = leg.agent};
}

}  // namespace

void Stepper::AdoptParties(Line& line, CallFacts* before) {
  AdoptAgent(line);
  const TransferFacts& last = line.facts.transfer;
  const AgentLegFacts& target = line.facts.target;
  if (last.state == TransferFacts::State::kUnderWay && !target.leg.empty()) {
    line.transfer = LineTransfer{.id = last.id, .by_phone = last.by_phone, .leg = target.leg};
    if (!target.reservation.empty()) line.transfer->agent = OfferOf(target);
  }
  if (last.state == TransferFacts::State::kOver) before->transfer = last;
}

void Stepper::AdoptAgent(Line& line) {
  const CallFacts& facts = line.facts;
  const AgentLegFacts& leg = facts.agent;
  // Taken over by a supervisor, and its work completed: the row names it without a reservation.
  if (!line.agent && !line.relieved.agent.empty()) return;
  const bool completed = facts.transfer.completed && facts.passed == WallTime{};
  if (completed && leg.leg == facts.transfer.referrer) return EndSegment(line, now_.wall);
  const bool known = line.agent && line.agent->reservation == leg.reservation;
  const bool in_it = !leg.reservation.empty() && (leg.answered || !leg.ended);
  if (completed && known) line.segment = std::max(facts.bridged, leg.answered_at);
  if (known || !in_it) return;
  if (facts.bridged == WallTime{}) {
    GiveBackAgent(line);
  } else {
    EndSegment(line, leg.answered ? leg.answered_at : now_.wall);
  }
  line.segment = std::max(facts.bridged, leg.answered_at);
  line.agent = OfferOf(leg);
}

void Stepper::AdoptTransfer(Line& line, const CallFacts& before) {
  TransferNews(line, before);
  const TransferFacts& last = line.facts.transfer;
  if (last.state == TransferFacts::State::kOver && !last.completed) HangUpIfAlone(line);
}

}  // namespace callfleet::dialer
