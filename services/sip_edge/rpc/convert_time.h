#pragma once
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>

#include "common/clock/clock.h"

namespace callfleet::sip_edge {

inline void Set(google::protobuf::Timestamp* out, WallTime time) {
  const auto us = time.time_since_epoch().count();
  auto seconds = us / 1'000'000;
  auto rest = us % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  out->set_seconds(seconds);
  out->set_nanos(static_cast<std::int32_t>(rest * 1000));
}

inline void Set(google::protobuf::Duration* out, std::chrono::microseconds us) {
  out->set_seconds(us.count() / 1'000'000);
  out->set_nanos(static_cast<std::int32_t>(us.count() % 1'000'000 * 1000));
}

inline WallTime TimeOf(const google::protobuf::Timestamp& time) {
  return WallTime(std::chrono::microseconds(time.seconds() * 1'000'000 + time.nanos() / 1000));
}

// Clamped: a client's huge seconds never overflow.
inline std::chrono::milliseconds MillisOf(const google::protobuf::Duration& duration) {
  constexpr std::int64_t kMost = 10'000'000;
  const std::int64_t seconds = std::max(-kMost, std::min(kMost, duration.seconds()));
  return std::chrono::milliseconds(seconds * 1000 + duration.nanos() / 1'000'000);
}

}  // namespace callfleet::sip_edge
