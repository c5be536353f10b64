#pragma once
// Dialled numbers and where they lead, as JSON.
#include "callfleet/queue/v1/queue.pb.h"
#include "common/result/result.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

Fields NumberRouteFields();
// Of a checked body. Fails where a destination is none or more than one of its kinds.
Result<callfleet::queue::v1::Route> ToNumberRoute(const Json& body);
const Table<callfleet::queue::v1::Route>& NumberRouteTable();

}  // namespace callfleet::supervisor::rest
