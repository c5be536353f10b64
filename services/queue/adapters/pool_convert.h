#pragma once
// The session's messages between the domain's words and agent_registry's proto.
#include <optional>
#include <string>

#include "callfleet/agent_registry/v1/session.pb.h"
#include "services/queue/domain/pool_messages.h"

namespace callfleet::queue {

callfleet::agent_registry::v1::SessionRequest ToRequest(const PoolMessage& message,
                                                        const PoolId& pool,
                                                        const std::string& owner);
// nullopt: nothing for us (a message of a newer registry).
std::optional<PoolInput> ToInput(const callfleet::agent_registry::v1::SessionResponse& response);

}  // namespace callfleet::queue
