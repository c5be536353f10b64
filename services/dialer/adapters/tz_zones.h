#pragma once
// What clocks show, from the system's tzdata (in a fixed installation deterministic), and which
// zones a country has.
#include <map>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/dialer/domain/calling_window.h"

namespace callfleet::dialer {

// Immutable after Read, so thread safe.
class TzZones final : public ZoneRules {
 public:
  // `zone_tab`: tzdata's zone.tab. UNAVAILABLE TZDATA_MISSING.
  static Result<TzZones> Read(const std::string& zone_tab = "/usr/share/zoneinfo/zone.tab");

  std::optional<LocalTime> LocalAt(const std::string& zone, WallTime at) const override;
  std::vector<std::string> ZonesOf(const std::string& region) const override;
  static bool Known(const std::string& zone);

 private:
  std::map<std::string, std::vector<std::string>> by_region_;  // "US", and "+1".
};

}  // namespace callfleet::dialer
