#pragma once
#include "callfleet/queue/v1/queue.pb.h"
#include "services/supervisor/domain/house_facts.h"

namespace callfleet::supervisor {

QueueFact ToFact(const callfleet::queue::v1::Queue& queue);  // Without figures.
QueueFigures ToFigures(const callfleet::queue::v1::QueueStats& stats);
TicketFact ToFact(const callfleet::queue::v1::Ticket& ticket);

}  // namespace callfleet::supervisor
