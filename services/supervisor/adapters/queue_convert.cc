#include "services/supervisor/adapters/queue_convert.h"

#include "common/grpc_server/pb_time.h"
#include "services/supervisor/adapters/lookups.h"

namespace callfleet::supervisor {
namespace {

using grpc_server::LengthOf;
using grpc_server::TimeIfSet;

namespace queue_pb = callfleet::queue::v1;

double InSeconds(const google::protobuf::Duration& time) {
  return static_cast<double>(LengthOf(time).count()) / 1e6;
}

}  // namespace

QueueFact ToFact(const queue_pb::Queue& queue) {
  QueueFact fact{.id = QueueId(queue.queue_id()),
                 .name = queue.name(),
                 .state = WithoutPrefix(queue_pb::QueueState_Name(queue.state()), "QUEUE_STATE_")};
  const auto bonus =
      std::chrono::duration_cast<std::chrono::milliseconds>(LengthOf(queue.priority_bonus()));
  if (bonus.count() > 0) fact.priority_bonus = bonus;  // 0: the default.
  return fact;
}

QueueFigures ToFigures(const queue_pb::QueueStats& stats) {
  QueueFigures figures{.waiting = stats.waiting(),
                       .longest_wait = InSeconds(stats.longest_wait()),
                       .offered = stats.offered(),
                       .answered = stats.answered(),
                       .answered_in_threshold = stats.answered_in_threshold(),
                       .abandoned = stats.abandoned(),
                       .abandoned_in_threshold = stats.abandoned_in_threshold(),
                       .overflowed = stats.overflowed(),
                       .answered_wait = InSeconds(stats.answered_wait()),
                       .threshold = InSeconds(stats.service_level_threshold()),
                       .short_abandoned = stats.short_abandoned(),
                       .refused = stats.refused(),
                       .callbacks = stats.callbacks(),
                       .agents_ready = stats.agents_ready(),
                       .agents_available = stats.agents_available()};
  if (stats.has_expected_wait_low() && stats.has_expected_wait_high()) {
    figures.expected_wait_low = InSeconds(stats.expected_wait_low());
    figures.expected_wait_high = InSeconds(stats.expected_wait_high());
  }
  return figures;
}

TicketFact ToFact(const queue_pb::Ticket& ticket) {
  TicketFact fact{
      .id = TicketId(ticket.ticket_id()),
      .queue = QueueId(ticket.queue_id()),
      .call = CallId(ticket.call_id()),
      .caller = ticket.caller(),
      .called = ticket.called(),
      .state = WithoutPrefix(queue_pb::TicketState_Name(ticket.state()), "TICKET_STATE_"),
      .priority = ticket.priority(),
      .customer_type = ticket.customer_type(),
      .agent = AgentId(ticket.agent_id()),
      .since = TimeIfSet(ticket.enqueue_time()).value_or(WallTime{}),
      .waits = ticket.position() > 0,
      .over = ticket.state() == queue_pb::TICKET_STATE_ENDED};
  for (const auto& skill : ticket.required_skills()) {
    fact.required_skills.push_back({.name = skill.name(), .level = skill.min_level()});
  }
  return fact;
}

}  // namespace callfleet::supervisor
