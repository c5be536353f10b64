// The calling side of a call, and the requests it sends inside the dialog.
#include "tests/phones/base/clock.h"
#include "tests/phones/sip/call.h"
#include "tests/phones/sip/message.h"

namespace callfleet::phones {

std::shared_ptr<Call> Call::Dial(const CallContext& context, Side side,
                                 const DialRequest& request) {
  std::shared_ptr<Call> call(new Call(context, side));
  CallRecord& record = *call->record_;
  call->state_ = State::kDialing;
  call->dial_ = request;
  record.outgoing = true;
  record.user = request.user;
  record.headers = request.headers;
  record.from = request.user;
  record.to = request.to_uri.substr(4, request.to_uri.find('@') - 4);
  call->leg_ = nta_leg_tcreate(context.endpoint.agent(), OnDialogRequest,
                               reinterpret_cast<nta_leg_magic_t*>(call.get()),
                               SIPTAG_FROM_STR(("<" + request.from_uri + ">").c_str()),
                               SIPTAG_TO_STR(("<" + request.to_uri + ">").c_str()), TAG_END());
  if (!call->leg_) return nullptr;
  nta_leg_tag(call->leg_, nullptr);
  context.log.Add(call->record_);
  if (!call->OpenLeg() || !call->SendInvite()) return nullptr;
  context.endpoint.Keep(call);
  return call;
}

bool Call::SendInvite() {
  std::string extra;
  for (const auto& [name, value] : dial_.headers) extra += name + ": " + value + "\r\n";
  const std::string contact = Contact();
  const char* route = dial_.route.empty() ? nullptr : dial_.route.c_str();
  const bool signed_www = !authorization_.empty() && !proxy_authorization_;
  const bool signed_proxy = !authorization_.empty() && proxy_authorization_;
  invite_out_ = nta_outgoing_tcreate(
      leg_, OnInviteResponse, reinterpret_cast<nta_outgoing_magic_t*>(this),
      reinterpret_cast<const url_string_t*>(route), SIP_METHOD_INVITE,
      URL_STRING_MAKE(dial_.target.c_str()), SIPTAG_CONTACT_STR(contact.c_str()),
      SIPTAG_ALLOW_STR(kAllow), SIPTAG_CONTENT_TYPE_STR("application/sdp"),
      SIPTAG_PAYLOAD_STR(MakeOffer(local_, context_.laws).c_str()),
      TAG_IF(signed_www, SIPTAG_AUTHORIZATION_STR(authorization_.c_str())),
      TAG_IF(signed_proxy, SIPTAG_PROXY_AUTHORIZATION_STR(authorization_.c_str())),
      TAG_IF(!extra.empty(), SIPTAG_HEADER_STR(extra.c_str())), TAG_END());
  return invite_out_ != nullptr;
}

int Call::OnInviteResponse(nta_outgoing_magic_t* magic, nta_outgoing_t* request, const sip_t* sip) {
  auto* call = reinterpret_cast<Call*>(magic);
  if (request == call->invite_out_) call->HandleInviteResponse(sip);
  return 0;
}

void Call::HandleInviteResponse(const sip_t* sip) {
  const int status = sip && sip->sip_status ? sip->sip_status->st_status : 408;
  if (sip && sip->sip_call_id) record_->call_id = sip->sip_call_id->i_id;
  if (status > 100 && status < 200) {
    if (record_->ringing_us < 0) record_->ringing_us = NowUs();
    const std::string body = BodyOf(sip);
    if (!body.empty()) TakeAnswer(body);
    return;
  }
  if (status < 200) return;
  if (status < 300) {
    if (state_ == State::kDialing) HandleDialAnswer(sip);
    return;
  }
  if ((status == 401 || status == 407) && TryCredentials(sip)) return;
  record_->status = status;
  record_->end_reason = ReasonOf(sip);
  Close(cancelling_ ? hang_up_by_ : "peer");
}

void Call::HandleDialAnswer(const sip_t* sip) {
  record_->status = sip->sip_status->st_status;
  record_->answer_us = NowUs();
  nta_leg_rtag(leg_, sip->sip_to->a_tag);
  nta_leg_client_route(leg_, sip->sip_record_route, sip->sip_contact);
  TakeAnswer(BodyOf(sip));
  SendAck();
  state_ = State::kConfirmed;
  record_->ack_us = NowUs();
  if (cancelling_) {  // The 200 crossed our CANCEL.
    SendBye();
    return;
  }
  context_.media.SetSending(record_->leg, Sending::kTone);
  context_.observer.OnAnswered(*this);
  context_.observer.OnConfirmed(*this);
}

void Call::SendAck() {
  // RFC 3261 13.2.2.4: the ACK's CSeq is the INVITE's number, also after a challenge; nta aborts
  // on another one. So it is made while that INVITE's transaction still exists.
  nta_outgoing_t* invite = reinvite_out_ ? reinvite_out_ : invite_out_;
  const std::string cseq = std::to_string(nta_outgoing_cseq(invite)) + " ACK";
  const bool signed_www = !authorization_.empty() && !proxy_authorization_;
  const bool signed_proxy = !authorization_.empty() && proxy_authorization_;
  nta_outgoing_t* ack = nta_outgoing_tcreate(
      leg_, nullptr, nullptr, nullptr, SIP_METHOD_ACK, nullptr, SIPTAG_CSEQ_STR(cseq.c_str()),
      TAG_IF(signed_www, SIPTAG_AUTHORIZATION_STR(authorization_.c_str())),
      TAG_IF(signed_proxy, SIPTAG_PROXY_AUTHORIZATION_STR(authorization_.c_str())), TAG_END());
  if (ack_out_) nta_outgoing_destroy(ack_out_);
  ack_out_ = ack;
}

bool Call::TryCredentials(const sip_t* sip) {
  constexpr int kMaxChallenges = 2;
  if (!dial_.credentials || cancelling_ || ++challenges_ > kMaxChallenges) return false;
  proxy_authorization_ = sip->sip_status->st_status == 407;
  const auto* header =
      proxy_authorization_ ? sip->sip_proxy_authenticate : sip->sip_www_authenticate;
  if (!header) return false;
  authorization_ = AnswerChallenge(ParseAuthParams(header->au_params), *dial_.credentials, "INVITE",
                                   dial_.target, 1);
  if (authorization_.empty()) return false;
  nta_outgoing_destroy(std::exchange(invite_out_, nullptr));
  if (SendInvite()) return true;
  Close("failure");
  return true;
}

void Call::Hold(bool on) {
  if (state_ != State::kConfirmed || reinvite_out_ || reinvite_in_) return;
  ++local_.version;
  std::string body = MakeOffer(local_, context_.laws);
  if (on) body.replace(body.find("a=sendrecv"), 10, "a=sendonly");
  const std::string contact = Contact();
  context_.media.SetSending(record_->leg, on ? Sending::kSilence : Sending::kTone);
  reinvite_out_ = nta_outgoing_tcreate(
      leg_, OnReinviteResponse, reinterpret_cast<nta_outgoing_magic_t*>(this), nullptr,
      SIP_METHOD_INVITE, nullptr, SIPTAG_CONTACT_STR(contact.c_str()),
      SIPTAG_CONTENT_TYPE_STR("application/sdp"), SIPTAG_PAYLOAD_STR(body.c_str()), TAG_END());
}

int Call::OnReinviteResponse(nta_outgoing_magic_t* magic, nta_outgoing_t* request,
                             const sip_t* sip) {
  auto* call = reinterpret_cast<Call*>(magic);
  const int status = sip && sip->sip_status ? sip->sip_status->st_status : 408;
  if (status < 200 || request != call->reinvite_out_) return 0;
  if (status < 300) {
    call->SendAck();
    call->TakeAnswer(BodyOf(sip));
  } else {
    call->Fault("reinvite_refused", std::to_string(status) + " " + call->record_->call_id);
  }
  nta_outgoing_destroy(std::exchange(call->reinvite_out_, nullptr));
  return 0;
}

}  // namespace callfleet::phones
