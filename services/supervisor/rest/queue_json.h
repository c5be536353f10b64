#pragma once
// Queues and their settings between JSON and the queue service's messages.
#include "callfleet/queue/v1/queue.pb.h"
#include "common/result/result.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

Fields NewQueueFields();  // name is required.
Fields QueueFields();     // Nothing is required.
// Sets what the body gives, clears what is null in it, leaves the rest; lists and objects are
// replaced as a whole.
Status ApplyQueue(Json body, callfleet::queue::v1::Queue* queue);
const Table<callfleet::queue::v1::Queue>& QueueTable();

}  // namespace callfleet::supervisor::rest
