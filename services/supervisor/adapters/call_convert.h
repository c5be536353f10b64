#pragma once
#include "callfleet/common/v1/unit.pb.h"
#include "callfleet/sip_edge/v1/call.pb.h"
#include "callfleet/sip_edge/v1/trunk.pb.h"
#include "services/supervisor/domain/house_facts.h"

namespace callfleet::supervisor {

CallFact ToFact(const callfleet::sip_edge::v1::CallRecord& record);
TrunkFact ToFact(const callfleet::sip_edge::v1::Trunk& trunk);
// None for a kind that this version does not know.
std::optional<Unit> ToUnit(const callfleet::common::v1::Unit& unit);
// "normal", "busy", "no_answer", a reason of the edge in lower case, "sip_503"; "" while it lives.
std::string EndReason(const callfleet::sip_edge::v1::LegEnd& end);

}  // namespace callfleet::supervisor
