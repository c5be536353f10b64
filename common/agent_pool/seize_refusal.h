#pragma once
// Why the registry did not give an agent who was asked for, in words for whoever named it.
#include <string>
#include <utility>

#include "common/agent_pool/words.h"
#include "common/result/result.h"

namespace callfleet::agent_pool {

// `reason` as in Seized; `field` is where the agent was named, and is told where another would do.
inline Error SeizeRefusal(const std::string& reason, std::string message, std::string field) {
  Error error{.code = reason == "AGENT_NOT_FOUND" ? ErrorCode::kNotFound
                      : reason == kRegistryAway   ? ErrorCode::kUnavailable
                                                  : ErrorCode::kFailedPrecondition,
              .reason = reason,
              .message = std::move(message)};
  if (reason == "NOT_AT_EDGE") {
    error.fields = {{std::move(field), "an agent whose phone the edge of the call can ring"}};
  }
  return error;
}

// Where the request that steers a call names the target's agent.
inline std::string TargetField(bool consult) {
  return std::string("action.") + (consult ? "consult" : "transfer") + ".target.agent_id";
}

}  // namespace callfleet::agent_pool
