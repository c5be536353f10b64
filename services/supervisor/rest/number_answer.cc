#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/destination_json.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/number_json.h"

namespace callfleet::supervisor::rest {
namespace {

namespace queue_pb = callfleet::queue::v1;
constexpr auto kHoursRows = std::to_array<Row<queue_pb::OpenHours>>({
    {"days", kInteger.List(), "1 (Monday) to 7.",
     [](const queue_pb::OpenHours& m) {
       return Json(std::vector<unsigned>(m.days().begin(), m.days().end()));
     }},
    {"openMinute", kInteger, "Minute of the day at which it opens.",
     [](const queue_pb::OpenHours& m) { return Json(m.open_minute()); }},
    {"closeMinute", kInteger, "Minute at which it closes.",
     [](const queue_pb::OpenHours& m) { return Json(m.close_minute()); }},
});
const Table<queue_pb::OpenHours>& HoursTable() {
  static const Table<queue_pb::OpenHours> kTable("OpenHours", kHoursRows);
  return kTable;
}

constexpr auto kHolidayRows = std::to_array<Row<queue_pb::Holiday>>({
    {"date", kText, "2026-12-25, or 12-25 for each year.",
     [](const queue_pb::Holiday& m) { return Json(m.date()); }},
    {"name", kText, "For people.", [](const queue_pb::Holiday& m) { return Json(m.name()); }},
    {"openMinute", kInteger, "Minute of that day at which it opens.",
     [](const queue_pb::Holiday& m) { return Json(m.open_minute()); }},
    {"closeMinute", kInteger, "Minute at which it closes; both 0: closed all day.",
     [](const queue_pb::Holiday& m) { return Json(m.close_minute()); }},
});
const Table<queue_pb::Holiday>& HolidayTable() {
  static const Table<queue_pb::Holiday> kTable("Holiday", kHolidayRows);
  return kTable;
}

constexpr auto kScheduleRows = std::to_array<Row<queue_pb::Schedule>>({
    {"timeZone", kText, "IANA name.",
     [](const queue_pb::Schedule& m) { return Json(m.time_zone()); }},
    {"hours", kObject<HoursTable>.List(), "Open hours.",
     [](const queue_pb::Schedule& m) { return HoursTable().Each(m.hours()); }},
    {"holidays", kObject<HolidayTable>.List(), "Days with hours of their own.",
     [](const queue_pb::Schedule& m) { return HolidayTable().Each(m.holidays()); }},
    {"closed", kObject<DestinationTable>, "Where callers go while it is closed.",
     [](const queue_pb::Schedule& m) { return DestinationTable()(m.closed()); }},
});
const Table<queue_pb::Schedule>& ScheduleTable() {
  static const Table<queue_pb::Schedule> kTable("NumberSchedule", kScheduleRows);
  return kTable;
}

constexpr auto kRouteRows = std::to_array<Row<queue_pb::Route>>({
    {"id", kText, "The number.", [](const queue_pb::Route& m) { return Json(m.number()); }},
    {"number", kText, "Dialled number.", [](const queue_pb::Route& m) { return Json(m.number()); }},
    {"match", kEnum<queue_pb::RouteMatch_descriptor>, "Whole number or its beginning.",
     [](const queue_pb::Route& m) {
       return EnumWord(*queue_pb::RouteMatch_descriptor(), m.match());
     }},
    {"to", kObject<DestinationTable>, "Where it leads.",
     [](const queue_pb::Route& m) { return DestinationTable()(m.destination()); }},
    {"otherwise", kObject<DestinationTable>.OrNull(),
     "Where callers go whom the agent does not take; null: 486 or 480.",
     [](const queue_pb::Route& m) {
       return m.has_otherwise() ? DestinationTable()(m.otherwise()) : Json();
     }},
    {"priority", kInteger, "That its callers start with.",
     [](const queue_pb::Route& m) { return Json(m.priority()); }},
    {"customerType", kText.OrNull(), "Kind of customer that calls it.",
     [](const queue_pb::Route& m) { return TextOrNull(m.customer_type()); }},
    {"skills", kObject<RequiredSkillTable>.List(), "Skills that its callers need.",
     [](const queue_pb::Route& m) { return RequiredSkillTable().Each(m.skills()); }},
    {"schedule", kObject<ScheduleTable>.OrNull(), "Open hours; null: always open.",
     [](const queue_pb::Route& m) {
       return m.has_schedule() ? ScheduleTable()(m.schedule()) : Json();
     }},
    {"description", kText.OrNull(), "For people.",
     [](const queue_pb::Route& m) { return TextOrNull(m.description()); }},
    {"createdAt", kTime.OrNull(), "Created.",
     [](const queue_pb::Route& m) { return TimeJson(m.create_time()); }},
});

}  // namespace

const Table<queue_pb::Route>& NumberRouteTable() {
  static const Table<queue_pb::Route> kTable("NumberRoute", kRouteRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
