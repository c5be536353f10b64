#pragma once
// S4, S5, S9: a call and a bridge as a supervisor sees them. Pure readings of a history at `now`.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "services/supervisor/domain/call_history.h"
#include "services/supervisor/domain/leg_view.h"

namespace callfleet::supervisor {

enum class CallViewState { kArrived, kSetup, kWaiting, kConnected, kHeld, kEnded };
const char* Name(CallViewState state);  // "arrived", …
const char* Name(CallDirection direction);

struct CallView {
  CallId id;
  std::uint64_t version = 0;
  EdgeId edge{};
  std::string caller{};
  std::string called{};
  CallDirection direction = CallDirection::kInbound;
  CallViewState state = CallViewState::kArrived;
  AgentId agent{};
  std::string agent_name{};  // Filled in by World.
  QueueId queue{};
  CampaignId campaign{};
  std::string lead{};
  std::string dispatch{};
  BridgeId bridge{};
  int priority = 0;
  std::string customer_type{};
  std::vector<SkillLevel> required_skills{};
  std::optional<WallTime> created{};
  std::optional<WallTime> queued{};     // A person began to wait for an agent.
  std::optional<WallTime> answered{};   // The outside party was connected.
  std::optional<WallTime> connected{};  // Agent and customer first heard each other.
  std::optional<WallTime> ended{};
  std::chrono::microseconds duration{0};
  std::chrono::microseconds wait{0};
  std::chrono::microseconds talk{0};  // Bridged, holds taken out.
  std::chrono::microseconds hold{0};
  unsigned transfers = 0;  // Agents after the first who were connected.
  unsigned holds = 0;
  std::vector<RoutingStep> steps{};
  std::vector<LegView> legs{};  // ViewLegs.
  std::string end_reason{};
  int sip_code = 0;
  int q850_cause = 0;
  std::vector<std::string> recordings{};  // Ids.
};

struct ParticipantView {
  LegId leg;
  LegRole role = LegRole::kCustomer;  // PartOf.
  std::string mode{};                 // talk, hold, listen.
  AgentId agent{};
  std::string remote{};
};

struct BridgeView {
  BridgeId id;
  CallId call{};
  EdgeId edge{};
  std::vector<ParticipantView> participants{};
  WallTime since{};
  std::chrono::microseconds duration{0};
};

CallView ViewCall(const CallHistory& history, WallTime now);
// The open bridge, if there is one.
std::optional<BridgeView> ViewBridge(const CallHistory& history, WallTime now);
// Skills of a label "sales:3,german": levels default to 1.
std::vector<SkillLevel> ParseSkills(const std::string& text);

}  // namespace callfleet::supervisor
