#pragma once
// A talk of another unit is offered to the unit `routing`: with a number, to say where it leads; or
// to a queue that is not there. Whoever offers keeps the talk until somebody takes it.
#include <optional>

#include "common/clock/clock.h"
#include "services/queue/domain/arrivals.h"
#include "services/queue/domain/call_fact.h"
#include "services/queue/domain/directory.h"
#include "services/queue/domain/number_plan.h"

namespace callfleet::queue {

// Nothing: the offer is not for us to answer. A queue is offered it in our place.
std::optional<Act> AnswerOffer(const CallFact& fact, const NumberPlan& plan,
                               const Directory& directory, const ZoneRules& zones, WallTime now);

}  // namespace callfleet::queue
