#pragma once
// Records and commands between the domain's words and sip_edge's proto.
#include <string>

#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "services/dialer/domain/call_facts.h"
#include "services/dialer/domain/events.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

CallFacts ToFacts(const callfleet::sip_edge::v1::CallRecord& record);
TrunkPublished ToPublished(const callfleet::sip_edge::v1::Trunk& trunk);

callfleet::sip_edge::v1::CommandContext ContextOf(const UnitToken& unit, const std::string& request,
                                                  const BootId& boot);
callfleet::sip_edge::v1::RingRequest ToRequest(const UnitToken& unit, const RingAgent& ring);
callfleet::sip_edge::v1::OriginateRequest ToRequest(const UnitToken& unit,
                                                    const Originate& originate);
callfleet::sip_edge::v1::HangUpRequest ToRequest(const UnitToken& unit, const HangUp& hang_up);

// Calls in progress (steer_convert.cc).
callfleet::sip_edge::v1::RingRequest ToRing(const UnitToken& unit, const PlaceTarget& place);
callfleet::sip_edge::v1::OriginateRequest ToOriginate(const UnitToken& unit,
                                                      const PlaceTarget& place);
callfleet::sip_edge::v1::SetHoldRequest ToHold(const UnitToken& unit, const SteerEdge& steer);
callfleet::sip_edge::v1::HandoverRequest ToHandover(const UnitToken& unit, const OfferTalk& offer);
callfleet::sip_edge::v1::SteerTransferRequest ToSteer(const UnitToken& unit,
                                                      const SteerEdge& steer);

}  // namespace callfleet::dialer
