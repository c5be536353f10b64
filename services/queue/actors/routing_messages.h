#pragma once
// The mailbox of the routing actor. Process-local: never serialized.
#include <caf/all.hpp>

#include <functional>
#include <string>
#include <vector>

#include "services/queue/ports/queue_desk.h"

namespace callfleet::queue {

struct CreateQueueMessage {
  RequestId request;
  QueueSettings settings;
  QueueDesk::Reply<Queue> reply;
};
struct GetQueueMessage {
  QueueId id;
  QueueDesk::Reply<Queue> reply;
};
struct ListQueuesMessage {
  std::string after;
  std::size_t size = 0;
  QueueDesk::Reply<Directory::Page> reply;
};
struct SnapshotMessage {};
struct FactMessage {
  CallFact fact;
};
struct ForgottenMessage {
  CallId call;
};
struct CommandFailedMessage {
  CallId call;
};
struct RetryDueMessage {
  CallId call;
  std::uint64_t generation = 0;
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::SnapshotMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::FactMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::ForgottenMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::CommandFailedMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::RetryDueMessage)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(callfleet::queue::CommittedMessage)
