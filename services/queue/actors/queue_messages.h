#pragma once
// The mailbox of a queue's actor. Process-local: never serialized.
#include <caf/all.hpp>

#include <functional>
#include <memory>
#include <string>

#include "common/result/result.h"
#include "services/queue/domain/queue_events.h"
#include "services/queue/domain/queue_stepper.h"
#include "services/queue/ports/queue_desk.h"

namespace callfleet::queue {

struct QueueEventMessage {
  QueueEvent event;
};
// An operator's order; answered when its writes are kept.
struct OrderMessage {
  std::function<Result<TicketId>(QueueStepper&)> order;
  DeskReply<TicketView> reply;
  std::string seize;  // Not empty: answered when the registry has said yes or no.
  // Answers a repeat whose ticket is over.
  std::function<void(const TicketId&, DeskReply<TicketView>)> kept{};
};
// Answered by the step, at once or when the registry or the writer has answered.
struct SteerMessage {
  Steer steer;
  std::function<void(Status)> reply;
};
struct ListTicketsMessage {
  TicketQuery query;
  DeskReply<TicketPage> reply;
};
struct GetTicketMessage {
  TicketId id;
  DeskReply<TicketView> reply;
};
struct StatsMessage {
  DeskReply<QueueView> reply;
};
// QUEUE_IN_USE, or nothing is taken in any more.
struct RetireMessage {
  std::function<void(Status)> reply;
};
struct QueueCommittedMessage {
  Status status;
};
struct ShowWaitsMessage {};
struct ShowMessage {};  // Watchers may see the newest figures again.

}  // namespace callfleet::queue

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::QueueEventMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::OrderMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::SteerMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ListTicketsMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::GetTicketMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::StatsMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::RetireMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::QueueCommittedMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ShowMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ShowWaitsMessage)
