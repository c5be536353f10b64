#pragma once
// Times and durations as they are read from, and put into, messages here.
#include "common/grpc_server/pb_time.h"

namespace callfleet::queue {

using grpc_server::MillisOf;
using grpc_server::TimeOf;

inline void SetUnlessZero(const google::protobuf::Duration& from, std::chrono::milliseconds* to) {
  if (const auto value = MillisOf(from); value != std::chrono::milliseconds(0)) *to = value;
}
inline void Set(std::chrono::microseconds value, google::protobuf::Duration* to) {
  *to = grpc_server::ToPb(value);
}
inline void Set(WallTime time, google::protobuf::Timestamp* to) { *to = grpc_server::ToPb(time); }

}  // namespace callfleet::queue
