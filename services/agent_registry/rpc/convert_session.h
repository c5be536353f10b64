#pragma once
// The session's messages, protobuf <-> the domain.
#include "callfleet/agent_registry/v1/session.pb.h"
#include "services/agent_registry/domain/owner_messages.h"

namespace callfleet::agent_registry {

// INVALID_ARGUMENT naming the field. `pool` decides which reservation ids are ours.
Result<OwnerMessage> FromProto(const v1::SessionRequest& request, const PoolId& pool);
// Nothing for EndStream, which is not a message.
std::optional<v1::SessionResponse> ToProto(const OwnerReply& reply, const PoolId& pool);

}  // namespace callfleet::agent_registry
