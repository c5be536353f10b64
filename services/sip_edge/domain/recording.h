#pragma once
// One recording of a call: what is known about it, and which calls are recorded.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/clock/clock.h"
#include "common/ids/ids.h"

namespace callfleet::sip_edge {

// Numbers as in the proto.
enum class RecordingMode : std::uint8_t { kUnsaid = 0, kNone, kAll, kSampled, kOnDemand };
enum class RecordingState : std::uint8_t {
  kConsent = 1,
  kRecording,
  kPaused,
  kClosing,
  kDone,
  kFailed
};
enum class RecordAction : std::uint8_t { kStart = 1, kStop, kPause, kResume };
enum class RecordingSide : std::uint8_t { kLeft, kRight };  // The customer left, agents right.

using RecordingNumber = std::uint32_t;  // Of this boot; 0: none.

struct RecordingPolicy {
  RecordingMode mode = RecordingMode::kUnsaid;
  double sample_percent = 0;
  std::string consent_prompt{};
  bool include_whisper = false;
  std::uint32_t keep_days = 0;  // 0: as configured.
};

struct RecordingInfo {
  RecordingNumber number = 0;
  std::string id{};
  CallId call{};
  RecordingState state = RecordingState::kRecording;
  std::string file_name{};
  std::vector<std::string> left{};
  std::vector<std::string> right{};
  AgentId agent{};
  std::optional<Unit> unit{};
  WallTime start{};
  std::optional<WallTime> end{};
  std::chrono::milliseconds duration{0};
  std::uint64_t size_bytes = 0;
  std::string sha256{};  // Empty: not closed.
  std::string reason{};  // Of kFailed.
  std::uint32_t pauses = 0;
  std::chrono::milliseconds paused{0};  // All pauses that are over.
  std::optional<WallTime> paused_since{};
  RecordingPolicy policy{};  // What it follows.
  bool by_command = false;   // Else by the policy, at the bridge.
  WallTime delete_at{};
  bool told = false;  // Its event is committed.
};

// No pause goes on after this.
inline void EndPause(RecordingInfo& info, WallTime now) {
  if (!info.paused_since) return;
  info.paused += std::chrono::duration_cast<std::chrono::milliseconds>(now - *info.paused_since);
  info.paused_since.reset();
}

// What became of a file.
struct RecordingResult {
  RecordingNumber number = 0;
  std::chrono::milliseconds duration{0};
  std::uint64_t size_bytes = 0;
  std::string sha256{};
  std::string reason{};  // Empty: all is there.
};

// The lot of a call in [0, 100): the same on every edge and at every try (FNV-1a over its id).
constexpr double LotOf(std::string_view call) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : call) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  // FNV's low bits of short names are near to each other; the fold spreads them.
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33;
  return static_cast<double>(hash % 10'000) / 100.0;
}

constexpr bool RecordsFromTheBridge(const RecordingPolicy& policy, std::string_view call) {
  if (policy.mode == RecordingMode::kAll) return true;
  return policy.mode == RecordingMode::kSampled && LotOf(call) < policy.sample_percent;
}

}  // namespace callfleet::sip_edge
