#include "services/dialer/domain/attempt_record.h"

namespace callfleet::dialer {

namespace {
std::optional<WallTime> Given(WallTime time) {
  return time == WallTime{} ? std::nullopt : std::optional(time);
}
}  // namespace

std::string DecisionText(const GateDecision& gate) {
  return std::string(Name(gate.reason)) + " v" + std::to_string(kGateVersion);
}

AttemptRecord RecordOf(const News& news, const CampaignId& campaign, const TrunkId& trunk) {
  AttemptRecord record;
  record.campaign = campaign;
  record.trunk = trunk;
  if (!news.line) return record;
  const Line& line = *news.line;
  const CustomerLegFacts& customer = line.facts.customer;
  record.id = line.id;
  record.lead = line.lead.id;
  record.number = line.lead.number;
  const AgentOffer agent = line.NamedAgent();
  record.agent = agent.agent;
  record.agent_name = agent.agent_name;
  record.reservation = agent.reservation;
  record.edge = line.edge;
  record.outcome = news.outcome;
  record.counted = CountsAsAttempt(news.outcome, customer.end.placed);
  record.sip_code = customer.end.sip_code;
  record.q850 = customer.end.q850;
  record.gate_decision = DecisionText(line.gate);
  record.created = line.dialed;
  record.placed = Given(customer.placed);
  record.ringing = Given(customer.progressed);
  record.answered = Given(customer.answered);
  record.bridged = Given(line.facts.bridged);
  record.ended = Given(customer.ended);
  record.amd = customer.amd;
  return record;
}

}  // namespace callfleet::dialer
