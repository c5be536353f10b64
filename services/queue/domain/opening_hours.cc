#include "services/queue/domain/opening_hours.h"

#include <algorithm>
#include <cstdio>

namespace callfleet::queue {
namespace {

constexpr int kDay = 24 * 60;

bool SameDay(const Holiday& holiday, const LocalTime& at) {
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", at.year, at.month, at.day);
  return holiday.date == text || holiday.date == text + 5;
}

bool Within(const Span& span, int minute) {
  if (span.close > span.open) return minute >= span.open && minute < span.close;
  return minute >= span.open;  // The rest of it lies on the next day.
}

// The part after midnight of hours that opened the day before.
bool WithinAfterMidnight(const Span& span, int minute) {
  return span.close <= span.open && minute < span.close;
}

bool Has(const std::vector<int>& days, int day) {
  return std::find(days.begin(), days.end(), day) != days.end();
}

bool IsDate(const std::string& text) {
  int year = 2024;  // A leap year: 02-29 is a day of some years.
  int month = 0;
  int day = 0;
  int used = 0;
  const char* tail = text.c_str();
  if (text.size() == 10) {
    if (std::sscanf(tail, "%4d-%n", &year, &used) != 1 || used != 5) return false;
    tail += used;
  } else if (text.size() != 5) {
    return false;
  }
  if (std::sscanf(tail, "%2d-%2d%n", &month, &day, &used) != 2 || used != 5) return false;
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || day > kDays[month - 1]) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month != 2 || day < 29 || leap;
}

void CheckSpan(const Span& span, const std::string& at, std::vector<FieldViolation>* faults) {
  if (span.open < 0 || span.open >= kDay) faults->push_back({at + ".open_minute", "0 to 1439."});
  if (span.close < 0 || span.close > kDay) faults->push_back({at + ".close_minute", "0 to 1440."});
}

// What is in a list that is too long is not looked at.
void CheckHours(const std::vector<OpenHours>& hours, const std::string& field,
                std::vector<FieldViolation>* faults) {
  if (hours.size() > 50) return faults->push_back({field, "At most 50."});
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const auto at = field + "[" + std::to_string(i) + "]";
    const auto& days = hours[i].days;
    const bool good =
        !days.empty() && days.size() <= 7 &&
        std::all_of(days.begin(), days.end(), [](int day) { return day >= 1 && day <= 7; });
    if (!good) faults->push_back({at + ".days", "1 (Monday) to 7 (Sunday), one to seven of them."});
    CheckSpan(hours[i].span, at, faults);
  }
}

void CheckHolidays(const std::vector<Holiday>& holidays, const std::string& field,
                   std::vector<FieldViolation>* faults) {
  if (holidays.size() > 400) return faults->push_back({field, "At most 400."});
  for (std::size_t i = 0; i < holidays.size(); ++i) {
    const auto at = field + "[" + std::to_string(i) + "]";
    if (!IsDate(holidays[i].date)) {
      faults->push_back({at + ".date", "A day as 2026-12-25 or 12-25."});
    }
    if (holidays[i].name.size() > 64) faults->push_back({at + ".name", "At most 64 characters."});
    CheckSpan(holidays[i].span, at, faults);
  }
}

}  // namespace

Hours HoursAt(const Schedule& schedule, const ZoneRules& zones, WallTime at) {
  const auto local = zones.LocalAt(schedule.zone, at);
  if (!local) return Hours::kClosed;
  for (const auto& holiday : schedule.holidays) {
    if (!SameDay(holiday, *local)) continue;
    const bool all_day = holiday.span == Span{};
    return !all_day && Within(holiday.span, local->minute) ? Hours::kOpen : Hours::kHoliday;
  }
  const int yesterday = local->weekday == 1 ? 7 : local->weekday - 1;
  for (const auto& hours : schedule.hours) {
    if (Has(hours.days, local->weekday) && Within(hours.span, local->minute)) return Hours::kOpen;
    if (Has(hours.days, yesterday) && WithinAfterMidnight(hours.span, local->minute)) {
      return Hours::kOpen;
    }
  }
  return Hours::kClosed;
}

void Check(const Schedule& schedule, const ZoneRules& zones, const std::string& field,
           std::vector<FieldViolation>* faults) {
  if (!zones.LocalAt(schedule.zone, WallTime{})) {
    faults->push_back({field + ".time_zone", "A zone of the IANA database."});
  }
  CheckHours(schedule.hours, field + ".hours", faults);
  CheckHolidays(schedule.holidays, field + ".holidays", faults);
  Check(schedule.closed, field + ".closed", faults);
}

}  // namespace callfleet::queue
