#pragma once
// Answering-machine detection between JSON and its messages: what a campaign wants, what an attempt
// met.
#include <array>
#include <string_view>

#include "callfleet/common/v1/amd.pb.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

inline constexpr std::array<std::string_view, 4> kMachineActions{"connect", "hang_up",
                                                                 "leave_message", "hand_to_agent"};
inline constexpr std::array<std::string_view, 3> kToneActions{"connect", "hang_up",
                                                              "hand_to_agent"};
// Who says nothing may be a person.
inline constexpr std::array<std::string_view, 1> kSilenceActions{"connect"};
inline constexpr std::array<FieldSpec, 18> kAmdSettings{{
    {.name = "enabled",
     .type = JsonType::kBoolean,
     .about = "Who answers is found out.",
     .required = true},
    {.name = "maxAfterRtpMs",
     .type = JsonType::kInteger,
     .about =
         "Latest verdict, from the first RTP after the answer; 1,500 unless given. Never later "
         "than 1,800 ms after the answer: then it is a person.",
     .min = 200,
     .max = 1800},
    {.name = "silenceMs",
     .type = JsonType::kInteger,
     .about = "No voice for so long: silence; 1,400 unless given.",
     .min = 200,
     .max = 1800},
    {.name = "afterGreetingMs",
     .type = JsonType::kInteger,
     .about = "The wait after a few words that makes a person; 520 unless given.",
     .min = 200,
     .max = 1500},
    {.name = "longestRunMs",
     .type = JsonType::kInteger,
     .about = "Speech without a pause above this: a machine; 1,120 unless given.",
     .min = 500,
     .max = 1800},
    {.name = "wordGapMs",
     .type = JsonType::kInteger,
     .about = "A shorter pause does not end a word; 110 unless given.",
     .min = 40,
     .max = 300},
    {.name = "maxWords",
     .type = JsonType::kInteger,
     .about = "More words: a machine; 6 unless given.",
     .min = 2,
     .max = 20},
    {.name = "minLevelDbm0",
     .type = JsonType::kInteger,
     .about = "Quieter is never voice; -42 unless given.",
     .min = -60,
     .max = -20},
    {.name = "overFloorDb",
     .type = JsonType::kInteger,
     .about = "Voice is so much above the noise; 8 unless given.",
     .min = 3,
     .max = 30},
    {.name = "underPeakDb",
     .type = JsonType::kInteger,
     .about = "And not further below the voice heard before; 20 unless given.",
     .min = 6,
     .max = 40},
    {.name = "onMachine",
     .about = "A machine, or a beep; hang_up unless given.",
     .one_of = kMachineActions},
    {.name = "onFax", .about = "A fax; hang_up unless given.", .one_of = kToneActions},
    {.name = "onSit",
     .about = "The network's tones; hang_up unless given.",
     .one_of = kToneActions},
    {.name = "onSilence", .about = "Silence, which may be a person's.", .one_of = kSilenceActions},
    {.name = "message", .about = "Prompt of leave_message, required with it.", .max = 64},
    {.name = "messageSilenceMs",
     .type = JsonType::kInteger,
     .about = "Quiet after the greeting: the message begins without a beep; 1,800 unless given.",
     .min = 500,
     .max = 10'000},
    {.name = "messageWaitMs",
     .type = JsonType::kInteger,
     .about = "The message begins at the latest so long after the verdict; 30,000 unless given.",
     .min = 1'000,
     .max = 120'000},
    {.name = "agentWaitMs",
     .type = JsonType::kInteger,
     .about = "hand_to_agent: from the verdict; 30,000 unless given.",
     .min = 1'000,
     .max = 120'000},
}};

// All of it: what is not given is as the edge has it.
void SetAmdSettings(const Json& given, callfleet::common::v1::AmdSettings* settings);
const Table<callfleet::common::v1::AmdSettings>& AmdSettingsTable();
const Table<callfleet::common::v1::AmdResult>& AmdResultTable();

}  // namespace callfleet::supervisor::rest
