#pragma once
// How long a watcher lets news gather before the next sending, as its request says.
#include <chrono>

#include "common/result/result.h"

namespace callfleet::grpc_server {

// `asked`: a google.protobuf.Duration. Faults: INVALID_ARGUMENT for `gather`, outside 0 to 1 s.
template <class Duration>
Result<std::chrono::milliseconds> GatherOf(const Duration& asked) {
  const bool far = asked.seconds() < 0 || asked.seconds() > 1 || asked.nanos() < 0;
  if (far || (asked.seconds() == 1 && asked.nanos() > 0)) {
    return InvalidField("gather", "from 0 to 1 s");
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::seconds(asked.seconds()) + std::chrono::nanoseconds(asked.nanos()));
}

}  // namespace callfleet::grpc_server
