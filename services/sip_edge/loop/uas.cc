// The called side of a dialog: an INVITE that came in, and whatever the far end changes later.
#include <utility>

#include "services/sip_edge/loop/dialog.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {}

Dialog::Dialog(DialogHost& host, DialogId id, AcceptSpec spec, nta_incoming_t* irq,
               const sip_t* sip)
    : host_(host),
      id_(id),
      uac_(false),
      state_(State::kIncoming),
      contact_(std::move(spec.contact)),
      next_hop_(std::move(spec.next_hop)),
      symmetric_(spec.symmetric),
      call_id_(Text(sip->sip_call_id->i_id)),
      invite_in_(irq),
      reliable_(Requires(sip, "100rel")),
      ring_repeat_ms_(spec.ring_repeat_ms),
      session_policy_(spec.session) {
  // With its tag from the beginning: to a leg that is tagged later nta gives requests without To
  // tag, too (RFC 2543), and whoever has seen Call-ID and From tag could move or end the call.
  ScratchHome home;
  sip_to_t* local = sip_to_dup(home.get(), sip->sip_to);
  sip_to_tag(home.get(), local, nta_agent_newtag(home.get(), nullptr, host_.agent()));
  leg_ =
      nta_leg_tcreate(host_.agent(), &RequestSink::Dispatch, this, SIPTAG_CALL_ID(sip->sip_call_id),
                      SIPTAG_FROM(local), SIPTAG_TO(sip->sip_from),
                      NTATAG_REMOTE_CSEQ(sip->sip_cseq->cs_seq), TAG_END());
  nta_incoming_tag(irq, nta_leg_get_tag(leg_));
  nta_leg_server_route(leg_, sip->sip_record_route, sip->sip_contact);
  nta_incoming_bind(irq, &AckSink::Dispatch, this);
}

int Dialog::SetLocalAudio(const LocalAudio& audio) {
  session_ =
      std::make_unique<SdpSession>(audio, (static_cast<std::uint64_t>(host_.Random()) << 8) + 1);
  msg_t* msg = nta_incoming_getrequest(invite_in_);
  auto offer = SdpOf(sip_object(msg));
  const bool session_ok = GrantSessionTimer(sip_object(msg)).has_value();
  msg_destroy(msg);
  if (!session_ok) {
    Reject(422, "Min-SE: " + std::to_string(session_policy_.min_se_s) + "\r\n");
    return 422;
  }
  SipCause refused;
  if (!offer) {
    Reject(488, {});
    return 488;
  }
  remote_offer_ = *offer;
  if (remote_offer_ && !AnswerOrOffer(remote_offer_, &refused)) {
    Reject(488, "Warning: 305 callfleet \"no common codec\"\r\n");
    return 488;
  }
  return 0;
}

std::optional<Sdp> Dialog::AnswerOrOffer(const std::optional<Sdp>& offer, SipCause* refused) {
  if (!offer) return session_->Offer();
  auto answer = session_->Answer(*offer);
  if (answer) return *std::move(answer);
  refused->sip_code = 488;
  return std::nullopt;
}

void Dialog::ReplyWithSdp(nta_incoming_t* irq, int code, const Sdp* sdp,
                          const std::string& headers) {
  const std::string body = sdp != nullptr ? ToText(*sdp) : std::string();
  nta_incoming_treply(irq, code, nullptr, SIPTAG_CONTACT_STR(contact_.c_str()),
                      SIPTAG_ALLOW_STR(kAllowInDialog), SIPTAG_SUPPORTED_STR("timer, replaces"),
                      TAG_IF(!headers.empty(), SIPTAG_HEADER_STR(headers.c_str())),
                      TAG_IF(sdp, SIPTAG_CONTENT_TYPE_STR("application/sdp")),
                      TAG_IF(sdp, SIPTAG_PAYLOAD_STR(body.c_str())), TAG_END());
}

void Dialog::Accept() {
  if (state_ != State::kIncoming) return;
  msg_t* msg = nta_incoming_getrequest(invite_in_);
  const auto headers = GrantSessionTimer(sip_object(msg));
  msg_destroy(msg);
  // What a reliable 18x settled is not said again (RFC 6337 3.1.1).
  const bool settled = sdp_settled_in_18x_ || offered_in_18x_;
  const Sdp body = remote_offer_ || settled ? session_->current() : session_->Offer();
  answer_in_ack_ = !remote_offer_ && !settled;
  state_ = State::kAccepted;
  ReplyWithSdp(invite_in_, 200, settled ? nullptr : &body, headers.value_or(std::string()));
}

void Dialog::Reject(int sip_code, const std::string& headers) {
  if (state_ != State::kIncoming) return;
  nta_incoming_treply(invite_in_, sip_code, nullptr,
                      TAG_IF(!headers.empty(), SIPTAG_HEADER_STR(headers.c_str())), TAG_END());
  BeGone();
}

void Dialog::OnAckOrCancel(nta_incoming_t* irq, const sip_t* sip) {
  const bool first = irq == invite_in_;
  if (sip == nullptr) {
    nta_incoming_destroy(irq);
    (first ? invite_in_ : reinvite_in_) = nullptr;
    OnAckTimeout();
    return;
  }
  if (sip->sip_request->rq_method == sip_method_cancel) {
    if (!first || state_ != State::kIncoming) return;  // Too late: the 200 is out.
    nta_incoming_treply(irq, SIP_487_REQUEST_TERMINATED, TAG_END());
    const SipCause cause{.sip_code = 487, .q850 = Q850Of(sip), .text = "CANCEL"};
    state_ = State::kEnding;
    host_.OnRemoteEnd(*this, cause, DialogEnd::kCancel);
    BeGone();
    return;
  }
  nta_incoming_destroy(irq);
  (first ? invite_in_ : reinvite_in_) = nullptr;
  // The ACK of a 2xx has its To tag (RFC 3261 12.1.1): what another one describes is not the
  // peer's.
  const sip_t* said = sip->sip_to->a_tag != nullptr ? sip : nullptr;
  first ? OnInviteAck(said) : OnReInviteAck(said);
}

