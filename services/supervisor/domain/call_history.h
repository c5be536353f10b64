#pragma once
// One call over time: the newest record, and what only a sequence of records can tell (holds, who
// controlled it when). A doubled, late or merged record changes nothing that matters.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/supervisor/domain/call_facts.h"
#include "services/supervisor/domain/house_facts.h"

namespace callfleet::supervisor {

struct RoutingStep {
  WallTime time{};
  std::string who;   // "agent:<id>", "queue:<id>", "campaign:<id>", "routing:", "customer".
  std::string what;  // arrived, placed, ringing, answered, bridged, unbridged, offered, taken, …
  std::string why{};
};

struct CallHistory {
  CallFact fact;
  Source source;
  std::uint64_t generation = 0;  // Snapshot of its source that named it last.
  std::vector<RoutingStep> control_steps{};
  std::optional<WallTime> hold_start{};
  std::chrono::microseconds held{0};
  unsigned holds = 0;
  bool routing_counted = false;  // Its routing is in the figures.
};

inline constexpr std::size_t kMaxRoutingSteps = 200;

// Takes a newer record; false where it is not newer. `now` dates what records carry no time of.
bool Absorb(CallFact fact, WallTime now, CallHistory* history);

// The edge no longer knows a call that was not seen to end.
void EndUnseen(WallTime now, CallHistory* history);

// Oldest first, at most kMaxRoutingSteps, the oldest go.
std::vector<RoutingStep> RoutingSteps(const CallHistory& history);

// --- Readings of one record.
// A label, however its owner spells it: "lead_id" finds "Lead-Id" too. "" where there is none.
std::string Label(const CallFact& call, std::string_view name);
const LegFact* FindLeg(const CallFact& call, const LegId& leg);
const LegFact* CustomerLeg(const CallFact& call);  // nullptr: none.
// As the record says, else (calls that we place) as the customer's leg says.
const std::string& CallerOf(const CallFact& call);
const std::string& CalledOf(const CallFact& call);
const LegFact* CurrentAgentLeg(
    const CallFact& call);                           // Live, else the last bridged, else the last.
const BridgeFact* LastBridge(const CallFact& call);  // The open one, else the last.
// When a person began to wait for an agent; none where an agent was there first.
std::optional<WallTime> WaitStart(const CallFact& call);
std::optional<WallTime> FirstConnected(const CallFact& call);  // Agent and customer in one bridge.

}  // namespace callfleet::supervisor
