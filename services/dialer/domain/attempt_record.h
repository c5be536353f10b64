#pragma once
// An attempt as the call log tells of it.
#include <optional>
#include <string>

#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

struct AttemptRecord {
  AttemptId id;
  CampaignId campaign;
  LeadId lead;
  std::string number;
  AgentId agent;
  std::string agent_name;
  TrunkId trunk;
  ReservationId reservation{};  // As long as the call is known here, not in the call log.
  EdgeId edge{};                // The same.
  Outcome outcome = Outcome::kNone;
  bool counted = false;
  int sip_code = 0;
  int q850 = 0;
  std::string gate_decision;
  WallTime created{};
  std::optional<WallTime> placed, ringing, answered, bridged, ended;
  std::optional<AmdFacts> amd{};  // Nothing: nobody has asked.
};

// "allowed v1": reason and version of the rules.
std::string DecisionText(const GateDecision& gate);

// The attempt of a call's news as it stands; news without a call give an empty one.
AttemptRecord RecordOf(const News& news, const CampaignId& campaign, const TrunkId& trunk);

}  // namespace callfleet::dialer
