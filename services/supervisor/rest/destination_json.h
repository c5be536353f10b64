#pragma once
// Where callers can be sent, as JSON: by a number, or by a rule of a queue.
#include <array>
#include <string>

#include "callfleet/queue/v1/queue.pb.h"
#include "common/result/result.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

inline constexpr std::array<FieldSpec, 5> kDial{{
    {.name = "trunkId", .about = "Trunk that dials it.", .required = true, .min = 1, .max = 64},
    {.name = "number",
     .about = "E.164 with +. None, in a route's to alone: what an agent's phone has dialled.",
     .min = 2,
     .max = 32},
    {.name = "callerId", .about = "Presented; the trunk's own unless given.", .max = 32},
    {.name = "callerIdQueueId",
     .about = "The callerId of this queue is presented. Not with callerId.",
     .max = 64},
    {.name = "callerIdCampaignId",
     .about = "The callerIdNumber of this campaign is presented; in a route's to alone.",
     .max = 64},
}};
inline constexpr std::array<FieldSpec, 2> kAnnouncement{{
    {.name = "prompt", .about = "Prompt that is played; a busy tone unless given.", .max = 64},
    {.name = "durationSeconds",
     .type = JsonType::kNumber,
     .about = "The call ends so long after the answer; 10 s unless given.",
     .min = 0.5,
     .max = 300},
}};
inline constexpr std::array<FieldSpec, 2> kRejection{{
    {.name = "sipCode",
     .type = JsonType::kInteger,
     .about = "Final response; 480 unless given.",
     .min = 400,
     .max = 699},
    {.name = "q850Cause",
     .type = JsonType::kInteger,
     .about = "Of its Reason; the one that fits unless given.",
     .max = 127},
}};
inline constexpr std::array<FieldSpec, 6> kDestination{{
    {.name = "queueId", .about = "A queue.", .min = 1, .max = 64},
    {.name = "agentId", .about = "An agent, past all routing rules.", .min = 1, .max = 64},
    {.name = "sipUri", .about = "A fixed SIP URI.", .min = 1, .max = 512},
    {.name = "dial", .type = JsonType::kObject, .about = "A number.", .fields = kDial},
    {.name = "announcement",
     .type = JsonType::kObject,
     .about = "A prompt, then the end of the call.",
     .fields = kAnnouncement},
    {.name = "rejection", .type = JsonType::kObject, .about = "A refusal.", .fields = kRejection},
}};

// Of a checked body. Fails where it is none or more than one of its kinds.
Status SetDestination(const Json& body, const std::string& field,
                      callfleet::queue::v1::Destination* to);
const Table<callfleet::queue::v1::Destination>& DestinationTable();

}  // namespace callfleet::supervisor::rest
