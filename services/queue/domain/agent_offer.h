#pragma once
// An agent as granted to a ticket, and what the registry says about those who could serve.
#include "common/agent_pool/words.h"

namespace callfleet::queue {

using agent_pool::AgentOffer;
using agent_pool::Audience;
using agent_pool::LineMode;

}  // namespace callfleet::queue
