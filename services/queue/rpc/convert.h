#pragma once
// Between the wire and the domain's words.
#include "callfleet/queue/v1/queue.pb.h"
#include "services/queue/domain/queue_settings.h"

namespace callfleet::queue {

// Zero and absent become the defaults; what is out of range stays so and is refused by Check.
QueueSettings FromProto(const v1::Queue& queue);
v1::Queue ToProto(const Queue& queue);

}  // namespace callfleet::queue
