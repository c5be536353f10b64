#pragma once
#include "callfleet/agent_registry/v1/agent.pb.h"
#include "services/supervisor/domain/house_facts.h"

namespace callfleet::supervisor {

AgentFact ToFact(const callfleet::agent_registry::v1::Agent& agent);

}  // namespace callfleet::supervisor
