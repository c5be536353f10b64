#pragma once
#include <optional>
#include <string>

#include "common/clock/clock.h"

namespace callfleet::supervisor::rest {

// RFC 3339: "2026-11-21T09:00:00Z", "2026-11-21T09:00:00.25+02:00". nullopt where it is no such
// time.
std::optional<WallTime> ParseTime(const std::string& text);

}  // namespace callfleet::supervisor::rest
