#pragma once
// Times and lengths as the services below tell them.
#include <google/protobuf/util/time_util.h>

#include <chrono>
#include <optional>

#include "common/clock/clock.h"

namespace callfleet::supervisor {

// Absent (or 0, which no event of ours has) becomes none.
inline std::optional<WallTime> FromPb(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return std::nullopt;
  return WallTime(
      std::chrono::microseconds(google::protobuf::util::TimeUtil::TimestampToMicroseconds(time)));
}

inline std::chrono::microseconds Length(const google::protobuf::Duration& time) {
  return std::chrono::microseconds(google::protobuf::util::TimeUtil::DurationToMicroseconds(time));
}

}  // namespace callfleet::supervisor
