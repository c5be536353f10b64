#pragma once
#include "services/dialer/adapters/phone_numbers.h"
#include "services/dialer/adapters/tz_zones.h"
#include "services/dialer/ports/dictionary.h"

namespace callfleet::dialer {

// libphonenumber and tzdata. Thread safe.
class SystemDictionary final : public Dictionary {
 public:
  Result<std::string> NormalNumber(const std::string& text,
                                   const std::string& default_region) const override {
    auto number = dialer::NormalNumber(text, default_region);
    if (!number) return Fail(number.error());
    return number->e164;
  }
  bool KnownRegion(const std::string& region) const override { return IsRegion(region); }
  bool KnownZone(const std::string& zone) const override { return TzZones::Known(zone); }
};

}  // namespace callfleet::dialer
