#pragma once
#include "callfleet/sip_edge/v1/call.pb.h"
#include "services/queue/domain/call_fact.h"

namespace callfleet::queue {

CallFact ToCallFact(const callfleet::sip_edge::v1::CallRecord& record);

}  // namespace callfleet::queue
