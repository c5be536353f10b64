#pragma once
// What an operator sets on a campaign.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/ids/ids.h"
#include "services/dialer/domain/amd.h"
#include "services/dialer/domain/calling_window.h"
#include "services/dialer/domain/gate.h"
#include "services/dialer/domain/lead.h"
#include "services/dialer/domain/retry_policy.h"

namespace callfleet::dialer {

// Numbers of both are kept in rows.
enum class PacingMode : std::uint8_t {
  kAgentFirst,  // The agent's leg is up before the number is dialled.
  kRatio,       // Lines per available agent; answered calls ask for an agent.
};

enum class Strategy : std::uint8_t {
  kLeastBusy,
  kLongestIdle,
  kRoundRobin,
  kFewestCalls,
  kLeastTalkTime,
  kRandom,
  kSequential,
  kSkillLevel
};

// Which calls are recorded; passed on to the edge, which does it. Numbers as in the proto.
enum class RecordingMode : std::uint8_t { kUnsaid = 0, kNone, kAll, kSampled, kOnDemand };
struct RecordingPolicy {
  RecordingMode mode = RecordingMode::kUnsaid;
  double sample_percent = 0;   // Above 0 to 100; kSampled only.
  std::string consent_prompt;  // At most 64 characters; empty: none.
  bool include_whisper = false;
  int keep_days = 0;  // 0: as the edge is configured.
  friend bool operator==(const RecordingPolicy&, const RecordingPolicy&) = default;
};

struct CampaignSettings {
  std::string name;         // Unique, 1 to 64 characters.
  std::string description;  // At most 1,000 characters.
  PoolId pool{"default"};
  TrunkId trunk;          // May be unknown until start.
  std::string caller_id;  // E.164; empty: the trunk's.
  Strategy strategy = Strategy::kLeastBusy;
  int max_concurrent = 10;  // Lines in use at once, 1 to 10,000.
  PacingMode pacing = PacingMode::kAgentFirst;
  double ratio = 1.0;  // Lines per available agent, 1.0 to 5.0; ratio mode only.
  CallingWindow window;
  std::string time_zone;             // For leads without one; empty: every zone of the country.
  std::string default_region{"US"};  // Of numbers without a country code, ISO 3166.
  RetryPolicy retry = RetryPolicy::Default();
  NumberCap cap;
  std::chrono::seconds ring_timeout{25};        // From the first 18x; 5 s to 180 s.
  std::chrono::seconds setup_timeout{20};       // From INVITE to 18x or 200; 1 s to 60 s.
  std::chrono::seconds agent_ring_timeout{20};  // 5 s to 180 s.
  std::optional<std::chrono::seconds> wrap_up;  // After a talk; absent: the agent's own.
  std::vector<SkillNeed> skills;                // Every lead needs them beside its own.
  std::string safe_message;                     // Prompt that names the seller; empty: the edge's.
  RecordingPolicy recording;
  AmdSettings amd;
};

}  // namespace callfleet::dialer
