#pragma once
// Commands between the domain's words and sip_edge's proto. Contexts are filled by the link.
#include <vector>

#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "services/queue/domain/queue_step.h"

namespace callfleet::queue {

namespace edge_pb = callfleet::sip_edge::v1;

// Ended calls of one edge's boot.
struct AcknowledgeCalls {
  CallRef call;  // The first of them.
  std::vector<CallId> calls;
};

edge_pb::ClaimRequest ToRequest(const ClaimCall& act);
edge_pb::AnswerRequest ToRequest(const AnswerCall& act);
edge_pb::RingRequest ToRequest(const RingAgent& act);
edge_pb::OriginateRequest ToRequest(const DialOut& act);
edge_pb::HangUpRequest ToRequest(const HangUpCall& act);
edge_pb::PlayRequest ToRequest(const PlaySound& act);
edge_pb::HandoverRequest ToRequest(const HandOver& act);
edge_pb::DeclineRequest ToRequest(const DeclineOffer& act);
edge_pb::SetHoldRequest ToRequest(const HoldLeg& act);
edge_pb::SteerTransferRequest ToRequest(const SteerTransfer& act);
edge_pb::AcknowledgeRequest ToRequest(const AcknowledgeCalls& act);

}  // namespace callfleet::queue
