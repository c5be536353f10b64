#pragma once
// What a step wants kept: rows and events of one transaction.
#include <string>
#include <variant>
#include <vector>

#include "services/queue/domain/queue_settings.h"

namespace callfleet::queue {

struct InsertQueue {
  Queue queue;
  RequestId request;
};

// A caller who reached no queue; the final record, for history.
struct CallRefused {
  CallId call;
  std::string caller;
  std::string called;
  int sip_code = 0;  // 0: the caller left before the answer.
  WallTime create_time{};
  WallTime end_time{};
};

// Each is an outbox event of the unit's stream, and a row where it is one.
using Write = std::variant<InsertQueue, CallRefused>;
using Writes = std::vector<Write>;

}  // namespace callfleet::queue
