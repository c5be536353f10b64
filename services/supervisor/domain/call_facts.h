#pragma once
// Facts about calls as the edges tell them: always the whole record, never a difference.
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"

namespace callfleet::supervisor {

// The numbers stand in history.
enum class LegRole { kCustomer = 0, kAgent = 1, kSupervisor = 2 };
enum class LegState { kSetup, kRinging, kAnswered, kEnding, kEnded };

// What is wrong with the audio of an answered leg. The numbers stand in history.
enum class OneWayAudio { kNone = 0, kNothingReceived = 1, kNothingHeard = 2 };

// What was measured on the RTP of one leg, from its begin to its end.
struct LegQuality {
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_lost = 0;                         // The far end sent them, none came.
  std::optional<std::chrono::microseconds> jitter{};      // None: nothing came.
  std::optional<std::chrono::microseconds> round_trip{};  // None: no RTCP report came.
  std::optional<std::chrono::microseconds> first_rtp{};   // After the answer; none: none came.
  std::optional<double> mos{};                            // 1.0 to 4.5; none: nothing came.
  friend bool operator==(const LegQuality&, const LegQuality&) = default;
};

struct LegFact {
  LegId id;
  LegRole role = LegRole::kCustomer;
  LegState state = LegState::kSetup;
  AgentId agent{};
  bool is_caller = false;  // It called and is served in this call.
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
  OneWayAudio one_way = OneWayAudio::kNone;
  std::optional<LegQuality> quality{};  // Final; none: nothing was measured, or not told yet.
};

// An agent's phone that calls is the customer of its call, not its agent.
inline LegRole PartOf(const LegFact& leg) {
  return leg.role == LegRole::kAgent && leg.is_caller ? LegRole::kCustomer : leg.role;
}

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
