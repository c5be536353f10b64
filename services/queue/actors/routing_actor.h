#pragma once
// Owner of the unit `routing`: the queues' directory and the calls that belong to nobody.
// Mailbox -> domain step -> effects through ports; durable acts wait for the step's commit.
#include <caf/all.hpp>

#include <functional>
#include <memory>

#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "common/ids/id_source.h"
#include "common/logging/logger.h"
#include "services/queue/domain/arrivals.h"
#include "services/queue/domain/directory.h"
#include "services/queue/ports/call_control.h"
#include "services/queue/ports/committer.h"

namespace callfleet::queue {

struct RoutingPorts {
  CallControl* calls;
  Committer* committer;
  Timers* timers;
  const Clock* clock;
  IdSource* ids;
  // The unit is lost or its writes are: nothing more may be done in its name. Once; any thread.
  std::function<void(const Error&)> on_lost;
};

struct RoutingState {
  static inline constexpr const char* name = "routing";
  Directory directory;
  Arrivals arrivals;
  bool lost = false;
};

// The ports outlive the actor. `directory` is what the store had when the unit was taken.
caf::behavior RoutingActor(caf::stateful_actor<RoutingState>* self, RoutingPorts ports,
                           Directory directory, logging::Logger log);

}  // namespace callfleet::queue
