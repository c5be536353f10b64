#pragma once
#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <optional>

#include "common/clock/clock.h"

namespace callfleet::supervisor {

// Absent (or 0, which no event of ours has) becomes none.
inline std::optional<WallTime> FromPb(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return std::nullopt;
  return WallTime(std::chrono::seconds(time.seconds()) +
                  std::chrono::microseconds(time.nanos() / 1000));
}

}  // namespace callfleet::supervisor
