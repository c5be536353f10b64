#include "services/dialer/adapters/tz_zones.h"

#include <date/tz.h>
#include <phonenumbers/phonenumberutil.h>

#include <fstream>
#include <list>
#include <sstream>

namespace callfleet::dialer {

namespace {
// An unknown zone throws in date::; here it is an answer.
const date::time_zone* Find(const std::string& zone) {
  if (zone.empty()) return nullptr;
  try {
    return date::locate_zone(zone);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}
}  // namespace

bool TzZones::Known(const std::string& zone) { return Find(zone) != nullptr; }

Result<TzZones> TzZones::Read(const std::string& zone_tab) {
  std::ifstream file(zone_tab);
  TzZones zones;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream fields(line);
    std::string region;
    std::string place;
    std::string zone;
    if (fields >> region >> place >> zone) zones.by_region_[region].push_back(zone);
  }
  if (zones.by_region_.empty()) {
    return Unavailable("TZDATA_MISSING", "No zones in " + zone_tab + "; install tzdata.");
  }
  // Numbers of no one country: every zone behind the calling code.
  const auto* numbers = i18n::phonenumbers::PhoneNumberUtil::GetInstance();
  for (int code = 1; code < 1000; ++code) {
    std::list<std::string> regions;
    numbers->GetRegionCodesForCountryCallingCode(code, &regions);
    auto& all = zones.by_region_["+" + std::to_string(code)];
    for (const auto& region : regions) {
      const auto found = zones.by_region_.find(region);
      if (found == zones.by_region_.end()) continue;
      all.insert(all.end(), found->second.begin(), found->second.end());
    }
  }
  return zones;
}

std::optional<LocalTime> TzZones::LocalAt(const std::string& zone, WallTime at) const {
  const auto* found = Find(zone);
  if (found == nullptr) return std::nullopt;
  const auto local = found->to_local(date::floor<std::chrono::minutes>(at));
  const auto day = date::floor<date::days>(local);
  const auto weekday = date::weekday(day).iso_encoding();
  // to_local never gives less than seconds, whatever it is asked with.
  const auto minutes = std::chrono::floor<std::chrono::minutes>(local - day);
  return LocalTime{.weekday = static_cast<int>(weekday) - 1,
                   .minute = static_cast<int>(minutes.count())};
}

std::vector<std::string> TzZones::ZonesOf(const std::string& region) const {
  const auto found = by_region_.find(region);
  return found == by_region_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace callfleet::dialer
