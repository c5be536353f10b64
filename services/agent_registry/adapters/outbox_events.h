#pragma once
#include <optional>

#include "common/pg/outbox.h"
#include "services/agent_registry/domain/writes.h"

namespace callfleet::agent_registry {

// The line that tells others of this write; nothing where it concerns nobody else.
std::optional<pg::OutboxEvent> ToOutboxEvent(const RegistryWrite& write, const PoolId& pool);

}  // namespace callfleet::agent_registry
