#pragma once
// Answering-machine detection as owners ask for it and as it is told. Numbers as in the proto.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock/clock.h"
#include "common/result/result.h"
#include "services/sip_edge/domain/media/amd/amd_types.h"

namespace callfleet::sip_edge {

enum class AmdVerdict : std::uint8_t { kNone = 0, kPerson, kMachine, kBeep, kFax, kSit, kSilence };
enum class AmdReason : std::uint8_t {
  kNone = 0,
  kShortGreeting,
  kLongRun,
  kManyWords,
  kTone,
  kNoSound,
  kDeadline,
};
// What the edge does once it knows who answered.
enum class AmdAction : std::uint8_t { kNone = 0, kConnect, kHangUp, kLeaveMessage, kHandToAgent };

std::string_view Name(AmdVerdict verdict);  // As metrics and history spell it: "machine".

// Nobody is there who could be abandoned. Silence may be a person who says nothing.
constexpr bool IsMachine(AmdVerdict verdict) {
  return verdict == AmdVerdict::kMachine || verdict == AmdVerdict::kBeep ||
         verdict == AmdVerdict::kFax || verdict == AmdVerdict::kSit;
}

struct AmdSettings {
  media::amd::Thresholds thresholds{};
  AmdAction on_machine = AmdAction::kHangUp;  // And a beep.
  AmdAction on_fax = AmdAction::kHangUp;
  AmdAction on_sit = AmdAction::kHangUp;
  AmdAction on_silence = AmdAction::kConnect;
  std::string message{};                           // Prompt of kLeaveMessage.
  std::chrono::milliseconds message_wait{30'000};  // From the verdict; then it begins anyway.
  std::chrono::milliseconds agent_wait{30'000};    // Of kHandToAgent, from the verdict.
};
// Fields as below "amd."; an error names the one at fault.
Status Check(const AmdSettings& settings);
AmdAction ActionFor(const AmdSettings& settings, AmdVerdict verdict);

// The verdict, as media told it.
struct AmdFinding {
  AmdVerdict verdict = AmdVerdict::kPerson;
  AmdReason reason = AmdReason::kDeadline;
  std::chrono::milliseconds after_answer{0};     // Negative in early media.
  std::chrono::milliseconds after_first_rtp{0};  // 0: there was none.
};

// As the leg's record tells it.
struct AmdResult {
  AmdFinding finding{.verdict = AmdVerdict::kNone, .reason = AmdReason::kNone};
  std::optional<WallTime> decided{};
  AmdAction action = AmdAction::kNone;  // What was done then.
  std::optional<WallTime> message{};    // It began.
  bool message_left = false;            // It was heard to its end.
};

}  // namespace callfleet::sip_edge
