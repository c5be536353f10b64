#pragma once
// What is told to whoever sends a request id again with something else.
#include <string>

#include "common/result/result.h"

namespace callfleet {

// `field`: as the caller spells it.
inline tl::unexpected<Error> RequestReused(const std::string& field = "request_id") {
  return Fail({.code = ErrorCode::kFailedPrecondition,
               .reason = "IDEMPOTENCY_KEY_REUSED",
               .message = "The request id was used for something else.",
               .fields = {{field, "was used for something else"}}});
}

}  // namespace callfleet
