#pragma once
// The queues that exist, by id and by name.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/queue/domain/queue_settings.h"
#include "services/queue/domain/writes.h"

namespace callfleet::queue {

// Pure state of the unit `routing`; single owner.
class Directory {
 public:
  static constexpr std::size_t kMaxQueues = 10'000;

  struct Created {
    Queue queue;
    Writes writes;  // Empty where the request was a repeat.
  };
  // A known request answers as the first time; IDEMPOTENCY_KEY_REUSED where it asks for something
  // else than then (of one of an earlier life that is not known). QUEUE_NAME_TAKEN, QUEUE_LIMIT,
  // INVALID_ARGUMENT,
  // QUEUE_NOT_FOUND (with the fields) where a rule leads to a queue that is not there.
  Result<Created> Create(const RequestId& request, const QueueSettings& settings, QueueId new_id,
                         WallTime now);

  // As read back from the store.
  void Restore(Queue queue, RequestId request);

  Result<Queue> Get(const QueueId& id) const;
  // The queue as it will be; nothing is changed before Put. QUEUE_NOT_FOUND (with fields: what its
  // rules lead to), QUEUE_NAME_TAKEN,
  // INVALID_ARGUMENT for what is changed (also where it is the pool: its agents are other people).
  Result<Queue> Updated(const QueueId& id, const QueueSettings& settings) const;
  void Put(const Queue& queue);
  void Remove(const QueueId& id);
  std::vector<Queue> All() const;
  bool Knows(const QueueId& id) const { return queues_.contains(id); }
  // QUEUE_IN_USE where another queue's rules lead to it.
  Status MayRemove(const QueueId& id) const;

  struct Page {
    std::vector<Queue> queues;
    std::string next;  // Last name of the page; empty: that was all.
  };
  // Queues by name after `after`; size 1 to 1,000.
  Page List(const std::string& after, std::size_t size) const;

 private:
  // `direct` is no queue to be led to: whoever comes there comes for an agent.
  Status RulesLead(const QueueSettings& settings) const;

  std::map<QueueId, Queue> queues_;
  std::map<std::string, QueueId> by_name_;
  struct Request {
    QueueId queue;
    std::optional<QueueSettings> asked{};  // None: in an earlier life.
  };
  void Keep(Queue queue, RequestId request, std::optional<QueueSettings> asked);

  std::map<RequestId, Request> by_request_;
};

}  // namespace callfleet::queue
