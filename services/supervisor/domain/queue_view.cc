#include "services/supervisor/domain/queue_view.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace callfleet::supervisor {
namespace {

// What the edge tells of the call; it no longer knows one that waits to be called back.
CallView CallOf(const World& world, const TicketFact& ticket, WallTime now) {
  if (const CallHistory* history = world.FindCall(ticket.call)) return world.View(*history, now);
  CallView call{.id = ticket.call, .caller = ticket.caller, .called = ticket.called};
  call.state = ticket.state == "callback" ? CallViewState::kEnded : CallViewState::kWaiting;
  return call;
}

}  // namespace

std::vector<const QueueFact*> QueuesByName(const World& world) {
  std::vector<const QueueFact*> queues;
  for (const auto& [id, queue] : world.queues()) queues.push_back(&queue);
  std::ranges::sort(queues, {}, [](const QueueFact* queue) {
    return std::pair<const std::string&, const std::string&>(queue->name, queue->id.str());
  });
  return queues;
}

Result<std::vector<const TicketFact*>> PlacesIn(const World& world, const QueueId& queue) {
  const auto found = world.queues().find(queue);
  if (found == world.queues().end()) {
    Error error{.code = ErrorCode::kNotFound,
                .reason = "QUEUE_NOT_FOUND",
                .message = "There is no such queue."};
    error.metadata["queue_id"] = queue.str();
    return Fail(std::move(error));
  }
  auto places = world.TicketsOf(queue);
  std::erase_if(places, [](const TicketFact* ticket) { return !ticket->waits; });
  std::ranges::sort(places, {}, [bonus = found->second.priority_bonus](const TicketFact* ticket) {
    return std::pair<WallTime, const TicketId&>(ticket->since - ticket->priority * bonus,
                                                ticket->id);
  });
  return places;
}

QueuedCallView ViewPlace(const World& world, const TicketFact& ticket, unsigned position,
                         WallTime now) {
  QueuedCallView view{.position = position, .ticket = ticket, .call = CallOf(world, ticket, now)};
  view.call.queue = ticket.queue;
  view.call.priority = ticket.priority;
  view.call.customer_type = ticket.customer_type;
  view.call.required_skills = ticket.required_skills;
  view.call.queued = ticket.since;
  view.call.wait =
      std::max(std::chrono::microseconds(0),
               std::chrono::duration_cast<std::chrono::microseconds>(now - ticket.since));
  if (view.call.agent != ticket.agent) {
    view.call.agent = ticket.agent;
    const auto agent = world.agents().find(ticket.agent);
    view.call.agent_name = agent == world.agents().end() ? "" : agent->second.name;
  }
  return view;
}

std::optional<double> AverageWait(const QueueFigures& figures) {
  if (figures.answered == 0) return std::nullopt;
  return figures.answered_wait / static_cast<double>(figures.answered);
}

std::array<ServiceLevel, 4> ServiceLevels(const QueueFigures& figures) {
  Figures over;
  over.answered = figures.answered;
  over.answered_in_threshold = figures.answered_in_threshold;
  over.abandoned = figures.abandoned;
  over.abandoned_in_threshold = figures.abandoned_in_threshold;
  over.overflowed = figures.overflowed;
  return ServiceLevels(over, Micros(std::llround(figures.threshold * 1e6)));
}

std::optional<double> DefaultServiceLevel(const QueueFigures& figures) {
  return ServiceLevels(figures)[3].value;
}

std::optional<double> ExpectedWait(const QueueFigures& figures) {
  if (!figures.expected_wait_low || !figures.expected_wait_high) return std::nullopt;
  return (*figures.expected_wait_low + *figures.expected_wait_high) / 2;
}

unsigned AgentsBusy(const QueueFigures& figures) {
  return figures.agents_ready - std::min(figures.agents_ready, figures.agents_available);
}

}  // namespace callfleet::supervisor
