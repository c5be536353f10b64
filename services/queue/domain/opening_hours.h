#pragma once
// When a number is served: hours of the week and holidays, as the clock of its zone shows them.
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "services/queue/domain/destination.h"

namespace callfleet::queue {

struct LocalTime {
  int year = 0;
  int month = 1;    // 1 to 12.
  int day = 1;      // 1 to 31.
  int weekday = 1;  // 1 Monday to 7 Sunday (ISO 8601).
  int minute = 0;   // Of the day.
};

// What the clocks of a zone show. Thread safe; never blocks.
class ZoneRules {
 public:
  virtual ~ZoneRules() = default;
  // nullopt: no such zone.
  virtual std::optional<LocalTime> LocalAt(const std::string& zone, WallTime at) const = 0;
};

// Minutes of the day; a close not after the open is on the next day.
struct Span {
  int open = 0;
  int close = 0;
  friend bool operator==(const Span&, const Span&) = default;
};
struct OpenHours {
  std::vector<int> days;  // 1 to 7.
  Span span;
  friend bool operator==(const OpenHours&, const OpenHours&) = default;
};
struct Holiday {
  std::string date;  // "2026-12-25", or "12-25" for each year.
  std::string name;
  Span span;  // Both 0: closed all day.
  friend bool operator==(const Holiday&, const Holiday&) = default;
};
struct Schedule {
  std::string zone;
  std::vector<OpenHours> hours;
  std::vector<Holiday> holidays;
  Destination closed;
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

enum class Hours { kOpen, kClosed, kHoliday };

// An unknown zone is closed: nobody is woken by a typing error.
Hours HoursAt(const Schedule& schedule, const ZoneRules& zones, WallTime at);
void Check(const Schedule& schedule, const ZoneRules& zones, const std::string& field,
           std::vector<FieldViolation>* faults);

}  // namespace callfleet::queue
