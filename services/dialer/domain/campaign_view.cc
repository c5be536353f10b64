#include "services/dialer/domain/campaign_view.h"

namespace callfleet::dialer {

namespace {

// Lines that only look for an agent or wait for the gate are no calls yet.
std::optional<std::string_view> PhaseOf(AttemptState state) {
  switch (state) {
    case AttemptState::kNew:
    case AttemptState::kDemanding:
    case AttemptState::kGating:
    case AttemptState::kEnded:
      return std::nullopt;
    case AttemptState::kRingingAgent:
      return "agent_ringing";
    case AttemptState::kDialing:
      return "dialing";
    case AttemptState::kRinging:
      return "ringing";
    case AttemptState::kAwaitingAgent:
    case AttemptState::kConnecting:
      return "answered";
    case AttemptState::kMachine:
      return "machine";
    case AttemptState::kConnected:
      return "connected";
  }
  return std::nullopt;
}

WallTime SinceOf(const Line& line) {
  switch (line.state) {
    case AttemptState::kMachine:
      return line.facts.customer.amd->decided;
    case AttemptState::kConnected:
      return line.facts.bridged;
    case AttemptState::kConnecting:
    case AttemptState::kAwaitingAgent:
      return line.facts.customer.answered;
    case AttemptState::kRinging:
      return line.facts.customer.progressed;
    case AttemptState::kDialing:
      return line.dialed;
    case AttemptState::kNew:
    case AttemptState::kDemanding:
    case AttemptState::kGating:
    case AttemptState::kRingingAgent:
    case AttemptState::kEnded:
      break;
  }
  return line.opened;
}

}  // namespace

CampaignView ViewOf(const CampaignModel& model) {
  CampaignView view{.id = model.id,
                    .state = model.state,
                    .waits = model.waits,
                    .counters = model.counters,
                    .audience = model.audience,
                    .calls = {},
                    .next_due = model.book.next_due};
  view.detail = Name(model.waits);
  if (model.waits == WaitReason::kSettings) view.detail += ": " + model.settings_fault;
  for (const auto& [id, line] : model.lines) {
    const CustomerLegFacts& customer = line.facts.customer;
    view.attempts_live += customer.placed != WallTime{} && customer.ended == WallTime{};
    const auto phase = PhaseOf(line.state);
    if (!phase) continue;
    view.calls.push_back({.attempt = id,
                          .lead = line.lead.id,
                          .lead_name = line.lead.name,
                          .number = line.lead.number,
                          .agent = line.agent ? line.agent->agent : AgentId(),
                          .agent_name = line.agent ? line.agent->agent_name : "",
                          .phase = *phase,
                          .since = SinceOf(line)});
  }
  return view;
}

}  // namespace callfleet::dialer
