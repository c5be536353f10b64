#include "services/supervisor/rest/recording_policy.h"

#include <string>

#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {

using callfleet::common::v1::RecordingPolicy;

void SetRecordingPolicy(const Json& given, RecordingPolicy* policy) {
  policy->Clear();
  callfleet::common::v1::RecordingMode mode{};
  callfleet::common::v1::RecordingMode_Parse(
      EnumName("RECORDING_MODE_", Get<std::string>(given, "mode").value_or("none")), &mode);
  policy->set_mode(mode);
  policy->set_sample_percent(Get<double>(given, "samplePercent").value_or(0));
  policy->set_consent_prompt(Get<std::string>(given, "consentPrompt").value_or(""));
  policy->set_include_whisper(Get<bool>(given, "includeWhisper").value_or(false));
  policy->set_keep_days(Get<std::uint32_t>(given, "keepDays").value_or(0));
}

constexpr auto kRecordingPolicyRows = std::to_array<Row<RecordingPolicy>>({
    {"mode", kEnum<callfleet::common::v1::RecordingMode_descriptor>, "What is recorded.",
     [](const RecordingPolicy& m) {
       return EnumWord(*callfleet::common::v1::RecordingMode_descriptor(), m.mode());
     }},
    {"samplePercent", kNumber, "So many of a hundred calls, where a sample is recorded.",
     [](const RecordingPolicy& m) { return Json(m.sample_percent()); }},
    {"consentPrompt", kText, "Played first; empty: none.",
     [](const RecordingPolicy& m) { return Json(m.consent_prompt()); }},
    {"includeWhisper", kBoolean, "Whispers are recorded too.",
     [](const RecordingPolicy& m) { return Json(m.include_whisper()); }},
    {"keepDays", kInteger, "Deleted after so many days.",
     [](const RecordingPolicy& m) { return Json(m.keep_days()); }},
});

const Table<RecordingPolicy>& RecordingPolicyTable() {
  static const Table<RecordingPolicy> kTable("RecordingPolicy", kRecordingPolicyRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