void Dialog::OnAckTimeout() {
  if (state_ == State::kAccepted) state_ = State::kConfirmed;
  if (state_ != State::kConfirmed) return;
  host_.OnRemoteEnd(*this, SipCause{.sip_code = 408, .text = "no ACK"}, DialogEnd::kNoAck);
  Bye(ReasonHeader(102, "no ACK"));
}

void Dialog::OnInviteAck(const sip_t* sip) {
  if (state_ != State::kAccepted) return;
  state_ = State::kConfirmed;
  if (bye_after_ack_) {
    Bye(session_headers_);
    return;
  }
  if (answer_in_ack_) {
    const auto answer = SdpOf(sip);
    if (!answer || !answer->has_value() || !session_->Accept(**answer)) {
      host_.OnRemoteEnd(*this, SipCause{.sip_code = 488, .q850 = 65, .text = "no usable answer"},
                        DialogEnd::kLost);
      Bye(ReasonHeader(65, "no usable answer"));
      return;
    }
    host_.OnAudioChanged(*this);
  }
  StartSessionTimers(terms_);
  host_.OnConfirmed(*this);
}

std::optional<std::string> Dialog::GrantSessionTimer(const sip_t* sip) {
  const auto& audio = session_->agreed();
  const bool holds = audio && audio->held_by_peer;
  const SessionGrant grant = GrantSession(SessionExpiresOf(sip), session_policy_, holds);
  if (grant.too_small) return std::nullopt;
  terms_ = grant.terms;
  if (sip->sip_allow != nullptr) refresh_by_update_ = Allows(sip, "UPDATE");
  return "Session-Expires: " + std::to_string(grant.terms->interval_s) +
         (grant.refresher == Refresher::kUas ? ";refresher=uas\r\n" : ";refresher=uac\r\n") +
         (grant.require_timer ? "Require: timer\r\n" : "");
}

int Dialog::RefuseInterval(nta_incoming_t* irq) {
  const std::string least = std::to_string(session_policy_.min_se_s);
  nta_incoming_treply(irq, 422, "Session Interval Too Small", SIPTAG_MIN_SE_STR(least.c_str()),
                      TAG_END());
  nta_incoming_destroy(irq);
  return 0;
}

int Dialog::OnReInvite(nta_incoming_t* irq, const sip_t* sip) {
  if (refresh_out_ != nullptr || state_ == State::kCalling) return 491;  // RFC 3261 14.2
  if (invite_in_ != nullptr || reinvite_in_ != nullptr) {
    const std::string after = std::to_string(host_.Random() % 10);
    nta_incoming_treply(irq, SIP_500_INTERNAL_SERVER_ERROR, SIPTAG_RETRY_AFTER_STR(after.c_str()),
                        TAG_END());
    nta_incoming_destroy(irq);
    return 0;
  }
  if (!GrantSessionTimer(sip)) return RefuseInterval(irq);
  const auto offer = SdpOf(sip);
  SipCause refused;
  const auto body = offer ? AnswerOrOffer(*offer, &refused) : std::nullopt;
  if (!body) return 488;  // RFC 3261 14.2: the session stays as it was.
  answer_in_ack_ = !offer->has_value();
  nta_leg_server_route(leg_, nullptr, sip->sip_contact);
  reinvite_in_ = irq;
  nta_incoming_bind(irq, &AckSink::Dispatch, this);
  // Whether it holds is known now.
  ReplyWithSdp(irq, 200, &*body, GrantSessionTimer(sip).value_or(std::string()));
  StartSessionTimers(terms_);
  if (offer->has_value()) host_.OnAudioChanged(*this);
  return 0;
}

void Dialog::OnReInviteAck(const sip_t* sip) {
  if (state_ != State::kConfirmed || !answer_in_ack_) return;
  answer_in_ack_ = false;
  const auto answer = SdpOf(sip);
  if (answer && answer->has_value() && session_->Accept(**answer)) host_.OnAudioChanged(*this);
}

int Dialog::OnUpdate(nta_incoming_t* irq, const sip_t* sip) {
  if (session_ == nullptr) return 500;
  const auto offer = SdpOf(sip);
  if (!offer) return 488;
  if (offer->has_value() && (refresh_out_ != nullptr || invite_in_ != nullptr)) return 491;
  if (!GrantSessionTimer(sip)) return RefuseInterval(irq);
  SipCause refused;
  std::optional<Sdp> answer;
  if (offer->has_value()) {
    answer = AnswerOrOffer(*offer, &refused);
    if (!answer) return 488;
  }
  if (sip->sip_contact != nullptr) nta_leg_server_route(leg_, nullptr, sip->sip_contact);
  ReplyWithSdp(irq, 200, answer ? &*answer : nullptr,
               GrantSessionTimer(sip).value_or(std::string()));
  nta_incoming_destroy(irq);
  StartSessionTimers(terms_);
  if (answer) host_.OnAudioChanged(*this);
  return 0;
}

}  // namespace callfleet::sip_edge
