#include "services/queue/adapters/tz_zones.h"

#include <date/tz.h>

#include <stdexcept>

namespace callfleet::queue {

std::optional<LocalTime> TzZones::LocalAt(const std::string& zone, WallTime at) const {
  if (zone.empty()) return std::nullopt;
  const date::time_zone* found = nullptr;
  try {
    found = date::locate_zone(zone);
  } catch (const std::runtime_error&) {
    return std::nullopt;  // An unknown zone throws in date::; here it is an answer.
  }
  const auto local = found->to_local(date::floor<std::chrono::minutes>(at));
  const auto day = date::floor<date::days>(local);
  const date::year_month_day ymd(day);
  // to_local never gives less than seconds, whatever it is asked with.
  const auto minutes = std::chrono::floor<std::chrono::minutes>(local - day);
  return LocalTime{.year = static_cast<int>(ymd.year()),
                   .month = static_cast<int>(static_cast<unsigned>(ymd.month())),
                   .day = static_cast<int>(static_cast<unsigned>(ymd.day())),
                   .weekday = static_cast<int>(date::weekday(day).iso_encoding()),
                   .minute = static_cast<int>(minutes.count())};
}

}  // namespace callfleet::queue
