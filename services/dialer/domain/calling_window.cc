#include "services/dialer/domain/calling_window.h"

#include <algorithm>

namespace callfleet::dialer {

namespace {
constexpr int kDayMinutes = 24 * 60;

// Minutes until the window opens for a zone that is closed now. Clock changes in between shift it
// by an hour at most; the lead is asked again when it comes due.
int MinutesToOpen(const CallingWindow& window, LocalTime local) {
  for (int day = 0; day <= 7; ++day) {
    const auto weekday = static_cast<std::size_t>((local.weekday + day) % 7);
    if (!window.days[weekday]) continue;
    const int wait = day * kDayMinutes + window.from_minute - local.minute;
    if (wait > 0) return wait;
  }
  return 7 * kDayMinutes;
}
}  // namespace

WindowAnswer AskWindow(const CallingWindow& window, const std::vector<std::string>& zones,
                       const ZoneRules& rules, WallTime now) {
  WindowAnswer answer{.open = !zones.empty(), .zone_unknown = zones.empty()};
  int wait = 0;
  for (const auto& zone : zones) {
    const auto local = rules.LocalAt(zone, now);
    if (!local) return {.open = false, .zone_unknown = true};
    if (window.Contains(*local)) continue;
    answer.open = false;
    wait = std::max(wait, MinutesToOpen(window, *local));
  }
  answer.wait = std::chrono::minutes(wait);
  return answer;
}

}  // namespace callfleet::dialer
