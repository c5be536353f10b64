#pragma once
// Driven: what numbers, regions and zones there are.
#include <string>

#include "common/result/result.h"

namespace callfleet::dialer {

class Dictionary {
 public:
  virtual ~Dictionary() = default;
  // E.164, or INVALID_ARGUMENT with why not. Thread safe.
  virtual Result<std::string> NormalNumber(const std::string& text,
                                           const std::string& default_region) const = 0;
  virtual bool KnownRegion(const std::string& region) const = 0;  // ISO 3166.
  virtual bool KnownZone(const std::string& zone) const = 0;      // IANA.
};

}  // namespace callfleet::dialer
