#pragma once
// When people may be called: local hours of every zone in which the person may be. Pure; what the
// clock on the wall shows in a zone comes from ZoneRules.
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/clock/clock.h"

namespace callfleet::dialer {

struct LocalTime {
  int weekday = 0;  // 0 Monday to 6 Sunday.
  int minute = 0;   // Of the day, 0 to 1439.
};

// Deterministic in its arguments: tzdata behind an adapter, a table in tests.
class ZoneRules {
 public:
  virtual ~ZoneRules() = default;
  // nullopt: no such zone.
  virtual std::optional<LocalTime> LocalAt(const std::string& zone, WallTime at) const = 0;
  // Every zone of "US", or of all regions behind "+1"; empty: none is known.
  virtual std::vector<std::string> ZonesOf(const std::string& region) const = 0;
};

struct CallingWindow {
  int from_minute = 9 * 60;  // Inclusive, local; 0 to 1439.
  int to_minute = 20 * 60;   // Exclusive; 1 to 1440, above from_minute.
  std::array<bool, 7> days{true, true, true, true, true, true, true};

  bool Contains(LocalTime local) const {
    return days[static_cast<std::size_t>(local.weekday)] && local.minute >= from_minute &&
           local.minute < to_minute;
  }
};

struct WindowAnswer {
  bool open = false;
  bool zone_unknown = false;
  std::chrono::minutes wait{0};  // While closed: until it may next be open in each zone, <= 7 days.
};

// Open only if open in every zone; no zone at all is never open.
WindowAnswer AskWindow(const CallingWindow& window, const std::vector<std::string>& zones,
                       const ZoneRules& rules, WallTime now);

}  // namespace callfleet::dialer
