#pragma once
// Facts about calls as the edges tell them: always the whole record, never a difference.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"

namespace callfleet::supervisor {

enum class LegRole { kCustomer, kAgent, kSupervisor };
enum class LegState { kSetup, kRinging, kAnswered, kEnding, kEnded };

struct LegFact {
  LegId id;
  LegRole role = LegRole::kCustomer;
  LegState state = LegState::kSetup;
  AgentId agent{};
  std::string remote{};
  std::string caller_id{};    // Presented on this leg.
  std::string codec{};        // "PCMU", "PCMA", "G722"; empty before any answer.
  std::string answered_by{};  // "person", "machine", …; empty: nobody asked, or not known.
  bool held = false;          // By either side.
  std::string supervises{};   // "listen", "whisper", "barge", "take_over"; of supervisors.
  std::optional<WallTime> created{};
  std::optional<WallTime> placed{};
  std::optional<WallTime> rang{};
  std::optional<WallTime> answered{};
  std::optional<WallTime> ended{};
  std::string end_reason{};
};

struct BridgeFact {
  BridgeId id;
  std::vector<LegId> legs{};
  WallTime start{};
  std::optional<WallTime> end{};
};

enum class CallDirection { kInbound, kOutbound };
enum class EdgeCallState { kArrived, kSetup, kWaiting, kBridged, kEnded };

struct CallFact {
  CallId id;
  std::uint64_t version = 0;  // Raised by every change at the edge.
  EdgeId edge{};
  CallDirection direction = CallDirection::kInbound;
  EdgeCallState state = EdgeCallState::kArrived;
  std::optional<Unit> controller{};
  std::optional<Unit> offered{};
  std::vector<LegFact> legs{};
  std::vector<BridgeFact> bridges{};
  std::string caller{};
  std::string called{};
  std::map<std::string, std::string> labels{};
  std::optional<WallTime> created{};
  std::optional<WallTime> answered{};
  std::optional<WallTime> ended{};
  std::string end_reason{};
  int sip_code = 0;
  int q850_cause = 0;
  std::vector<std::string> recordings{};  // Ids.
};

}  // namespace callfleet::supervisor
