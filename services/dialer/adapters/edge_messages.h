#pragma once
// What the messages of an edge's watches mean to its listener.
#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "services/dialer/adapters/edge_link.h"

namespace callfleet::dialer {

void Pass(const callfleet::sip_edge::v1::WatchCallsResponse& message, EdgeListener* listener);
void Pass(const callfleet::sip_edge::v1::WatchTrunksResponse& message, EdgeListener* listener);

}  // namespace callfleet::dialer
