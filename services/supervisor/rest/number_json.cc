#include "services/supervisor/rest/number_json.h"

#include <array>

#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;

constexpr std::array<std::string_view, 2> kMatches{"exact", "prefix"};
constexpr std::array<std::string_view, 6> kKinds{"queueId", "agentId",      "sipUri",
                                                 "dial",    "announcement", "rejection"};

constexpr std::array<FieldSpec, 4> kDial{{
    {.name = "trunkId", .about = "Trunk that dials it.", .required = true, .min = 1, .max = 64},
    {.name = "number",
     .about = "E.164 with +. None, in a route's to alone: what an agent's phone has dialled.",
     .min = 2,
     .max = 32},
    {.name = "callerId", .about = "Presented; the trunk's own unless given.", .max = 32},
    {.name = "callerIdQueueId",
     .about = "The callerId of this queue is presented. Not with callerId.",
     .max = 64},
}};
constexpr std::array<FieldSpec, 2> kAnnouncement{{
    {.name = "prompt", .about = "Prompt that is played; a busy tone unless given.", .max = 64},
    {.name = "durationSeconds",
     .type = JsonType::kNumber,
     .about = "The call ends so long after the answer; 10 s unless given.",
     .min = 0.5,
     .max = 300},
}};
constexpr std::array<FieldSpec, 2> kRejection{{
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
constexpr std::array<FieldSpec, 6> kDestination{{
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
constexpr FieldSpec kOpens{.name = "openMinute",
                           .type = JsonType::kInteger,
                           .about = "Minute of the day at which it opens; 0 unless given.",
                           .max = 1439};
constexpr FieldSpec kCloses{.name = "closeMinute",
                            .type = JsonType::kInteger,
                            .about = "Minute at which it closes; not after openMinute: next day.",
                            .max = 1440};
constexpr std::array<FieldSpec, 3> kHours{{
    {.name = "days",
     .type = JsonType::kIntegerList,
     .about = "1 (Monday) to 7.",
     .required = true,
     .min = 1,
     .max = 7},
    kOpens,
    kCloses,
}};
constexpr std::array<FieldSpec, 4> kHoliday{{
    {.name = "date",
     .about = "2026-12-25, or 12-25 for each year.",
     .required = true,
     .min = 5,
     .max = 10},
    {.name = "name", .about = "For people.", .max = 64},
    kOpens,
    kCloses,
}};
constexpr std::array<FieldSpec, 4> kSchedule{{
    {.name = "timeZone", .about = "IANA name.", .required = true, .min = 1, .max = 64},
    {.name = "hours",
     .type = JsonType::kObjectList,
     .about = "Open hours; a moment outside of all is closed.",
     .max = 50,
     .fields = kHours},
    {.name = "holidays",
     .type = JsonType::kObjectList,
     .about = "Days with hours of their own; closed where both minutes are 0.",
     .max = 400,
     .fields = kHoliday},
    {.name = "closed",
     .type = JsonType::kObject,
     .about = "Where callers go while it is closed.",
     .required = true,
     .fields = kDestination},
}};
constexpr std::array<FieldSpec, 9> kRoute{{
    {.name = "number",
     .about = "Dialled number in E.164, or an extension.",
     .required = true,
     .min = 1,
     .max = 32},
    {.name = "match", .about = "exact unless given.", .one_of = kMatches},
    {.name = "to",
     .type = JsonType::kObject,
     .about = "Where it leads: exactly one of these.",
     .required = true,
     .fields = kDestination},
    {.name = "otherwise",
     .type = JsonType::kObject,
     .about =
         "Where callers go whom the agent does not take; 486 or 480 unless given. Only where the "
         "number leads to an agent, and no agent itself.",
     .fields = kDestination},
    {.name = "priority",
     .type = JsonType::kInteger,
     .about = "That its callers start with; 0 unless given.",
     .min = -100,
     .max = 100},
    {.name = "customerType", .about = "Kind of customer that calls it.", .max = 64},
    {.name = "skills",
     .type = JsonType::kObjectList,
     .about = "Skills that its callers need beside the queue's.",
     .max = 64,
     .fields = kRequiredSkill},
    {.name = "schedule",
     .type = JsonType::kObject,
     .about = "Open hours; always open unless given.",
     .fields = kSchedule},
    {.name = "description", .about = "For people.", .max = 1000},
}};

Status SetDestination(const Json& body, const std::string& field, queue_pb::Destination* to) {
  const auto given =
      std::ranges::count_if(kKinds, [&](auto kind) { return body.contains(std::string(kind)); });
  if (given != 1) {
    return InvalidField(field,
                        "must have exactly one of queueId, agentId, sipUri, dial, "
                        "announcement, rejection");
  }
  if (auto v = Get<std::string>(body, "queueId")) to->set_queue_id(*v);
  if (auto v = Get<std::string>(body, "agentId")) to->set_agent_id(*v);
  if (auto v = Get<std::string>(body, "sipUri")) to->set_sip_uri(*v);
  if (const auto found = body.find("dial"); found != body.end()) {
    auto* number = to->mutable_number();
    number->set_trunk_id((*found)["trunkId"].get<std::string>());
    number->set_number(Get<std::string>(*found, "number").value_or(""));
    number->set_caller_id(Get<std::string>(*found, "callerId").value_or(""));
    number->set_caller_id_queue_id(Get<std::string>(*found, "callerIdQueueId").value_or(""));
  }
  if (const auto found = body.find("announcement"); found != body.end()) {
    auto* announcement = to->mutable_announcement();
    announcement->set_prompt(Get<std::string>(*found, "prompt").value_or(""));
    if (auto v = Get<double>(*found, "durationSeconds")) {
      SetSeconds(*v, announcement->mutable_duration());
    }
  }
  if (const auto found = body.find("rejection"); found != body.end()) {
    to->mutable_rejection()->set_sip_code(Get<unsigned>(*found, "sipCode").value_or(0));
    to->mutable_rejection()->set_q850_cause(Get<unsigned>(*found, "q850Cause").value_or(0));
  }
  return {};
}

Status SetSchedule(const Json& body, queue_pb::Schedule* schedule) {
  schedule->set_time_zone(body["timeZone"].get<std::string>());
  for (const auto& item : body.value("hours", Json::array())) {
    auto* hours = schedule->add_hours();
    for (const auto& day : item["days"]) hours->add_days(day.get<unsigned>());
    hours->set_open_minute(Get<unsigned>(item, "openMinute").value_or(0));
    hours->set_close_minute(Get<unsigned>(item, "closeMinute").value_or(0));
  }
  for (const auto& item : body.value("holidays", Json::array())) {
    auto* holiday = schedule->add_holidays();
    holiday->set_date(item["date"].get<std::string>());
    holiday->set_name(Get<std::string>(item, "name").value_or(""));
    holiday->set_open_minute(Get<unsigned>(item, "openMinute").value_or(0));
    holiday->set_close_minute(Get<unsigned>(item, "closeMinute").value_or(0));
  }
  return SetDestination(body["closed"], "schedule.closed", schedule->mutable_closed());
}

}  // namespace

Fields NumberRouteFields() { return kRoute; }

Result<queue_pb::Route> ToNumberRoute(const Json& body) {
  queue_pb::Route route;
  route.set_number(body["number"].get<std::string>());
  route.set_match(Get<std::string>(body, "match") == "prefix" ? queue_pb::ROUTE_MATCH_PREFIX
                                                              : queue_pb::ROUTE_MATCH_EXACT);
  if (auto set = SetDestination(body["to"], "to", route.mutable_destination()); !set) {
    return Fail(std::move(set.error()));
  }
  if (const auto found = body.find("otherwise"); found != body.end()) {
    if (auto set = SetDestination(*found, "otherwise", route.mutable_otherwise()); !set) {
      return Fail(std::move(set.error()));
    }
  }
  route.set_priority(Get<int>(body, "priority").value_or(0));
  route.set_customer_type(Get<std::string>(body, "customerType").value_or(""));
  route.set_description(Get<std::string>(body, "description").value_or(""));
  for (const auto& item : body.value("skills", Json::array())) {
    auto* skill = route.add_skills();
    skill->set_name(item["name"].get<std::string>());
    skill->set_min_level(Get<unsigned>(item, "minLevel").value_or(1));
  }
  if (!body.contains("schedule")) return route;
  if (auto set = SetSchedule(body["schedule"], route.mutable_schedule()); !set) {
    return Fail(std::move(set.error()));
  }
  return route;
}

}  // namespace callfleet::supervisor::rest
