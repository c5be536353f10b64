#pragma once
// What clocks show, from the system's tzdata (in a fixed installation deterministic).
#include "services/queue/domain/opening_hours.h"

namespace callfleet::queue {

// Stateless, so thread safe.
class TzZones final : public ZoneRules {
 public:
  std::optional<LocalTime> LocalAt(const std::string& zone, WallTime at) const override;
};

}  // namespace callfleet::queue
