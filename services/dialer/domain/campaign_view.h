#pragma once
// What others may see of a running campaign.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/dialer/domain/campaign_model.h"

namespace callfleet::dialer {

struct LiveCall {
  AttemptId attempt;
  LeadId lead;
  std::string lead_name;
  std::string number;
  AgentId agent;  // Empty until there is one.
  std::string agent_name;
  std::string_view phase;  // agent_ringing, dialing, ringing, answered, machine, connected.
  WallTime since{};
};

struct CampaignView {
  CampaignId id;
  CampaignState state = CampaignMachine::kInitial;
  WaitReason waits = WaitReason::kNone;
  Counters counters;
  Audience audience;
  std::vector<LiveCall> calls;  // By attempt id.
  std::optional<WallTime> next_due;
  std::int64_t attempts_live = 0;  // Placed and not over; not yet in the counters.
  std::string detail{};            // Why it waits, for a person.
};

CampaignView ViewOf(const CampaignModel& model);

}  // namespace callfleet::dialer
