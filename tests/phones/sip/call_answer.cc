// The called side of a call.
#include "tests/phones/base/clock.h"
#include "tests/phones/sip/call.h"
#include "tests/phones/sip/message.h"

namespace callfleet::phones {

std::shared_ptr<Call> Call::Receive(const CallContext& context, Side side, nta_incoming_t* invite,
                                    const sip_t* sip, const std::string& user) {
  std::shared_ptr<Call> call(new Call(context, side));
  CallRecord& record = *call->record_;
  record.user = user;
  ReadInvite(sip, record);
  call->invite_in_ = invite;
  auto* magic = reinterpret_cast<nta_leg_magic_t*>(call.get());
  call->leg_ = nta_leg_tcreate(context.endpoint.agent(), OnDialogRequest, magic,
                               SIPTAG_CALL_ID(sip->sip_call_id), SIPTAG_FROM(sip->sip_to),
                               SIPTAG_TO(sip->sip_from), TAG_END());
  nta_leg_tag(call->leg_, nullptr);
  nta_incoming_tag(invite, nta_leg_get_tag(call->leg_));
  nta_leg_server_route(call->leg_, sip->sip_record_route, sip->sip_contact);
  nta_incoming_bind(invite, OnAckOrCancel, reinterpret_cast<nta_incoming_magic_t*>(call.get()));
  const std::string body = BodyOf(sip);
  if (body.empty())
    call->awaits_answer_in_ack_ = true;
  else if (auto offer = ParseSdp(body, context.laws))
    call->offer_ = std::move(offer);
  else
    call->Fault("bad_sdp_offer", record.call_id);
  if (call->offer_) record.offered_codecs = call->offer_->codecs;
  context.log.Add(call->record_);
  context.endpoint.Keep(call);
  return call;
}

void Call::Trying() {
  if (state_ == State::kIncoming) nta_incoming_treply(invite_in_, SIP_100_TRYING, TAG_END());
}

void Call::StaySilent() { nta_incoming_set_params(invite_in_, NTATAG_EXTRA_100(0), TAG_END()); }

void Call::Progress(int status, bool early_media) {
  if (state_ != State::kIncoming) return;
  record_->ring_asked = true;
  if (record_->ringing_us < 0) record_->ringing_us = NowUs();
  const std::string contact = Contact();
  std::string body;
  if (early_media && offer_ && offer_->has_codec && OpenLeg()) {
    UseRemote(*offer_);
    context_.media.SetSending(record_->leg, Sending::kRingback);
    body = LocalBody();
  }
  nta_incoming_treply(invite_in_, status, sip_status_phrase(status),
                      SIPTAG_CONTACT_STR(contact.c_str()), SIPTAG_ALLOW_STR(kAllow),
                      TAG_IF(!body.empty(), SIPTAG_CONTENT_TYPE_STR("application/sdp")),
                      TAG_IF(!body.empty(), SIPTAG_PAYLOAD_STR(body.c_str())), TAG_END());
}

void Call::Answer(Sending sending, std::shared_ptr<const Clip> clip) {
  if (state_ != State::kIncoming) return;
  const bool offered = !awaits_answer_in_ack_;
  if ((offered && (!offer_ || !offer_->has_codec)) || !OpenLeg()) {
    Refuse({.status = 488});
    return;
  }
  if (offered) UseRemote(*offer_);
  const std::string contact = Contact();
  const std::string body = LocalBody();
  state_ = State::kAnswered;
  record_->status = 200;
  record_->answer_us = NowUs();
  nta_incoming_treply(invite_in_, SIP_200_OK, SIPTAG_CONTACT_STR(contact.c_str()),
                      SIPTAG_ALLOW_STR(kAllow), SIPTAG_CONTENT_TYPE_STR("application/sdp"),
                      SIPTAG_PAYLOAD_STR(body.c_str()), TAG_END());
  context_.media.SetSending(record_->leg, sending);
  if (clip) context_.media.Play(record_->leg, std::move(clip));
  context_.observer.OnAnswered(*this);
}

void Call::Refuse(const Refusal& refusal) {
  if (state_ != State::kIncoming) return;
  record_->status = refusal.status;
  record_->q850_cause = refusal.q850_cause;
  const std::string reason = "Q.850;cause=" + std::to_string(refusal.q850_cause);
  const std::string retry = std::to_string(refusal.retry_after_s);
  nta_incoming_treply(invite_in_, refusal.status, sip_status_phrase(refusal.status),
                      TAG_IF(refusal.q850_cause != 0, SIPTAG_REASON_STR(reason.c_str())),
                      TAG_IF(refusal.retry_after_s != 0, SIPTAG_RETRY_AFTER_STR(retry.c_str())),
                      TAG_END());
  Close("reject");
}

int Call::OnAckOrCancel(nta_incoming_magic_t* magic, nta_incoming_t* request, const sip_t* sip) {
  auto* call = reinterpret_cast<Call*>(magic);
  if (sip && sip->sip_request->rq_method == sip_method_cancel) {
    call->HandleCancel(sip);
    return 0;
  }
  call->invite_in_ = nullptr;
  call->HandleAck(sip);
  nta_incoming_destroy(request);
  return 0;
}

void Call::HandleCancel(const sip_t* sip) {
  if (state_ != State::kIncoming) return;
  record_->end_reason = ReasonOf(sip);
  record_->status = 487;
  // nta may have answered 487 by itself already.
  if (nta_incoming_status(invite_in_) < 200)
    nta_incoming_treply(invite_in_, SIP_487_REQUEST_CANCELLED, TAG_END());
  Close("cancel");
}

void Call::HandleAck(const sip_t* sip) {
  if (state_ != State::kAnswered) return;
  if (!sip) {  // 64*T1 without an ACK: RFC 3261 13.3.1.4 wants a BYE.
    Fault("no_ack", record_->call_id);
    hang_up_by_ = "no_ack";
    SendBye();
    return;
  }
  record_->ack_us = NowUs();
  state_ = State::kConfirmed;
  if (awaits_answer_in_ack_) {
    awaits_answer_in_ack_ = false;
    TakeAnswer(BodyOf(sip));
  }
  context_.observer.OnConfirmed(*this);
  if (hang_up_at_ack_ && state_ == State::kConfirmed) SendBye();
}

}  // namespace callfleet::phones
