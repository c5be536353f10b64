#pragma once
#include <nlohmann/json.hpp>

#include "callfleet/sip_edge/v1/trunk.pb.h"
#include "common/result/result.h"
#include "services/supervisor/rest/answer.h"
#include "services/supervisor/rest/field_spec.h"

namespace callfleet::supervisor::rest {

Fields NewTrunkFields();  // With "id".
Fields TrunkFields();
// A trunk from a checked body: one route from host, port, transport, or a list of routes.
Result<callfleet::sip_edge::v1::Trunk> ToTrunk(const Json& body);
const Table<callfleet::sip_edge::v1::Trunk>& TrunkTable();

}  // namespace callfleet::supervisor::rest
