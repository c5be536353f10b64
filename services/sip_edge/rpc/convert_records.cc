// Facts as others get them. Whatever a record holds that came with a SIP message passes ToldText
// here once more: a string that is not UTF-8 would end the whole stream for its readers.
#include "services/sip_edge/domain/told_text.h"
#include "services/sip_edge/rpc/convert.h"
#include "services/sip_edge/rpc/convert_time.h"

namespace callfleet::sip_edge {

namespace {

v1::LegState ToProto(const LegRecord& leg) {
  switch (leg.phase) {
    case LegPhase::kSetup:
      return v1::LEG_STATE_SETUP;
    case LegPhase::kRinging:
    case LegPhase::kArrived:
      return v1::LEG_STATE_RINGING;
    case LegPhase::kCancelling:
    case LegPhase::kClosing:
    case LegPhase::kFarewell:
      return v1::LEG_STATE_ENDING;
    case LegPhase::kAccepted:
    case LegPhase::kUp:
      return v1::LEG_STATE_ANSWERED;
    case LegPhase::kEnded:
      return v1::LEG_STATE_ENDED;
  }
  return v1::LEG_STATE_UNSPECIFIED;
}

v1::EndedBy ToProto(EndedBy by) {
  switch (by) {
    case EndedBy::kNobody:
      return v1::ENDED_BY_UNSPECIFIED;
    case EndedBy::kRemote:
      return v1::ENDED_BY_FAR_END;
    case EndedBy::kController:
      return v1::ENDED_BY_CONTROLLER;
    case EndedBy::kPeerLeg:
      return v1::ENDED_BY_PEER_LEG;
    case EndedBy::kEdge:
    case EndedBy::kShutdown:
      return v1::ENDED_BY_EDGE;
  }
  return v1::ENDED_BY_UNSPECIFIED;
}

void ToProto(const LegEnd& end, v1::LegEnd* out) {
  out->set_by(ToProto(end.by));
  out->set_sip_code(end.cause.sip_code);
  out->set_q850_cause(end.cause.q850);
  out->set_text(ToldText(end.cause.text));
  out->set_edge_reason(static_cast<v1::EdgeReason>(end.edge_reason));
}

void ToProto(const MediaQuality& quality, const LegRecord& leg, v1::MediaQuality* out) {
  out->set_packets_received(quality.packets_received);
  out->set_packets_sent(quality.packets_sent);
  out->set_packets_lost(quality.packets_lost);
  out->set_stranger_packets(quality.stranger_packets);
  out->set_mos(quality.mos);
  if (quality.packets_received > 0) Set(out->mutable_jitter(), quality.jitter);
  if (quality.round_trip) Set(out->mutable_round_trip(), *quality.round_trip);
  if (quality.first_rtp && leg.answered) {
    Set(out->mutable_first_rtp_after_answer(),
        std::max(std::chrono::microseconds(0), *quality.first_rtp - *leg.answered));
  }
}

void ToProto(const LegRecord& leg, v1::Leg* out) {
  out->set_leg_id(leg.id.str());
  out->set_role(static_cast<v1::LegRole>(leg.role));
  out->set_state(ToProto(leg));
  out->set_agent_id(leg.agent.str());
  out->set_reservation_id(leg.reservation.str());
  out->set_trunk_id(leg.trunk.str());
  out->set_remote(ToldText(leg.remote));
  out->set_caller_id(ToldText(leg.caller_id));
  if (leg.role == LegRole::kAgent) out->set_line_mode(static_cast<v1::LineMode>(leg.line_mode));
  out->set_sip_call_id(ToldText(leg.sip_call_id));
  Set(out->mutable_create_time(), leg.created);
  if (leg.placed) Set(out->mutable_place_time(), *leg.placed);
  if (leg.ringing) Set(out->mutable_ring_time(), *leg.ringing);
  if (leg.early_media) Set(out->mutable_early_media_time(), *leg.early_media);
  if (leg.answered) Set(out->mutable_answer_time(), *leg.answered);
  if (leg.ended) {
    Set(out->mutable_end_time(), *leg.ended);
    ToProto(leg.end, out->mutable_end());
    ToProto(leg.quality, leg, out->mutable_quality());
  }
  out->set_early_answer(leg.early_answer);
  out->set_held_by_far_end(leg.held_by_far_end);
  out->set_held_by_us(leg.held_by_us);
  out->set_dedicated(leg.dedicated);
  out->set_one_way_audio(static_cast<v1::OneWayAudio>(leg.one_way_audio));
  if (leg.codec) out->set_codec(RtpName(*leg.codec));
  out->set_supervise_mode(static_cast<v1::SuperviseMode>(leg.supervise_mode));
  out->set_follows_agent_id(leg.follows_agent.str());
  out->set_is_caller(leg.is_caller);
  if (leg.playback) {
    auto* playback = out->mutable_playback();
    playback->set_request_id(leg.playback->request.str());
    Set(playback->mutable_start_time(), leg.playback->start);
    if (leg.playback->end) Set(playback->mutable_end_time(), *leg.playback->end);
    playback->set_end(static_cast<v1::PlaybackEnd>(leg.playback->how));
  }
  if (leg.amd) ToProto(*leg.amd, out->mutable_amd());
  out->set_replaces_leg_id(leg.replaces.str());
}

void ToProto(const TransferRecord& transfer, v1::Transfer* out) {
  out->set_transfer_id(transfer.id);
  out->set_kind(static_cast<v1::TransferKind>(transfer.kind));
  out->set_state(static_cast<v1::TransferState>(static_cast<int>(transfer.state) + 1));
  out->set_end(static_cast<v1::TransferEnd>(transfer.end));
  out->set_referrer_leg_id(transfer.referrer.str());
  out->set_customer_leg_id(transfer.customer.str());
  out->set_target_leg_id(transfer.target.str());
  out->set_target(ToldText(transfer.dialled));
  out->set_by_phone(transfer.by_phone);
  out->set_sip_code(transfer.sip_code);
  Set(out->mutable_begin_time(), transfer.begin);
  if (transfer.ended) Set(out->mutable_end_time(), *transfer.ended);
}

void ToProto(const Unit& unit, callfleet::common::v1::Unit* out) {
  out->set_kind(callfleet::sip_edge::ToProto(unit.kind));
  out->set_id(unit.id);
}

void ToProto(const OfferReturn& back, v1::OfferReturn* out) {
  out->set_request_id(back.request.str());
  ToProto(back.by, out->mutable_by());
  out->set_reason(back.reason);
  out->set_agent(back.agent);
  out->set_number(back.number);
  out->set_trunk_id(back.trunk.str());
  out->set_sip_code(back.sip_code);
}

}  // namespace

callfleet::common::v1::UnitKind ToProto(UnitKind kind) {
  return static_cast<callfleet::common::v1::UnitKind>(kind);
}

v1::CallChange ToProto(CallChange change) { return static_cast<v1::CallChange>(change); }

void ToProto(const CallRecord& record, const EdgeName& edge, v1::CallRecord* out) {
  out->set_call_id(record.id.str());
  out->set_version(record.version);
  out->set_edge_id(edge.edge_id);
  out->set_boot_id(edge.boot_id);
  out->set_direction(static_cast<v1::CallDirection>(record.direction));
  out->set_state(static_cast<v1::CallState>(record.state));
  if (record.controller) {
    ToProto(record.controller->unit, out->mutable_controller()->mutable_unit());
    out->mutable_controller()->set_token(record.controller->token);
  }
  if (record.offered) ToProto(*record.offered, out->mutable_offered());
  for (const auto& leg : record.legs) ToProto(leg, out->add_legs());
  for (const auto& span : record.bridges) {
    auto* bridge = out->add_bridges();
    bridge->set_bridge_id(span.id.str());
    for (const auto& leg : span.legs) bridge->add_leg_ids(leg.str());
    Set(bridge->mutable_start_time(), span.start);
    if (span.end) Set(bridge->mutable_end_time(), *span.end);
  }
  out->set_caller(ToldText(record.caller));
  out->set_called(ToldText(record.called));
  for (const auto& [name, value] : record.labels)
    (*out->mutable_labels())[ToldText(name)] = ToldText(value);
  Set(out->mutable_create_time(), record.created);
  if (record.answered) Set(out->mutable_answer_time(), *record.answered);
  if (record.bridged) Set(out->mutable_bridge_time(), *record.bridged);
  if (record.ended) {
    Set(out->mutable_end_time(), *record.ended);
    ToProto(record.end, out->mutable_end());
  }
  out->set_digits(ToldText(record.digits));
  for (const auto& info : record.recordings) ToProto(info, edge, out->add_recordings());
  out->set_digit_count(record.digit_count);
  for (const auto& transfer : record.transfers) ToProto(transfer, out->add_transfers());
  if (record.offer) {
    out->mutable_offer()->set_request_id(record.offer->request.str());
    out->mutable_offer()->set_number(record.offer->number);
    out->mutable_offer()->set_release_leg_id(record.offer->release.str());
  }
  if (record.offer_return) ToProto(*record.offer_return, out->mutable_offer_return());
  if (record.passed) {
    ToProto(record.passed->by, out->mutable_passed()->mutable_by());
    Set(out->mutable_passed()->mutable_time(), record.passed->time);
    out->mutable_passed()->set_by_waits(record.passed->by_waits);
  }
}

void ToProto(const RegistrationRecord& record, v1::Registration* out) {
  out->set_sip_user(ToldText(record.sip_user));
  out->set_agent_id(record.agent.str());
  out->set_version(record.version);
  for (const auto& contact : record.contacts) {
    auto* c = out->add_contacts();
    c->set_uri(ToldText(contact.uri));
    c->set_source(ToldText(contact.source));
    c->set_transport(static_cast<v1::Transport>(contact.transport));
    for (const auto& hop : contact.path) c->add_path(ToldText(hop));
    c->set_q(contact.q);
    if (!contact.fixed) Set(c->mutable_expire_time(), contact.expires);
    c->set_user_agent(ToldText(contact.user_agent));
    c->set_reachable(contact.reachable);
    c->set_register_call_id(ToldText(contact.call_id));
    c->set_register_cseq(contact.cseq);
  }
}

Contact FromProto(const v1::Contact& contact) {
  Contact out{.uri = contact.uri(),
              .source = contact.source(),
              .transport = contact.transport() == v1::TRANSPORT_TCP   ? Transport::kTcp
                           : contact.transport() == v1::TRANSPORT_TLS ? Transport::kTls
                                                                      : Transport::kUdp,
              .path = {contact.path().begin(), contact.path().end()},
              .q = contact.has_q() ? contact.q() : 1.0,
              .expires = TimeOf(contact.expire_time()),
              .user_agent = contact.user_agent()};
  out.call_id = contact.register_call_id();
  out.cseq = contact.register_cseq();
  return out;
}

}  // namespace callfleet::sip_edge
