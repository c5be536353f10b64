#pragma once
// The session's messages between our words and agent_registry's proto.
#include <optional>
#include <string>

#include "callfleet/agent_registry/v1/session.pb.h"
#include "common/agent_pool/messages.h"

namespace callfleet::agent_pool {

callfleet::agent_registry::v1::SessionRequest ToRequest(const Message& message, const PoolId& pool,
                                                        const std::string& owner);
// nullopt: nothing for us (a message of a newer registry).
std::optional<Input> ToInput(const callfleet::agent_registry::v1::SessionResponse& response);

}  // namespace callfleet::agent_pool
