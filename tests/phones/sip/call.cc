// What both directions of a call share: media, hang-up, requests inside the dialog.
#include "tests/phones/sip/call.h"

#include "tests/phones/base/clock.h"
#include "tests/phones/sip/message.h"

namespace callfleet::phones {

Call::Call(const CallContext& context, Side side)
    : context_(context), record_(std::make_shared<CallRecord>()), state_(State::kIncoming) {
  record_->side = side;
  record_->invite_us = NowUs();
}

Call::~Call() {
  if (invite_in_) nta_incoming_destroy(invite_in_);
  if (reinvite_in_) nta_incoming_destroy(reinvite_in_);
  for (nta_outgoing_t* request : {invite_out_, ack_out_, bye_out_, reinvite_out_})
    if (request) nta_outgoing_destroy(request);
  if (leg_) nta_leg_destroy(leg_);
  if (record_->leg) record_->rtp = context_.media.Close(std::exchange(record_->leg, 0));
}

bool Call::OpenLeg() {
  if (record_->leg) return true;
  const OpenedLeg opened = context_.media.Open(record_->side);
  if (opened.port == 0) {
    Fault("no_rtp_port", record_->call_id);
    return false;
  }
  record_->leg = opened.id;
  record_->code = opened.code;
  local_ = {context_.media.host(), opened.port, opened.id, 1};
  return true;
}

bool Call::TakeOffer(const std::string& body) {
  auto parsed = ParseSdp(body, context_.laws);
  if (!parsed || !parsed->has_codec || !OpenLeg()) return false;
  offer_ = std::move(parsed);
  UseRemote(*offer_);
  return true;
}

void Call::TakeAnswer(const std::string& body) {
  const auto answer = ParseSdp(body, context_.laws);
  if (answer && answer->has_codec)
    UseRemote(*answer);
  else
    Fault("bad_sdp_answer", record_->call_id);
}

void Call::UseRemote(const RemoteSdp& remote) {
  record_->codec = NameOf(remote.rtp.law);
  context_.media.SetRemote(record_->leg, remote.rtp);
}

std::string Call::Contact() const {
  const std::string& user = context_.contact_user.empty() ? record_->user : context_.contact_user;
  return "<" + context_.endpoint.ContactUri(user, context_.tcp) + ">";
}

std::string Call::LocalBody() {
  return offer_ ? MakeAnswer(local_, *offer_) : MakeOffer(local_, context_.laws);
}

void Call::Fault(const std::string& kind, const std::string& text) {
  context_.log.Fault(kind, text);
}

void Call::HangUp(const std::string& ended_by) {
  switch (state_) {
    case State::kIncoming:
      record_->ended_by = ended_by;
      Refuse({.status = 480});
      break;
    case State::kDialing:
      hang_up_by_ = ended_by;
      cancelling_ = true;
      nta_outgoing_cancel(invite_out_);
      break;
    case State::kAnswered:
      hang_up_at_ack_ = true;
      hang_up_by_ = ended_by;
      break;
    case State::kConfirmed:
      hang_up_by_ = ended_by;
      SendBye();
      break;
    case State::kClosing:
    case State::kEnded:
      break;
  }
}

void Call::Vanish() {
  if (state_ == State::kDialing) nta_outgoing_cancel(invite_out_);
  if (invite_in_) {
    nta_incoming_bind(invite_in_, nullptr, nullptr);
    context_.endpoint.HoldUnanswered(std::exchange(invite_in_, nullptr));
  }
  Close("vanished");
}

void Call::SendBye() {
  state_ = State::kClosing;
  record_->end_us = NowUs();
  context_.media.SetSending(record_->leg, Sending::kNothing);
  bye_out_ = nta_outgoing_tcreate(
      leg_, OnByeResponse, reinterpret_cast<nta_outgoing_magic_t*>(this), nullptr, SIP_METHOD_BYE,
      nullptr, SIPTAG_REASON_STR("Q.850;cause=16;text=\"Normal call clearing\""), TAG_END());
  if (!bye_out_) Close("failure");
}

int Call::OnByeResponse(nta_outgoing_magic_t* magic, nta_outgoing_t*, const sip_t* sip) {
  auto* call = reinterpret_cast<Call*>(magic);
  const int status = sip && sip->sip_status ? sip->sip_status->st_status : 408;
  if (status < 200) return 0;
  // 481: both sides hung up at the same moment.
  if (status >= 300 && status != 481)
    call->Fault("bye_refused", std::to_string(status) + " " + call->record_->call_id);
  call->Close(call->hang_up_by_);
  return 0;
}

void Call::Close(const std::string& ended_by) {
  if (state_ == State::kEnded) return;
  state_ = State::kEnded;
  const auto self = shared_from_this();
  if (record_->ended_by.empty()) record_->ended_by = ended_by;
  if (record_->end_us < 0) record_->end_us = NowUs();
  if (record_->leg) record_->rtp = context_.media.Close(std::exchange(record_->leg, 0));
  context_.observer.OnEnded(*this);
  context_.endpoint.ForgetLater(this);
}

int Call::OnDialogRequest(nta_leg_magic_t* magic, nta_leg_t*, nta_incoming_t* request,
                          const sip_t* sip) {
  return reinterpret_cast<Call*>(magic)->HandleDialogRequest(request, sip);
}

int Call::HandleDialogRequest(nta_incoming_t* request, const sip_t* sip) {
  if (sip->sip_request->rq_method == sip_method_ack) return 0;
  if (const int status = nta_check_required(request, sip, nullptr, TAG_END())) return status;
  switch (sip->sip_request->rq_method) {
    case sip_method_bye:
      return HandleBye(request, sip);
    case sip_method_invite:
      return HandleReinvite(request, sip);
    case sip_method_update:
      return HandleUpdate(request, sip);
    case sip_method_options:
    case sip_method_info:
    case sip_method_notify:
      return 200;
    default:
      return 501;
  }
}

int Call::HandleBye(nta_incoming_t* request, const sip_t* sip) {
  nta_incoming_treply(request, SIP_200_OK, TAG_END());
  record_->end_reason = ReasonOf(sip);
  switch (state_) {
    case State::kIncoming:
      // RFC 3261 15.1.2: a BYE for an early dialog ends its INVITE.
      if (invite_in_) nta_incoming_treply(invite_in_, SIP_487_REQUEST_CANCELLED, TAG_END());
      record_->status = 487;
      Close("peer");
      break;
    case State::kAnswered:
      Fault("bye_before_ack", record_->call_id);
      Close("peer");
      break;
    case State::kDialing:
    case State::kConfirmed:
    case State::kClosing:
      Close("peer");
      break;
    case State::kEnded:
      break;
  }
  return 200;
}

int Call::HandleReinvite(nta_incoming_t* request, const sip_t* sip) {
  ++record_->reinvites;
  if (reinvite_in_ || reinvite_out_) return 491;
  const std::string body = BodyOf(sip);
  if (!body.empty()) {
    if (!TakeOffer(body)) return 488;
  } else {
    offer_.reset();
    awaits_answer_in_ack_ = true;
  }
  ++local_.version;
  reinvite_in_ = request;
  nta_incoming_bind(request, OnReinviteAck, reinterpret_cast<nta_incoming_magic_t*>(this));
  const std::string contact = Contact();
  nta_incoming_treply(request, SIP_200_OK, SIPTAG_CONTACT_STR(contact.c_str()),
                      SIPTAG_ALLOW_STR(kAllow), SIPTAG_CONTENT_TYPE_STR("application/sdp"),
                      SIPTAG_PAYLOAD_STR(LocalBody().c_str()), TAG_END());
  return 0;
}

int Call::OnReinviteAck(nta_incoming_magic_t* magic, nta_incoming_t* request, const sip_t* sip) {
  auto* call = reinterpret_cast<Call*>(magic);
  if (sip && sip->sip_request->rq_method == sip_method_cancel) return 0;
  if (!sip) call->Fault("no_ack_to_reinvite", call->record_->call_id);
  if (sip && call->awaits_answer_in_ack_) {
    call->awaits_answer_in_ack_ = false;
    call->TakeAnswer(BodyOf(sip));
  }
  call->reinvite_in_ = nullptr;
  nta_incoming_destroy(request);
  return 0;
}

int Call::HandleUpdate(nta_incoming_t* request, const sip_t* sip) {
  ++record_->updates;
  const std::string body = BodyOf(sip);
  if (body.empty()) return 200;
  if (!TakeOffer(body)) return 488;
  ++local_.version;
  const std::string contact = Contact();
  nta_incoming_treply(request, SIP_200_OK, SIPTAG_CONTACT_STR(contact.c_str()),
                      SIPTAG_CONTENT_TYPE_STR("application/sdp"),
                      SIPTAG_PAYLOAD_STR(LocalBody().c_str()), TAG_END());
  return 200;
}

}  // namespace callfleet::phones
