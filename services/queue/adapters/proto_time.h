#pragma once
// Times and durations between the domain and protobuf's well-known types.
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>

#include "common/clock/clock.h"

namespace callfleet::queue {

inline void SetTime(google::protobuf::Timestamp* to, WallTime time) {
  const auto micros = time.time_since_epoch().count();
  to->set_seconds(micros / 1'000'000);
  to->set_nanos(static_cast<int>(micros % 1'000'000) * 1000);
}

inline WallTime FromProto(const google::protobuf::Timestamp& time) {
  return WallTime(std::chrono::microseconds(time.seconds() * 1'000'000 + time.nanos() / 1000));
}

inline void SetDuration(google::protobuf::Duration* to, std::chrono::microseconds duration) {
  to->set_seconds(duration.count() / 1'000'000);
  to->set_nanos(static_cast<int>(duration.count() % 1'000'000) * 1000);
}

inline std::chrono::milliseconds FromProto(const google::protobuf::Duration& duration) {
  return std::chrono::milliseconds(duration.seconds() * 1000 + duration.nanos() / 1'000'000);
}

}  // namespace callfleet::queue
