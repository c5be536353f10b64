#pragma once
// S7, S8: queues and who waits in them, as a supervisor sees them.
#include <array>
#include <chrono>
#include <optional>
#include <vector>

#include "common/result/result.h"
#include "services/supervisor/domain/ratios.h"
#include "services/supervisor/domain/world.h"

namespace callfleet::supervisor {

// A watch tells so many at most, the first in order; a list has pages.
inline constexpr std::size_t kMostWatchedPlaces = 1'000;

struct QueuedCallView {
  unsigned position = 0;  // From 1.
  TicketFact ticket;
  CallView call;  // Queue, priority, skills, agent and wait as the queue has them.
};

std::vector<const QueueFact*> QueuesByName(const World& world);

// Those with a place, in the one order of all queues: by when they began to wait less the bonus of
// their priority, then by id. QUEUE_NOT_FOUND.
Result<std::vector<const TicketFact*>> PlacesIn(const World& world, const QueueId& queue);
QueuedCallView ViewPlace(const World& world, const TicketFact& ticket, unsigned position,
                         WallTime now);

// Ratios of counts; none where their denominator is 0.
std::optional<double> AverageWait(const QueueFigures& figures);  // Of answered callers, seconds.
// As in history: offered is who was answered, left or was sent on; who still waits is not judged
// yet.
std::array<ServiceLevel, 4> ServiceLevels(const QueueFigures& figures);
std::optional<double> DefaultServiceLevel(const QueueFigures& figures);
inline constexpr const char* kServiceLevelFormula = "answered_in_T / (offered - abandoned_in_T)";
// Middle of the range that a caller would be told, seconds; none: unknown.
std::optional<double> ExpectedWait(const QueueFigures& figures);
unsigned AgentsBusy(const QueueFigures& figures);  // Ready, without a free slot.

}  // namespace callfleet::supervisor
