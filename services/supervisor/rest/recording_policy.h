#pragma once
// Which calls of a campaign or a queue are recorded, between JSON and its message.
#include <array>
#include <string_view>

#include "callfleet/common/v1/recording.pb.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

inline constexpr std::array<std::string_view, 4> kRecordingModes{"none", "all", "sampled",
                                                                 "on_demand"};
inline constexpr std::array<FieldSpec, 5> kRecordingPolicy{{
    {.name = "mode", .about = "Which calls.", .required = true, .one_of = kRecordingModes},
    {.name = "samplePercent",
     .type = JsonType::kNumber,
     .about = "sampled: share of the calls.",
     .max = 100},
    {.name = "consentPrompt", .about = "Prompt that both hear first.", .max = 64},
    {.name = "includeWhisper",
     .type = JsonType::kBoolean,
     .about = "Records what a supervisor whispers; false unless given."},
    {.name = "keepDays",
     .type = JsonType::kInteger,
     .about = "Days until the file is deleted; the edge's own unless given.",
     .max = 3650},
}};

// All of it: what is not given is as if nothing had been said.
void SetRecordingPolicy(const Json& given, callfleet::common::v1::RecordingPolicy* policy);
const Table<callfleet::common::v1::RecordingPolicy>& RecordingPolicyTable();

}  // namespace callfleet::supervisor::rest
