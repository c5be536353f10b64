#pragma once
// The mailbox of the routing actor. Process-local: never serialized.
#include <caf/all.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "services/queue/domain/arrivals.h"
#include "services/queue/ports/queue_desk.h"

namespace callfleet::queue {

struct CreateQueueMessage {
  RequestId request;
  QueueSettings settings;
  DeskReply<Queue> reply;
};
struct GetQueueMessage {
  QueueId id;
  DeskReply<Queue> reply;
};
struct ListQueuesMessage {
  std::string after;
  std::size_t size = 0;
  DeskReply<Directory::Page> reply;
};
// New settings, or a new state where there are none.
struct UpdateQueueMessage {
  QueueId id;
  std::optional<QueueSettings> settings;
  QueueState state = QueueState::kOpen;
  DeskReply<Queue> reply;
};
struct RemoveQueueMessage {
  QueueId id;
  DeskReply<Queue> reply;
};
// The queue has answered whether it can go.
struct QueueRetiredMessage {
  QueueId id;
  Status status;
  DeskReply<Queue> reply;
};
struct SetRouteMessage {
  Route route;
  DeskReply<Route> reply;
};
struct SetCallerIdsMessage {
  std::map<CampaignId, std::string> caller_ids;
  DeskReply<std::size_t> reply;
};
struct RemoveRouteMessage {
  std::string number;
  RouteMatch match = RouteMatch::kExact;
  DeskReply<Route> reply;
};
struct ListRoutesMessage {
  std::string after;
  std::size_t size = 0;
  DeskReply<NumberPlan::Page> reply;
};
struct ResolveMessage {
  std::string number;
  std::optional<WallTime> at;
  DeskReply<Decision> reply;
};
struct SnapshotMessage {
  EdgeId edge;
};
struct FactMessage {
  CallFact fact;
};
struct ForgottenMessage {
  CallId call;
};
struct RefusedMessage {
  CommandRefused refused;
};
struct ServedMessage {
  CallId call;
  Status status;
};
struct RetryDueMessage {
  Pause pause;
};
// The writes of a step, and of all before it, are kept or lost.
struct CommittedMessage {
  Status status;
  std::vector<Act> acts;
  std::function<void()> answer;
};

}  // namespace callfleet::queue

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::CreateQueueMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::GetQueueMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ListQueuesMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::UpdateQueueMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::RemoveQueueMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::QueueRetiredMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::SetRouteMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::SetCallerIdsMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::RemoveRouteMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ListRoutesMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ResolveMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::SnapshotMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::FactMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ForgottenMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::RefusedMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::RetryDueMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ServedMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::CommittedMessage)
