#include "services/dialer/rpc/amd_convert.h"

#include "services/dialer/ports/amd_message.h"
#include "services/dialer/rpc/convert.h"

namespace callfleet::dialer {

namespace {

namespace common_pb = callfleet::common::v1;

// A client's huge seconds are out of range, not overflowing.
int MillisOf(const google::protobuf::Duration& duration) {
  constexpr std::int64_t kMost = 1'000'000;
  const auto seconds = std::clamp<std::int64_t>(duration.seconds(), -kMost, kMost);
  return static_cast<int>(seconds * 1000 + duration.nanos() / 1'000'000);
}

int Few(std::uint32_t value) { return static_cast<int>(std::min(value, 1'000'000U)); }

AmdSettings Read(const common_pb::AmdSettings& from) {
  const auto action = [](common_pb::AmdAction value) { return static_cast<AmdAction>(value); };
  return {.enabled = from.enabled(),
          .max_after_rtp_ms = MillisOf(from.max_after_rtp()),
          .silence_ms = MillisOf(from.silence()),
          .after_greeting_ms = MillisOf(from.after_greeting()),
          .longest_run_ms = MillisOf(from.longest_run()),
          .word_gap_ms = MillisOf(from.word_gap()),
          .max_words = Few(from.max_words()),
          .min_level_dbm0 = from.min_level_dbm0(),
          .over_floor_db = Few(from.over_floor_db()),
          .under_peak_db = Few(from.under_peak_db()),
          .message_silence_ms = MillisOf(from.message_silence()),
          .message_wait_ms = MillisOf(from.message_wait()),
          .agent_wait_ms = MillisOf(from.agent_wait()),
          .on_machine = action(from.on_machine()),
          .on_fax = action(from.on_fax()),
          .on_sit = action(from.on_sit()),
          .on_silence = action(from.on_silence()),
          .message = from.message()};
}

}  // namespace

AmdSettings FromProto(const common_pb::AmdSettings& from,
                      const std::function<void(std::string field, std::string what)>& fault) {
  AmdSettings settings = Read(from);
  for (const AmdNumber& number : kAmdNumbers) {
    const int value = settings.*number.value;
    if (value == 0 || (value >= number.low && value <= number.high)) continue;
    fault(std::string(number.name),
          std::to_string(number.low) + " to " + std::to_string(number.high) + ", or 0");
  }
  for (const AmdChoice& choice : kAmdChoices) {
    const AmdAction action = settings.*choice.value;
    if (!common_pb::AmdAction_IsValid(static_cast<int>(action))) {
      fault(std::string(choice.name), "is unknown");
    } else if (choice.value == &AmdSettings::on_silence && action != AmdAction::kUnsaid &&
               action != AmdAction::kConnect) {
      // 47 CFR 64.1200(a)(7): who is no machine has an agent within 2 s, or the safe message.
      fault(std::string(choice.name), "CONNECT alone: who says nothing may be a person");
    } else if (action == AmdAction::kLeaveMessage && choice.value != &AmdSettings::on_machine) {
      fault(std::string(choice.name), "a message is left on a machine alone");
    }
  }
  const bool leaves = settings.on_machine == AmdAction::kLeaveMessage;
  if (settings.message.size() > 64 || (leaves && settings.message.empty())) {
    fault("message", "a prompt of at most 64 characters, required with LEAVE_MESSAGE");
  }
  return settings;
}

void ToProto(const AmdSettings& from, common_pb::AmdSettings* to) {
  WriteAmd(from, to, [](auto* duration, auto value) { SetDuration(duration, value); });
}

void ToProto(const AmdFacts& from, common_pb::AmdResult* to) {
  to->set_verdict(static_cast<common_pb::AmdVerdict>(from.verdict));
  to->set_reason(static_cast<common_pb::AmdReason>(from.reason));
  to->set_action(static_cast<common_pb::AmdAction>(from.action));
  if (from.decided != WallTime{}) {
    SetTime(to->mutable_decide_time(), from.decided);
    SetDuration(to->mutable_after_answer(), from.after_answer);
    SetDuration(to->mutable_after_first_rtp(), from.after_first_rtp);
  }
  if (from.message != WallTime{}) SetTime(to->mutable_message_time(), from.message);
  to->set_message_left(from.message_left);
}

}  // namespace callfleet::dialer
