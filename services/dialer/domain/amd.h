#pragma once
// Answering-machine detection: what a campaign wants, and what the edge has told of a call. The
// edge listens and acts; here it is kept, checked and counted. Numbers as in the proto.
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/clock/clock.h"

namespace callfleet::dialer {

enum class AmdVerdict : std::uint8_t { kNone = 0, kPerson, kMachine, kBeep, kFax, kSit, kSilence };
enum class AmdAction : std::uint8_t { kUnsaid = 0, kConnect, kHangUp, kLeaveMessage, kHandToAgent };

// Nobody is there who could be abandoned. Silence may be a person who says nothing.
constexpr bool IsMachine(AmdVerdict verdict) {
  return verdict == AmdVerdict::kMachine || verdict == AmdVerdict::kBeep ||
         verdict == AmdVerdict::kFax || verdict == AmdVerdict::kSit;
}

// 0 and kUnsaid: as the edge has it.
struct AmdSettings {
  bool enabled = false;
  int max_after_rtp_ms = 0;
  int silence_ms = 0;
  int after_greeting_ms = 0;
  int longest_run_ms = 0;
  int word_gap_ms = 0;
  int max_words = 0;
  int min_level_dbm0 = 0;
  int over_floor_db = 0;
  int under_peak_db = 0;
  int message_silence_ms = 0;
  int message_wait_ms = 0;
  int agent_wait_ms = 0;
  AmdAction on_machine = AmdAction::kUnsaid;
  AmdAction on_fax = AmdAction::kUnsaid;
  AmdAction on_sit = AmdAction::kUnsaid;
  AmdAction on_silence = AmdAction::kUnsaid;
  std::string message;  // Prompt of kLeaveMessage, at most 64 characters.
  friend bool operator==(const AmdSettings&, const AmdSettings&) = default;

  std::chrono::milliseconds AgentWait() const {
    return std::chrono::milliseconds(agent_wait_ms == 0 ? 30'000 : agent_wait_ms);
  }
};

struct AmdNumber {
  std::string_view name;  // In the proto, and in rows.
  int AmdSettings::*value;
  int low;
  int high;
};
inline constexpr std::array kAmdNumbers{
    AmdNumber{"max_after_rtp", &AmdSettings::max_after_rtp_ms, 200, 1800},
    AmdNumber{"silence", &AmdSettings::silence_ms, 200, 1800},
    AmdNumber{"after_greeting", &AmdSettings::after_greeting_ms, 200, 1500},
    AmdNumber{"longest_run", &AmdSettings::longest_run_ms, 500, 1800},
    AmdNumber{"word_gap", &AmdSettings::word_gap_ms, 40, 300},
    AmdNumber{"max_words", &AmdSettings::max_words, 2, 20},
    AmdNumber{"min_level_dbm0", &AmdSettings::min_level_dbm0, -60, -20},
    AmdNumber{"over_floor_db", &AmdSettings::over_floor_db, 3, 30},
    AmdNumber{"under_peak_db", &AmdSettings::under_peak_db, 6, 40},
    AmdNumber{"message_silence", &AmdSettings::message_silence_ms, 500, 10'000},
    AmdNumber{"message_wait", &AmdSettings::message_wait_ms, 1'000, 120'000},
    AmdNumber{"agent_wait", &AmdSettings::agent_wait_ms, 1'000, 120'000}};

struct AmdChoice {
  std::string_view name;
  AmdAction AmdSettings::*value;
};
inline constexpr std::array kAmdChoices{
    AmdChoice{"on_machine", &AmdSettings::on_machine}, AmdChoice{"on_fax", &AmdSettings::on_fax},
    AmdChoice{"on_sit", &AmdSettings::on_sit}, AmdChoice{"on_silence", &AmdSettings::on_silence}};

// What became of it in one call.
struct AmdFacts {
  AmdVerdict verdict = AmdVerdict::kNone;
  int reason = 0;                         // As in the proto; only told on.
  AmdAction action = AmdAction::kUnsaid;  // What the edge does then.
  WallTime decided{};
  std::chrono::milliseconds after_answer{0};
  std::chrono::milliseconds after_first_rtp{0};
  WallTime message{};  // It began.
  bool message_left = false;

  // No agent is wanted for it.
  bool WantsNobody() const {
    return action == AmdAction::kHangUp || action == AmdAction::kLeaveMessage;
  }
};

}  // namespace callfleet::dialer
