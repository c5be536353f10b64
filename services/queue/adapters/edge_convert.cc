#include "services/queue/adapters/edge_convert.h"

#include <algorithm>

#include "common/grpc_server/pb_time.h"

namespace callfleet::queue {
namespace {

void Fill(const HeardSound& sound, edge_pb::Sound* to) {
  if (sound.prompts.size() == 1) {
    to->set_prompt(sound.prompts.front());
  } else if (!sound.prompts.empty()) {
    for (const auto& name : sound.prompts) to->mutable_prompts()->add_names(name);
  } else {
    switch (sound.tone) {
      case HeardSound::Tone::kNone:
        to->set_tone(edge_pb::Sound::TONE_SILENCE);
        break;
      case HeardSound::Tone::kRingback:
        to->set_tone(edge_pb::Sound::TONE_RINGBACK);
        break;
      case HeardSound::Tone::kBusy:
        to->set_tone(edge_pb::Sound::TONE_BUSY);
        break;
      case HeardSound::Tone::kBeep:
        to->set_tone(edge_pb::Sound::TONE_BEEP);
        break;
    }
  }
  to->set_loop(sound.loop);
}

edge_pb::LineMode ToProto(LineMode mode) {
  switch (mode) {
    case LineMode::kRing:
      return edge_pb::LINE_MODE_RING;
    case LineMode::kAuto:
      return edge_pb::LINE_MODE_AUTO;
    case LineMode::kDedicated:
      return edge_pb::LINE_MODE_DEDICATED;
  }
  return edge_pb::LINE_MODE_RING;
}

// The edge bridges the leg with the other one at the 200, or gives it the customer of a transfer.
void Follow(const LegId& bridge_with, const std::optional<TransferTo>& transfer,
            edge_pb::WhatFollows* follows) {
  follows->set_on_peer_end(edge_pb::ON_PEER_END_HANG_UP);
  if (!transfer) return follows->set_bridge_with_leg_id(bridge_with.str());
  auto* to = follows->mutable_transfer();
  to->set_transfer_id(transfer->id);
  to->set_kind(transfer->consult ? edge_pb::TRANSFER_KIND_CONSULT : edge_pb::TRANSFER_KIND_BLIND);
  to->set_referrer_leg_id(transfer->referrer.str());
  to->set_by_person(transfer->by_person);
}

void Fill(const std::optional<RecordingPolicy>& policy, edge_pb::WhatFollows* follows) {
  if (!policy) return;
  auto* recording = follows->mutable_recording();
  recording->set_mode(static_cast<callfleet::common::v1::RecordingMode>(policy->mode));
  recording->set_sample_percent(policy->sample_percent);
  recording->set_consent_prompt(policy->consent_prompt);
  recording->set_include_whisper(policy->include_whisper);
  recording->set_keep_days(policy->keep_days);
}

// What a header line may hold, at most 64 bytes of UTF-8; a character is never cut.
std::string Shown(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  }
  std::size_t size = std::min<std::size_t>(text.size(), 64);
  while (size < text.size() && size > 0 &&
         (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  return text.substr(0, size);
}

}  // namespace

edge_pb::ClaimRequest ToRequest(const ClaimCall& act) {
  edge_pb::ClaimRequest request;
  request.set_call_id(act.call.call.str());
  return request;
}

edge_pb::AnswerRequest ToRequest(const AnswerCall& act) {
  edge_pb::AnswerRequest request;
  request.set_call_id(act.call.call.str());
  request.set_early_media_only(act.early_media_only);
  Fill(act.sound, request.mutable_sound());
  return request;
}

edge_pb::RingRequest ToRequest(const RingAgent& act) {
  edge_pb::RingRequest request;
  request.set_call_id(act.call.call.str());
  request.set_leg_id(act.leg.str());
  request.set_agent_id(act.agent.agent.str());
  request.set_reservation_id(act.agent.reservation.str());
  if (!act.agent.dedicated_leg.empty()) {
    request.set_dedicated_leg_id(act.agent.dedicated_leg.str());
  } else if (!act.agent.contact_uri.empty()) {
    request.set_contact_uri(act.agent.contact_uri);
  } else {
    request.set_sip_user(act.agent.sip_user);
  }
  request.set_line_mode(ToProto(act.agent.line_mode));
  request.set_caller_id(Shown(act.shown_number));
  request.set_caller_name(Shown(act.shown_name));
  auto* follows = request.mutable_what_follows();
  Follow(act.bridge_with, act.transfer, follows);
  *follows->mutable_ring_timeout() = grpc_server::ToPb(act.ring_timeout);
  Fill(act.recording, follows);
  (*request.mutable_labels())["Ticket-Id"] = act.ticket.str();
  (*request.mutable_headers())["Ticket-Id"] = act.ticket.str();
  (*request.mutable_headers())["Queue"] = Shown(act.shown_name);
  if (!act.campaign.empty()) {
    (*request.mutable_headers())["Campaign-Id"] = act.campaign.str();
    (*request.mutable_headers())["Dispatch-Id"] = act.call.call.str();
  }
  return request;
}

edge_pb::OriginateRequest ToRequest(const DialOut& act) {
  edge_pb::OriginateRequest request;
  request.set_call_id(act.call.call.str());
  request.set_leg_id(act.leg.str());
  request.set_caller_id(act.caller_id);
  if (const auto* number = std::get_if<ToNumber>(&act.to)) {
    request.mutable_trunk_number()->set_trunk_id(number->trunk.str());
    request.mutable_trunk_number()->set_number(number->number);
    if (!number->caller_id.empty()) request.set_caller_id(number->caller_id);
  } else if (const auto* uri = std::get_if<ToUri>(&act.to)) {
    request.set_sip_uri(uri->uri);
  }
  auto* follows = request.mutable_what_follows();
  Follow(act.bridge_with, act.transfer, follows);
  *follows->mutable_ring_timeout() = grpc_server::ToPb(act.ring_timeout);
  Fill(act.recording, follows);
  return request;
}

edge_pb::HangUpRequest ToRequest(const HangUpCall& act) {
  edge_pb::HangUpRequest request;
  request.set_call_id(act.call.call.str());
  request.set_leg_id(act.leg.str());
  request.set_sip_code(act.sip_code);
  request.set_q850_cause(act.q850);
  request.set_keep_peers(act.keep_peers);
  return request;
}

edge_pb::PlayRequest ToRequest(const PlaySound& act) {
  edge_pb::PlayRequest request;
  request.set_call_id(act.call.call.str());
  request.set_leg_id(act.leg.str());
  Fill(act.sound, request.mutable_sound());
  if (act.then) Fill(*act.then, request.mutable_sound()->mutable_then());
  return request;
}

edge_pb::HandoverRequest ToRequest(const HandOver& act) {
  edge_pb::HandoverRequest request;
  request.set_call_id(act.call.call.str());
  request.mutable_to()->set_kind(callfleet::common::v1::UNIT_KIND_QUEUE);
  request.mutable_to()->set_id(act.to.str());
  return request;
}

edge_pb::DeclineRequest ToRequest(const DeclineOffer& act) {
  edge_pb::DeclineRequest request;
  request.set_call_id(act.call.call.str());
  auto* answer = request.mutable_answer();
  answer->set_reason(act.reason);
  answer->set_agent(act.agent.str());
  answer->set_number(act.number);
  answer->set_trunk_id(act.trunk.str());
  answer->set_sip_code(act.sip_code);
  return request;
}

edge_pb::SetHoldRequest ToRequest(const HoldLeg& act) {
  edge_pb::SetHoldRequest request;
  request.set_call_id(act.call.call.str());
  request.set_leg_id(act.leg.str());
  request.set_held(act.held);
  return request;
}

edge_pb::SteerTransferRequest ToRequest(const SteerTransfer& act) {
  edge_pb::SteerTransferRequest request;
  request.set_call_id(act.call.call.str());
  request.set_transfer_id(act.transfer);
  request.set_sip_code(act.sip_code);
  switch (act.verb) {
    case TransferVerb::kComplete:
      request.set_verb(edge_pb::TRANSFER_VERB_COMPLETE);
      break;
    case TransferVerb::kCancel:
      request.set_verb(edge_pb::TRANSFER_VERB_CANCEL);
      break;
    case TransferVerb::kConference:
      request.set_verb(edge_pb::TRANSFER_VERB_CONFERENCE);
      break;
    case TransferVerb::kRefuse:
      request.set_verb(edge_pb::TRANSFER_VERB_REFUSE);
      break;
    case TransferVerb::kRelease:
      request.set_verb(edge_pb::TRANSFER_VERB_RELEASE);
      break;
  }
  return request;
}

edge_pb::AcknowledgeRequest ToRequest(const AcknowledgeCalls& act) {
  edge_pb::AcknowledgeRequest request;
  for (const CallId& call : act.calls) request.add_call_ids(call.str());
  return request;
}

}  // namespace callfleet::queue
