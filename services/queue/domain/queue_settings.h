#pragma once
// What an operator may set on a queue, with its limits.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/agent_pool/words.h"
#include "common/clock/clock.h"
#include "common/ids/ids.h"
#include "common/result/result.h"
#include "services/queue/domain/destination.h"

namespace callfleet::queue {

using agent_pool::Strategy;  // agent_registry does the choosing.
enum class QueueState : std::uint8_t { kOpen = 1, kClosed = 2 };
enum class Staffing : std::uint8_t { kNobody = 1, kMember = 2, kReady = 3 };

struct SkillRequirement {
  std::string name;             // 1 to 64 characters.
  std::uint32_t min_level = 1;  // 1 to 10.
  friend bool operator==(const SkillRequirement&, const SkillRequirement&) = default;
};
void Check(const std::vector<SkillRequirement>& skills, const std::string& field,
           std::vector<FieldViolation>* faults);

struct Relaxation {
  std::chrono::milliseconds after{0};  // Of waiting; 1 s to 24 h.
  std::string skill;
  std::uint32_t min_level = 0;  // 0: no longer needed.
  friend bool operator==(const Relaxation&, const Relaxation&) = default;
};

struct WaitingSound {
  std::string music;                                // Empty: ringback tone.
  std::chrono::milliseconds first_announcement{0};  // 0: as period.
  std::chrono::milliseconds period{0};              // 0: none.
  bool position = false;
  bool expected_wait = false;
  std::string prompt;
  std::string prefix;
  friend bool operator==(const WaitingSound&, const WaitingSound&) = default;
};

struct DigitExit {
  char digit = '1';
  std::optional<Destination> destination;  // None: a callback.
  friend bool operator==(const DigitExit&, const DigitExit&) = default;
};

struct CallbackPolicy {
  TrunkId trunk;
  int max_attempts = 3;
  std::chrono::milliseconds retry_after{300'000};
  std::chrono::milliseconds ring_timeout{25'000};
  std::chrono::milliseconds max_age{24 * 3'600'000LL};
  std::string confirmation;
  friend bool operator==(const CallbackPolicy&, const CallbackPolicy&) = default;
};

// Which calls are recorded; the edge does it. Numbered as in the proto.
enum class RecordingMode : std::uint8_t { kUnsaid = 0, kNone, kAll, kSampled, kOnDemand };
struct RecordingPolicy {
  RecordingMode mode = RecordingMode::kNone;
  double sample_percent = 0;   // Above 0 to 100; kSampled only.
  std::string consent_prompt;  // At most 64 characters; empty: none.
  bool include_whisper = false;
  std::uint32_t keep_days = 0;  // 0: as the edge is configured; at most 3,650.
  friend bool operator==(const RecordingPolicy&, const RecordingPolicy&) = default;
};

struct QueueSettings {
  std::string name;         // Unique, 1 to 64 characters.
  std::string description;  // At most 1,000 characters.
  std::string pool = "default";
  Strategy strategy = Strategy::kLeastBusy;
  std::vector<SkillRequirement> skills;                       // At most 64.
  std::uint32_t max_size = 1'000;                             // 1 to 10,000 waiting callers.
  std::chrono::milliseconds max_wait{0};                      // 0: no limit; at most 24 h.
  std::chrono::milliseconds ring_timeout{15'000};             // 5 s to 120 s.
  std::chrono::milliseconds service_level_threshold{20'000};  // 1 s to 1 h.
  std::optional<std::chrono::milliseconds> wrap_up;           // 0 to 1 h; absent: the agent's own.
  std::chrono::milliseconds priority_bonus{60'000};           // At most 1 h.
  std::string overflow_queue;                                 // Empty: the caller is released.
  std::vector<Relaxation> relaxations;                        // At most 16, in order of `after`.
  std::chrono::milliseconds sticky_patience{0};               // 0: never; at most 10 min.
  std::chrono::milliseconds sticky_window{7 * 86'400'000LL};  // At most 90 d.
  WaitingSound sound;
  std::vector<DigitExit> exits;  // At most 12, each digit once.
  std::optional<CallbackPolicy> callback;
  std::optional<RecordingPolicy> recording;  // None: nothing is said.
  std::optional<Destination> on_max_wait;
  std::optional<Destination> on_full;
  std::optional<Destination> on_no_agents;
  std::optional<Destination> on_closed;
  Staffing join_needs = Staffing::kNobody;
  Staffing stay_needs = Staffing::kNobody;
  std::chrono::milliseconds no_agents_grace{30'000};  // At most 1 h.
  std::chrono::milliseconds return_window{0};         // At most 1 h.
  std::chrono::milliseconds early_media{0};           // At most 60 s.
  std::chrono::milliseconds short_abandon{5'000};     // At most 60 s.
  std::string caller_id;                              // E.164, or empty: the trunk's own.
  friend bool operator==(const QueueSettings&, const QueueSettings&) = default;
};

struct Queue {
  QueueId id;
  QueueSettings settings;
  QueueState state = QueueState::kOpen;
  WallTime create_time{};
  friend bool operator==(const Queue&, const Queue&) = default;
};

// Calls to numbers that lead to an agent are this queue's: it has no members, and nobody waits in a
// place. Made with the first such number.
inline QueueId DirectQueue() { return QueueId("direct"); }
inline RequestId DirectRequest() { return RequestId("direct"); }  // That it is made with.

// INVALID_ARGUMENT naming every faulty field at once.
Status Check(const QueueSettings& settings);
// The same of what is not as it was `kept`: what an earlier release took, and this one would not,
// stands in the way of no other change.
Status CheckChange(const QueueSettings& kept, const QueueSettings& settings);
// The queues that rules, digits and the overflow lead to, each under its field's name.
std::vector<std::pair<std::string, QueueId>> QueuesNamed(const QueueSettings& settings);
// A rule gives an agent whom the queue does not let in: such a call is one of the queue `direct`.
bool TurnsAwayToAgent(const QueueSettings& settings);
// Some rule of the queue leads to another one: a queue that is named cannot go.
bool LeadsTo(const QueueSettings& settings, const QueueId& queue);

}  // namespace callfleet::queue
