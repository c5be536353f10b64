#include "services/supervisor/rest/amd_json.h"

#include <google/protobuf/util/time_util.h>

#include <string>

#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {

using callfleet::common::v1::AmdAction;
using callfleet::common::v1::AmdResult;
using callfleet::common::v1::AmdSettings;

namespace {

namespace common_pb = callfleet::common::v1;

void SetMs(const Json& given, const char* name, google::protobuf::Duration* to) {
  *to = google::protobuf::util::TimeUtil::MillisecondsToDuration(Get<int>(given, name).value_or(0));
}

AmdAction ActionOf(const Json& given, const char* name) {
  AmdAction action = common_pb::AMD_ACTION_UNSPECIFIED;
  if (const auto word = Get<std::string>(given, name)) {
    common_pb::AmdAction_Parse(EnumName("AMD_ACTION_", *word), &action);
  }
  return action;
}

// null: as the edge has it.
Json Ms(const google::protobuf::Duration& time) {
  const auto ms = google::protobuf::util::TimeUtil::DurationToMilliseconds(time);
  return ms == 0 ? Json() : Json(ms);
}

Json Word(AmdAction action) { return EnumWord(*common_pb::AmdAction_descriptor(), action); }

}  // namespace

void SetAmdSettings(const Json& given, AmdSettings* settings) {
  settings->Clear();
  settings->set_enabled(Get<bool>(given, "enabled").value_or(false));
  SetMs(given, "maxAfterRtpMs", settings->mutable_max_after_rtp());
  SetMs(given, "silenceMs", settings->mutable_silence());
  SetMs(given, "afterGreetingMs", settings->mutable_after_greeting());
  SetMs(given, "longestRunMs", settings->mutable_longest_run());
  SetMs(given, "wordGapMs", settings->mutable_word_gap());
  SetMs(given, "messageSilenceMs", settings->mutable_message_silence());
  SetMs(given, "messageWaitMs", settings->mutable_message_wait());
  SetMs(given, "agentWaitMs", settings->mutable_agent_wait());
  settings->set_max_words(Get<unsigned>(given, "maxWords").value_or(0));
  settings->set_min_level_dbm0(Get<int>(given, "minLevelDbm0").value_or(0));
  settings->set_over_floor_db(Get<unsigned>(given, "overFloorDb").value_or(0));
  settings->set_under_peak_db(Get<unsigned>(given, "underPeakDb").value_or(0));
  settings->set_on_machine(ActionOf(given, "onMachine"));
  settings->set_on_fax(ActionOf(given, "onFax"));
  settings->set_on_sit(ActionOf(given, "onSit"));
  settings->set_on_silence(ActionOf(given, "onSilence"));
  settings->set_message(Get<std::string>(given, "message").value_or(""));
}

constexpr auto kAmdSettingsRows = std::to_array<Row<AmdSettings>>({
    {"enabled", kBoolean, "Who answers is found out.",
     [](const AmdSettings& m) { return Json(m.enabled()); }},
    {"maxAfterRtpMs", kInteger.OrNull(), "Latest verdict after the first RTP.",
     [](const AmdSettings& m) { return Ms(m.max_after_rtp()); }},
    {"silenceMs", kInteger.OrNull(), "No voice for so long: silence.",
     [](const AmdSettings& m) { return Ms(m.silence()); }},
    {"afterGreetingMs", kInteger.OrNull(), "The wait that makes a person.",
     [](const AmdSettings& m) { return Ms(m.after_greeting()); }},
    {"longestRunMs", kInteger.OrNull(), "Speech without a pause above this: a machine.",
     [](const AmdSettings& m) { return Ms(m.longest_run()); }},
    {"wordGapMs", kInteger.OrNull(), "A shorter pause does not end a word.",
     [](const AmdSettings& m) { return Ms(m.word_gap()); }},
    {"messageSilenceMs", kInteger.OrNull(), "Quiet after which a message begins without a beep.",
     [](const AmdSettings& m) { return Ms(m.message_silence()); }},
    {"messageWaitMs", kInteger.OrNull(), "The message begins at the latest then.",
     [](const AmdSettings& m) { return Ms(m.message_wait()); }},
    {"agentWaitMs", kInteger.OrNull(), "hand_to_agent: how long.",
     [](const AmdSettings& m) { return Ms(m.agent_wait()); }},
    {"maxWords", kInteger.OrNull(), "More words: a machine.",
     [](const AmdSettings& m) { return NotZero(m.max_words()); }},
    {"minLevelDbm0", kInteger.OrNull(), "Quieter is never voice.",
     [](const AmdSettings& m) { return NotZero(m.min_level_dbm0()); }},
    {"overFloorDb", kInteger.OrNull(), "Voice above the noise.",
     [](const AmdSettings& m) { return NotZero(m.over_floor_db()); }},
    {"underPeakDb", kInteger.OrNull(), "Voice below its peak.",
     [](const AmdSettings& m) { return NotZero(m.under_peak_db()); }},
    {"onMachine", kEnum<common_pb::AmdAction_descriptor>,
     "A machine, or a beep. null: as the edge has it.",
     [](const AmdSettings& m) { return Word(m.on_machine()); }},
    {"onFax", kEnum<common_pb::AmdAction_descriptor>, "A fax. null: as the edge has it.",
     [](const AmdSettings& m) { return Word(m.on_fax()); }},
    {"onSit", kEnum<common_pb::AmdAction_descriptor>,
     "The network's tones. null: as the edge has it.",
     [](const AmdSettings& m) { return Word(m.on_sit()); }},
    {"onSilence", kEnum<common_pb::AmdAction_descriptor>, "Silence. null: as the edge has it.",
     [](const AmdSettings& m) { return Word(m.on_silence()); }},
    {"message", kText.OrNull(), "Prompt that is left on machines.",
     [](const AmdSettings& m) { return TextOrNull(m.message()); }},
});

const Table<AmdSettings>& AmdSettingsTable() {
  static const Table<AmdSettings> kTable("AmdSettings", kAmdSettingsRows);
  return kTable;
}

constexpr auto kAmdResultRows = std::to_array<Row<AmdResult>>({
    {"verdict", kEnum<common_pb::AmdVerdict_descriptor>, "Who answered; null: not known.",
     [](const AmdResult& m) { return EnumWord(*common_pb::AmdVerdict_descriptor(), m.verdict()); }},
    {"reason", kEnum<common_pb::AmdReason_descriptor>, "What that rests on.",
     [](const AmdResult& m) { return EnumWord(*common_pb::AmdReason_descriptor(), m.reason()); }},
    {"action", kEnum<common_pb::AmdAction_descriptor>, "What was done then.",
     [](const AmdResult& m) { return Word(m.action()); }},
    {"decidedAt", kTime.OrNull(), "When it was known.",
     [](const AmdResult& m) { return TimeJson(m.decide_time()); }},
    {"afterAnswerSeconds", kNumber, "From the answer; below 0: before it.",
     [](const AmdResult& m) { return Seconds(m.after_answer()); }},
    {"afterFirstRtpSeconds", kNumber, "From the first RTP after the answer.",
     [](const AmdResult& m) { return Seconds(m.after_first_rtp()); }},
    {"messageAt", kTime.OrNull(), "The message began.",
     [](const AmdResult& m) { return TimeJson(m.message_time()); }},
    {"messageLeft", kBoolean, "It was heard to its end.",
     [](const AmdResult& m) { return Json(m.message_left()); }},
});

const Table<AmdResult>& AmdResultTable() {
  static const Table<AmdResult> kTable("AmdResult", kAmdResultRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
