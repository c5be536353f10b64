#pragma once
// Times and lengths as messages have them, and as everybody else has: to the microsecond.
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"

namespace callfleet::grpc_server {

// The nanoseconds of a Timestamp count forwards, also before 1970.
inline google::protobuf::Timestamp ToPb(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  google::protobuf::Timestamp to;
  to.set_seconds(seconds.time_since_epoch().count());
  to.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds(time - seconds).count()));
  return to;
}
// Both parts of a Duration have its sign.
inline google::protobuf::Duration ToPb(std::chrono::microseconds length) {
  google::protobuf::Duration to;
  to.set_seconds(length.count() / 1'000'000);
  to.set_nanos(static_cast<std::int32_t>(length.count() % 1'000'000) * 1'000);
  return to;
}

// Whoever sends a message may put any number into it. What it may not hold becomes the nearest that
// it may, the years 1 to 9999 and 100 years: no sum of such overflows, not in nanoseconds either,
// as clocks and timers have them, and it can be told again.
inline WallTime TimeOf(const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kFirst = -62'135'596'800;
  constexpr std::int64_t kLast = 253'402'300'799;
  const std::chrono::seconds seconds(std::clamp<std::int64_t>(time.seconds(), kFirst, kLast));
  const auto nanos = std::clamp<std::int32_t>(time.nanos(), 0, 999'999'999);
  return WallTime(seconds + std::chrono::microseconds(nanos / 1'000));
}
inline std::chrono::microseconds LengthOf(const google::protobuf::Duration& length) {
  constexpr std::int64_t kMost = 3'155'760'000;
  const std::chrono::seconds seconds(std::clamp<std::int64_t>(length.seconds(), -kMost, kMost));
  const auto nanos = std::clamp<std::int32_t>(length.nanos(), -999'999'999, 999'999'999);
  return seconds + std::chrono::microseconds(nanos / 1'000);
}
inline std::chrono::milliseconds MillisOf(const google::protobuf::Duration& length) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(LengthOf(length));
}

// None where it is absent, or 0, which is no time of ours.
inline std::optional<WallTime> TimeIfSet(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return std::nullopt;
  return TimeOf(time);
}

}  // namespace callfleet::grpc_server
