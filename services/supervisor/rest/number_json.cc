#include "services/supervisor/rest/number_json.h"

#include <array>

#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/destination_json.h"
#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;

constexpr std::array<std::string_view, 2> kMatches{"exact", "prefix"};

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
