#pragma once
// Driving: what others tell a queue. Each call is one message to its mailbox.
#include "common/ids/ids.h"
#include "services/queue/domain/queue_events.h"

namespace callfleet::queue {

// Thread safe, never blocks. Events of a queue that is not open here go nowhere.
class QueueInbox {
 public:
  virtual ~QueueInbox() = default;
  virtual void Send(const QueueId& queue, QueueEvent event) = 0;
};

}  // namespace callfleet::queue
