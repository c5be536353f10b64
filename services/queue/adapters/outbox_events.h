#pragma once
#include "common/pg/outbox.h"
#include "services/queue/domain/writes.h"

namespace callfleet::queue {

// The event that tells other services of a write, in the stream of `unit`.
pg::OutboxEvent ToOutboxEvent(const Write& write, const Unit& unit);

}  // namespace callfleet::queue
