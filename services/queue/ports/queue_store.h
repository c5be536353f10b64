#pragma once
// Driven: the tables, as running queues and their readers use them.
#include <functional>
#include <memory>

#include "common/result/result.h"
#include "services/queue/domain/queue_model.h"
#include "services/queue/ports/committer.h"

namespace callfleet::queue {

// Thread safe, never blocks; each reply comes once, on any thread.
class QueueStore {
 public:
  template <class T>
  using Reply = std::function<void(Result<T>)>;

  virtual ~QueueStore() = default;
  // Takes the unit (its token is raised) and reads its open tickets, callers of late and calls that
  // are over but may not be acknowledged.
  virtual void Load(const Queue& queue, WallTime now, Reply<std::shared_ptr<QueueModel>> reply) = 0;
  virtual std::unique_ptr<Committer> Open(const UnitToken& unit) = 0;
  // One that is over; TICKET_NOT_FOUND. The queue's id comes with it.
  virtual void FindTicket(const TicketId& id, Reply<std::pair<QueueId, Ticket>> reply) = 0;
};

}  // namespace callfleet::queue
