#include "services/queue/domain/directory.h"

#include <utility>

namespace callfleet::queue {

Result<Directory::Created> Directory::Create(const RequestId& request,
                                             const QueueSettings& settings, QueueId new_id,
                                             WallTime now) {
  if (request.empty() || request.str().size() > 64) {
    return InvalidField("request_id", "1 to 64 characters.");
  }
  if (const auto known = by_request_.find(request); known != by_request_.end()) {
    return Created{.queue = queues_.at(known->second), .writes = {}};
  }
  if (auto checked = Check(settings); !checked) return Fail(std::move(checked).error());
  if (by_name_.contains(settings.name)) {
    return Fail({.code = ErrorCode::kAlreadyExists,
                 .reason = "QUEUE_NAME_TAKEN",
                 .message = "A queue of this name exists.",
                 .metadata = {{"queue_id", by_name_.at(settings.name).str()}}});
  }
  if (queues_.size() >= kMaxQueues) {
    return Fail({.code = ErrorCode::kResourceExhausted,
                 .reason = "QUEUE_LIMIT",
                 .message = "There are as many queues as may be.",
                 .metadata = {{"limit", std::to_string(kMaxQueues)}}});
  }
  Queue queue{.id = std::move(new_id), .settings = settings, .create_time = now};
  Restore(queue, request);
  return Created{.queue = queue, .writes = {InsertQueue{queue, request}}};
}

void Directory::Restore(Queue queue, RequestId request) {
  const QueueId id = queue.id;
  by_name_[queue.settings.name] = id;
  by_request_[std::move(request)] = id;
  queues_[id] = std::move(queue);
}

Result<Queue> Directory::Get(const QueueId& id) const {
  const auto found = queues_.find(id);
  if (found == queues_.end()) return NotFound("QUEUE_NOT_FOUND", "No queue has this id.");
  return found->second;
}

Directory::Page Directory::List(const std::string& after, std::size_t size) const {
  Page page;
  for (auto at = by_name_.upper_bound(after); at != by_name_.end(); ++at) {
    if (page.queues.size() == size) {
      page.next = page.queues.back().settings.name;
      break;
    }
    page.queues.push_back(queues_.at(at->second));
  }
  return page;
}

}  // namespace callfleet::queue
