#pragma once
// What the call logic is made with, what comes to it from the loop, and what it counts.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/ids/ids.h"
#include "services/sip_edge/domain/acts.h"
#include "services/sip_edge/domain/call_record.h"
#include "services/sip_edge/domain/dial_rules.h"
#include "services/sip_edge/domain/media_security.h"

namespace callfleet::sip_edge {

struct SwitchConfig {
  BootId boot{};
  std::uint32_t max_calls = 20'000;
  std::uint32_t max_unacknowledged = 100'000;
  std::uint32_t max_legs_per_call = 32;   // That have not ended.
  std::uint32_t kept_legs_per_call = 64;  // Then the oldest that was tried in vain is forgotten.
  std::uint32_t max_supervisors_per_call = 6;
  std::uint32_t kept_requests = 65'536;  // Of acknowledged calls, newest: minutes at full load.
  std::chrono::milliseconds unclaimed_limit{2000};
  // So many unclaimed calls, the oldest for half of that limit: who comes now would be ended by it.
  std::uint32_t most_late_claims = 32;
  std::chrono::milliseconds offer_limit{2000};
  std::chrono::milliseconds cancel_limit{8000};         // For the final response after a CANCEL.
  std::chrono::milliseconds silent_cancel_limit{1000};  // The same where nothing was ever heard.
  std::chrono::milliseconds closing_limit{4000};  // For the answer to a BYE: three tries on UDP.
  std::chrono::milliseconds figures_limit{50};
  std::chrono::milliseconds farewell_limit{60'000};  // For a safe message.
  std::string safe_message{};                        // Prompts; empty: none.
  std::string hold_music{};
  bool can_record = false;  // There is a folder for recordings.
  std::uint32_t recording_keep_days = 90;
  bool ends_silent_legs = true;                   // Of whom no RTP and no RTCP came for the limit.
  std::chrono::milliseconds verdict_limit{5000};  // For the controller to decide on a REFER.
  DialRules dial{};
  int fallback_sip_code = 480;  // For arrived calls that nobody claims.
};

// An INVITE that the loop has let in.
struct Arrival {
  std::string caller{};
  std::string called{};
  TrunkId trunk{};
  AgentId agent{};                                     // From an agent's phone.
  MediaSecurity media_security = MediaSecurity::kOff;  // Of that phone's account.
  std::string sip_call_id{};
  int max_forwards = 70;
};

// Whom a phone's REFER names: somebody to dial, or a dialog of ours to be replaced.
struct ReferTo {
  std::string dialled{};
  bool replaces = false;
  LegHandle replaced = 0;  // 0 with `replaces`: no dialog of ours.
};

enum class DigitWay : std::uint8_t { kNone, kRtp, kInfo };

// A record that is new, with what changed since the last one taken.
struct RecordUpdate {
  std::shared_ptr<const CallRecord> record;
  std::vector<CallChange> changes{};
  bool forgotten = false;
};

struct SwitchCounts {
  std::uint32_t active_calls = 0;
  std::uint32_t active_bridges = 0;
  std::uint32_t unacknowledged = 0;
  std::uint64_t total_calls = 0;
  std::uint64_t nothing_received = 0;  // Legs that began to be one-way, by direction.
  std::uint64_t nothing_heard = 0;
  std::uint64_t refused_events = 0;  // (state, event) pairs that the leg table does not list.
};

}  // namespace callfleet::sip_edge
