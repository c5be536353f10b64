#include "services/queue/domain/directory.h"

#include <utility>

#include "common/steering/request_reused.h"
#include "services/queue/domain/ticket_orders.h"

namespace callfleet::queue {

Result<Directory::Created> Directory::Create(const RequestId& request,
                                             const QueueSettings& settings, QueueId new_id,
                                             WallTime now) {
  if (auto valid = CheckRequest(request.str()); !valid) return Fail(valid.error());
  if (request == DirectRequest() && new_id != DirectQueue()) {
    return InvalidField("request_id", "Not \"direct\": the queue of direct calls is made with it.");
  }
  if (const auto known = by_request_.find(request); known != by_request_.end()) {
    const auto& [queue, asked] = known->second;
    if (asked && *asked != settings) return RequestReused();
    return Created{.queue = queues_.at(queue), .writes = {}};
  }
  if (auto checked = Check(settings); !checked) return Fail(std::move(checked).error());
  if (auto there = RulesLead(settings); !there) return Fail(std::move(there).error());
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
  Keep(queue, request, settings);
  return Created{.queue = queue, .writes = {InsertQueue{queue, request}}};
}

void Directory::Restore(Queue queue, RequestId request) {
  Keep(std::move(queue), std::move(request), std::nullopt);
}

void Directory::Keep(Queue queue, RequestId request, std::optional<QueueSettings> asked) {
  const QueueId id = queue.id;
  by_name_[queue.settings.name] = id;
  by_request_[std::move(request)] = {.queue = id, .asked = std::move(asked)};
  queues_[id] = std::move(queue);
}

Result<Queue> Directory::Get(const QueueId& id) const {
  const auto found = queues_.find(id);
  if (found == queues_.end()) return NotFound("QUEUE_NOT_FOUND", "No queue has this id.");
  return found->second;
}

Result<Queue> Directory::Updated(const QueueId& id, const QueueSettings& settings) const {
  const auto found = queues_.find(id);
  if (found == queues_.end()) return NotFound("QUEUE_NOT_FOUND", "No queue has this id.");
  if (auto checked = CheckChange(found->second.settings, settings); !checked) {
    return Fail(std::move(checked).error());
  }
  if (auto there = RulesLead(settings); !there) return Fail(std::move(there).error());
  const auto named = by_name_.find(settings.name);
  if (named != by_name_.end() && named->second != id) {
    return Fail({.code = ErrorCode::kAlreadyExists,
                 .reason = "QUEUE_NAME_TAKEN",
                 .message = "A queue of this name exists.",
                 .metadata = {{"queue_id", named->second.str()}}});
  }
  if (settings.pool != found->second.settings.pool) {
    return InvalidField("queue.pool_id", "A queue stays in its pool.");
  }
  Queue queue = found->second;
  queue.settings = settings;
  return queue;
}

void Directory::Put(const Queue& queue) {
  auto& kept = queues_[queue.id];
  by_name_.erase(kept.settings.name);
  by_name_[queue.settings.name] = queue.id;
  kept = queue;
}

void Directory::Remove(const QueueId& id) {
  const auto found = queues_.find(id);
  if (found == queues_.end()) return;
  by_name_.erase(found->second.settings.name);
  std::erase_if(by_request_, [&](const auto& entry) { return entry.second.queue == id; });
  queues_.erase(found);
}

std::vector<Queue> Directory::All() const {
  std::vector<Queue> all;
  for (const auto& [id, queue] : queues_) all.push_back(queue);
  return all;
}

Status Directory::RulesLead(const QueueSettings& settings) const {
  std::vector<FieldViolation> missing;
  for (const auto& [field, queue] : QueuesNamed(settings)) {
    if (queue != DirectQueue() && Knows(queue)) continue;
    missing.push_back({field, "No queue has this id."});
  }
  if (missing.empty()) return {};
  return Fail({.code = ErrorCode::kNotFound,
               .reason = "QUEUE_NOT_FOUND",
               .message = "A rule leads to a queue that does not exist.",
               .fields = std::move(missing)});
}

Status Directory::MayRemove(const QueueId& id) const {
  if (!queues_.contains(id)) return NotFound("QUEUE_NOT_FOUND", "No queue has this id.");
  for (const auto& [other, queue] : queues_) {
    if (other == id || !LeadsTo(queue.settings, id)) continue;
    return Fail({.code = ErrorCode::kFailedPrecondition,
                 .reason = "QUEUE_IN_USE",
                 .message = "A rule of another queue leads to it.",
                 .metadata = {{"queue_id", other.str()}}});
  }
  return {};
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
