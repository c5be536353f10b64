#pragma once
// What a person wants done with a call, as each service's SteerCall gets it.
#include <string>

#include "callfleet/common/v1/call_action.pb.h"
#include "common/result/result.h"
#include "common/steering/steer_words.h"

namespace callfleet::grpc_server {

// INVALID_ARGUMENT with the field, from "request_id", "call_id" or "action" on.
Status CheckSteer(const std::string& request_id, const std::string& call_id);
Result<SteerAction> ReadAction(const callfleet::common::v1::CallAction& action);

}  // namespace callfleet::grpc_server
