#pragma once
// Numbers as people write them → E.164 (libphonenumber).
#include <string>

#include "common/result/result.h"

namespace callfleet::dialer {

struct PhoneNumber {
  std::string e164;    // "+14155550100".
  std::string region;  // "US", or "+1" where it is assigned to no one region.
};

// Possible numbers are taken, also unassigned ones; INVALID_ARGUMENT says why another is not.
// `default_region` is ISO 3166, for numbers without +. Thread safe, about 6 µs.
Result<PhoneNumber> NormalNumber(const std::string& text, const std::string& default_region);
bool IsRegion(const std::string& region);

}  // namespace callfleet::dialer
