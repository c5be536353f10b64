#pragma once
// Times and lengths between the domain and messages. What the services below tell is read by
// adapters/pb_time.h.
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <chrono>

#include "common/clock/clock.h"

namespace callfleet::supervisor {

inline google::protobuf::Timestamp ToPb(WallTime time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(time.time_since_epoch().count());
}
inline google::protobuf::Duration ToPb(std::chrono::milliseconds time) {
  return google::protobuf::util::TimeUtil::MillisecondsToDuration(time.count());
}

// A client may send any number. What the message may not hold becomes the nearest that it may, the
// years 1 to 9999 and 10,000 years: no sum of such overflows, and ToPb, which dies of others, can
// tell it again.
inline WallTime TimeOf(google::protobuf::Timestamp time) {
  using google::protobuf::util::TimeUtil;
  time.set_seconds(std::clamp(time.seconds(), std::int64_t{TimeUtil::kTimestampMinSeconds},
                              std::int64_t{TimeUtil::kTimestampMaxSeconds}));
  time.set_nanos(std::clamp(time.nanos(), 0, 999'999'999));
  return WallTime(std::chrono::microseconds(TimeUtil::TimestampToMicroseconds(time)));
}
inline std::chrono::microseconds LengthOf(google::protobuf::Duration time) {
  using google::protobuf::util::TimeUtil;
  time.set_seconds(std::clamp(time.seconds(), std::int64_t{TimeUtil::kDurationMinSeconds},
                              std::int64_t{TimeUtil::kDurationMaxSeconds}));
  time.set_nanos(std::clamp(time.nanos(), -999'999'999, 999'999'999));
  return std::chrono::microseconds(TimeUtil::DurationToMicroseconds(time));
}

}  // namespace callfleet::supervisor
