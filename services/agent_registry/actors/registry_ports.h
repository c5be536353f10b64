#pragma once
// All that the actors use of the world. Every member outlives them.
#include <functional>

#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "common/ids/id_source.h"
#include "common/logging/logger.h"
#include "services/agent_registry/actors/show_queue.h"
#include "services/agent_registry/ports/agent_feed.h"
#include "services/agent_registry/ports/edge_control.h"
#include "services/agent_registry/ports/journal.h"
#include "services/agent_registry/ports/owner_streams.h"
#include "services/agent_registry/ports/secrets.h"

namespace callfleet::agent_registry {

struct RegistryPorts {
  const Clock* clock = nullptr;
  Timers* timers = nullptr;
  Journal* journal = nullptr;
  EdgeControl* edges = nullptr;
  AgentFeed* feed = nullptr;
  OwnerStreams* owners = nullptr;
  Secrets* secrets = nullptr;
  IdSource* ids = nullptr;
  const logging::Logger* log = nullptr;
  ShowQueue* shows = nullptr;  // Set by Build.
  // A pool is lost (fenced, or its writes are): nothing more may be done in its name. Any thread.
  std::function<void(const Error&)> on_lost;
  // How long a match took; may be null. Any thread.
  std::function<void(const PoolId&, std::chrono::nanoseconds)> on_match;
};

}  // namespace callfleet::agent_registry
