#include "services/supervisor/domain/readiness.h"

#include <algorithm>

namespace callfleet::supervisor {

std::string ToString(const Source& source) {
  return std::string(Name(source.kind)) + "@" + source.address;
}

Status RequireInStep(const World& world, std::span<const SourceKind> kinds) {
  for (const auto& source : world.OutOfStep()) {
    if (std::ranges::find(kinds, source.kind) == kinds.end()) continue;
    Error error{.code = ErrorCode::kUnavailable,
                .reason = "VIEW_NOT_READY",
                .message = "What this shows is not in step with the services below now."};
    error.metadata["source"] = ToString(source);
    error.retry_after = std::chrono::seconds(1);
    return Fail(std::move(error));
  }
  return {};
}

}  // namespace callfleet::supervisor
