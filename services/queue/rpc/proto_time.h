#pragma once
// Times and durations between the domain and protobuf's well-known types.
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "common/clock/clock.h"

namespace callfleet::queue {

// Saturates, so that no hostile duration wraps round into the allowed range.
inline std::chrono::milliseconds ToMs(const google::protobuf::Duration& duration) {
  constexpr std::int64_t kMostSeconds = 1'000'000'000;
  if (duration.seconds() > kMostSeconds) return std::chrono::milliseconds::max();
  if (duration.seconds() < -kMostSeconds) return std::chrono::milliseconds::min();
  return std::chrono::milliseconds(duration.seconds() * 1'000 + duration.nanos() / 1'000'000);
}
inline void SetUnlessZero(const google::protobuf::Duration& from, std::chrono::milliseconds* to) {
  if (const auto value = ToMs(from); value != std::chrono::milliseconds(0)) *to = value;
}
inline void Set(std::chrono::microseconds value, google::protobuf::Duration* to) {
  to->set_seconds(value.count() / 1'000'000);
  to->set_nanos(static_cast<std::int32_t>(value.count() % 1'000'000) * 1'000);
}
inline void Set(WallTime time, google::protobuf::Timestamp* to) {
  const auto micros = time.time_since_epoch().count();
  to->set_seconds(micros / 1'000'000);
  to->set_nanos(static_cast<std::int32_t>(micros % 1'000'000) * 1'000);
}
// Saturates at the years 1 and 9999, as a Timestamp's own limits are.
inline WallTime ToWall(const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kFirst = -62'135'596'800;
  constexpr std::int64_t kLast = 253'402'300'799;
  const auto seconds = std::clamp<std::int64_t>(time.seconds(), kFirst, kLast);
  const auto nanos = std::clamp<std::int32_t>(time.nanos(), 0, 999'999'999);
  return WallTime(std::chrono::seconds(seconds) + std::chrono::microseconds(nanos / 1'000));
}

}  // namespace callfleet::queue
