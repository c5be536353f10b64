#pragma once
// Owner of the unit `routing`: the queues' directory, the number plan and the calls that belong to
// nobody. Mailbox -> domain step -> effects through ports; durable acts wait for the step's commit.
#include <caf/all.hpp>

#include <functional>
#include <memory>

#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "common/ids/id_source.h"
#include "common/logging/logger.h"
#include "services/queue/domain/arrivals.h"
#include "services/queue/domain/directory.h"
#include "services/queue/domain/number_plan.h"
#include "services/queue/ports/agent_desk.h"
#include "services/queue/ports/call_control.h"
#include "services/queue/ports/committer.h"
#include "services/queue/ports/queue_inbox.h"

namespace callfleet::queue {

// Opens and closes queues; see QueueHouse.
struct HouseDoors {
  // `opened`, if any: once the queue may be asked.
  std::function<void(const Queue&, std::function<void()> opened)> open;
  std::function<void(const QueueId&)> close;
  std::function<void(const QueueId&, std::function<void(Status)>)> retire;
};

struct RoutingPorts {
  UnitToken unit;  // `routing`, as taken.
  CallControl* calls;
  Committer* committer;
  QueueInbox* queues;
  AgentDesk* agents;
  HouseDoors doors;
  Timers* timers;
  const Clock* clock;
  const ZoneRules* zones;
  IdSource* ids;
  // The unit is lost or its writes are: nothing more may be done in its name. Once; any thread.
  std::function<void(const Error&)> on_lost;
};

struct RoutingState {
  static inline constexpr const char* name = "routing";
  Directory directory;
  NumberPlan plan;
  Arrivals arrivals;
  bool lost = false;
};

// The ports outlive the actor. `directory` and `plan` are what the store had when the unit was
// taken.
caf::behavior RoutingActor(caf::stateful_actor<RoutingState>* self, RoutingPorts ports,
                           Directory directory, NumberPlan plan, logging::Logger log);

}  // namespace callfleet::queue
