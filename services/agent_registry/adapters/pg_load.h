#pragma once
// Agents in PostgreSQL, schema `agent_registry`: what one start reads.
#include "common/pg/session.h"
#include "services/agent_registry/domain/writes.h"

namespace callfleet::agent_registry {

// Migrates, raises the pools' tokens and reads all that is theirs. Blocks, up to `limit`.
Result<std::vector<KeptPool>> TakePools(const pg::SessionOptions& options,
                                        const std::vector<std::string>& pools,
                                        std::chrono::milliseconds limit);

}  // namespace callfleet::agent_registry
