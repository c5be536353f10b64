// Commands on calls in progress, as the edge takes them.
#include "common/grpc_server/pb_time.h"
#include "services/dialer/adapters/edge_convert.h"

namespace callfleet::dialer {

namespace {

namespace edge_pb = callfleet::sip_edge::v1;

void Follow(const PlaceTarget& place, edge_pb::WhatFollows* follows) {
  const LineTransfer& transfer = *place.line.transfer;
  auto* to = follows->mutable_transfer();
  to->set_transfer_id(transfer.id);
  to->set_kind(transfer.consult ? edge_pb::TRANSFER_KIND_CONSULT : edge_pb::TRANSFER_KIND_BLIND);
  to->set_referrer_leg_id(place.referrer.str());
  to->set_by_person(transfer.by_person);
  *follows->mutable_ring_timeout() = grpc_server::ToPb(place.ring_timeout);
}

}  // namespace

edge_pb::RingRequest ToRing(const UnitToken& unit, const PlaceTarget& place) {
  // As for the first agent, but for the leg and what follows.
  Line line = place.line;
  line.agent = place.line.transfer->agent;
  edge_pb::RingRequest request = ToRequest(unit, RingAgent{.line = line,
                                                           .shown_number = place.shown_number,
                                                           .shown_name = place.shown_name,
                                                           .ring_timeout = place.ring_timeout});
  const std::string leg = place.line.transfer->leg.str();
  request.mutable_context()->set_request_id(leg + ":ring");
  request.set_leg_id(leg);
  Follow(place, request.mutable_what_follows());
  return request;
}

edge_pb::OriginateRequest ToOriginate(const UnitToken& unit, const PlaceTarget& place) {
  edge_pb::OriginateRequest request;
  const std::string leg = place.line.transfer->leg.str();
  *request.mutable_context() = ContextOf(unit, leg + ":dial", place.line.boot);
  request.set_call_id(place.line.id.str());
  request.set_leg_id(leg);
  request.mutable_trunk_number()->set_trunk_id(place.trunk.str());
  request.mutable_trunk_number()->set_number(place.number);
  request.set_caller_id(place.caller_id);
  Follow(place, request.mutable_what_follows());
  return request;
}

edge_pb::HandoverRequest ToHandover(const UnitToken& unit, const OfferTalk& offer) {
  namespace common_pb = callfleet::common::v1;
  const LinePassing& passing = *offer.line.passing;
  edge_pb::HandoverRequest request;
  *request.mutable_context() = ContextOf(unit, passing.Offer(), offer.line.boot);
  request.set_call_id(offer.line.id.str());
  const bool to_queue = !passing.queue.empty();
  request.mutable_to()->set_kind(to_queue ? common_pb::UNIT_KIND_QUEUE
                                          : common_pb::UNIT_KIND_ROUTING);
  request.mutable_to()->set_id(passing.queue.str());
  request.set_number(passing.number);
  request.set_release_leg_id(offer.release.str());
  return request;
}

edge_pb::SetHoldRequest ToHold(const UnitToken& unit, const SteerEdge& steer) {
  edge_pb::SetHoldRequest request;
  *request.mutable_context() = ContextOf(unit, steer.request, steer.line.boot);
  request.set_call_id(steer.line.id.str());
  request.set_leg_id(steer.line.CustomerLeg().str());
  request.set_held(steer.verb == CallVerb::kHold);
  return request;
}

edge_pb::SteerTransferRequest ToSteer(const UnitToken& unit, const SteerEdge& steer) {
  edge_pb::SteerTransferRequest request;
  *request.mutable_context() = ContextOf(unit, steer.request, steer.line.boot);
  request.set_call_id(steer.line.id.str());
  request.set_transfer_id(steer.transfer);
  request.set_sip_code(steer.sip_code);
  switch (steer.verb) {
    case CallVerb::kComplete:
      request.set_verb(edge_pb::TRANSFER_VERB_COMPLETE);
      break;
    case CallVerb::kCancel:
      request.set_verb(edge_pb::TRANSFER_VERB_CANCEL);
      break;
    case CallVerb::kConference:
      request.set_verb(edge_pb::TRANSFER_VERB_CONFERENCE);
      break;
    case CallVerb::kRefuse:
      request.set_verb(edge_pb::TRANSFER_VERB_REFUSE);
      break;
    case CallVerb::kHold:
    case CallVerb::kResume:
      break;
  }
  return request;
}

}  // namespace callfleet::dialer
