// The calling side of a dialog: INVITE with its challenges, provisional responses, CANCEL, ACK.
#include <utility>

#include "services/sip_edge/loop/dialog.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kMaxEarlyDialogs = 8;
constexpr std::uint32_t kLingerMs = 33'000;  // 64*T1 and a little: a late 200 still finds us.

std::string CnonceFrom(DialogHost& host) {
  char text[24];
  std::snprintf(text, sizeof text, "%08x%08x", host.Random(), host.Random());
  return text;
}

}  // namespace

bool Dialog::Invite() {
  // Tagged from the beginning, so that no request without To tag is given to it.
  ScratchHome home;
  const std::string from =
      invite_->from + ";tag=" + Text(nta_agent_newtag(home.get(), nullptr, host_.agent()));
  leg_ = nta_leg_tcreate(host_.agent(), &RequestSink::Dispatch, this, SIPTAG_FROM_STR(from.c_str()),
                         SIPTAG_TO_STR(invite_->to.c_str()), TAG_END());
  if (leg_ == nullptr) return false;
  state_ = State::kCalling;
  return SendInvite();
}

bool Dialog::SendInvite() {
  std::string headers = invite_->headers + CredentialHeaders();
  std::string supported = "timer, replaces";
  if (invite_->rel100 == Rel100::kSupported) supported += ", 100rel";
  if (invite_->rel100 == Rel100::kRequired) headers += "Require: 100rel\r\n";
  headers += "Session-Expires: " + std::to_string(session_policy_.interval_s) +
             "\r\nMin-SE: " + std::to_string(session_policy_.min_se_s) + "\r\n";
  const std::string body = ToText(session_->Offer());
  const std::string max_forwards = std::to_string(invite_->max_forwards);
  invite_out_ = nta_outgoing_tcreate(
      leg_, &ResponseSink::Dispatch, this,
      reinterpret_cast<const url_string_t*>(invite_->next_hop.c_str()), SIP_METHOD_INVITE,
      reinterpret_cast<const url_string_t*>(invite_->request_uri.c_str()),
      SIPTAG_CONTACT_STR(contact_.c_str()), SIPTAG_MAX_FORWARDS_STR(max_forwards.c_str()),
      SIPTAG_ALLOW_STR(kAllowInDialog), SIPTAG_SUPPORTED_STR(supported.c_str()),
      SIPTAG_HEADER_STR(headers.c_str()), SIPTAG_CONTENT_TYPE_STR("application/sdp"),
      SIPTAG_PAYLOAD_STR(body.c_str()), TAG_END());
  if (invite_out_ == nullptr) return false;
  if (call_id_.empty()) {
    msg_t* msg = nta_outgoing_getrequest(invite_out_);
    if (const sip_t* sip = sip_object(msg); sip != nullptr && sip->sip_call_id != nullptr) {
      call_id_ = Text(sip->sip_call_id->i_id);
    }
    msg_destroy(msg);
  }
  return true;
}

std::string Dialog::CredentialHeaders() {
  std::string out;
  const auto add = [&](std::optional<Auth>& auth, const char* name) {
    if (!auth) return;
    out += std::string(name) + ": " +
           Credentials(auth->challenge, {.user = invite_->auth_user,
                                         .secret = invite_->auth_secret,
                                         .method = "INVITE",
                                         .uri = invite_->request_uri,
                                         .cnonce = CnonceFrom(host_),
                                         .nonce_count = ++auth->used}) +
           "\r\n";
  };
  add(www_auth_, "Authorization");
  add(proxy_auth_, "Proxy-Authorization");
  return out;
}

void Dialog::Cancel(const std::string& reason_header) {
  if (state_ != State::kCalling) return;
  state_ = State::kCancelling;
  cancelled_ = true;
  // nta itself holds the CANCEL back until a provisional response is there (RFC 3261 9.1).
  nta_outgoing_tcancel(invite_out_, nullptr, nullptr,
                       TAG_IF(!reason_header.empty(), SIPTAG_REASON_STR(reason_header.c_str())),
                       TAG_END());
  Arm(DialogTimer::kLinger, kLingerMs);
}

void Dialog::OnInviteResponse(const sip_t* sip, int code) {
  if (sip != nullptr && !nta_sip_is_internal(sip)) heard_anything_ = true;
  if (code < 200) {
    if (sip != nullptr) OnProvisional(sip, code);
  } else if (code < 300 && sip != nullptr) {
    OnInviteSuccess(sip);
  } else {
    OnInviteFailure(sip, code);
  }
}

Dialog::Early* Dialog::EarlyOf(const sip_t* sip) {
  const std::string tag = Text(sip->sip_to->a_tag);
  for (auto& early : early_) {
    if (early.tag == tag) return &early;
  }
  if (tag.empty() || early_.size() >= kMaxEarlyDialogs) return nullptr;
  early_.push_back({tag, *session_});
  return &early_.back();
}

void Dialog::OnProvisional(const sip_t* sip, int code) {
  provisional_code_ = code;
  if (state_ != State::kCalling) return;
  if (code == 100) {
    host_.OnProvisional(*this, code, nullptr);
    return;
  }
  const bool reliable = sip->sip_rseq != nullptr && Requires(sip, "100rel");
  if (reliable && !SendPrack(sip)) return;  // A repetition.
  const auto sdp = SdpOf(sip);
  if (sdp && sdp->has_value()) {
    // Each early dialog of a fork answers our one offer on its own.
    Early* early = EarlyOf(sip);
    if (early != nullptr && early->session.Accept(**sdp)) {
      host_.OnProvisional(*this, code, &*early->session.agreed());
      return;
    }
  }
  host_.OnProvisional(*this, code, nullptr);
}

// RFC 3262 4: false for one that was acknowledged before.
bool Dialog::SendPrack(const sip_t* sip) {
  Early* early = EarlyOf(sip);
  const std::uint32_t rseq = sip->sip_rseq->rs_response;
  if (early == nullptr || rseq <= early->rseq) return false;
  early->rseq = rseq;
  BindRemote(sip);
  const std::string rack =
      std::to_string(rseq) + " " + std::to_string(sip->sip_cseq->cs_seq) + " INVITE";
  nta_outgoing_tcreate(leg_, &ResponseSink::Dispatch, this, NextHop(), SIP_METHOD_PRACK, nullptr,
                       SIPTAG_RACK_STR(rack.c_str()), TAG_END());
  return true;
}

// Makes leg_ the dialog with the To tag of `sip`; another fork's tag gets a leg of its own.
void Dialog::BindRemote(const sip_t* sip) {
  const std::string tag = Text(sip->sip_to->a_tag);
  const std::string bound = Text(nta_leg_get_rtag(leg_));
  if (!bound.empty() && bound != tag) {
    const std::string cseq = std::to_string(nta_leg_get_seq(leg_)) + " INVITE";
    nta_leg_t* other =
        nta_leg_tcreate(host_.agent(), &RequestSink::Dispatch, this,
                        SIPTAG_CALL_ID(sip->sip_call_id), SIPTAG_FROM(sip->sip_from),
                        SIPTAG_TO(sip->sip_to), SIPTAG_CSEQ_STR(cseq.c_str()), TAG_END());
    if (other == nullptr) return;
    nta_leg_destroy(std::exchange(leg_, other));
  } else if (bound.empty()) {
    nta_leg_rtag(leg_, sip->sip_to->a_tag);
  }
  nta_leg_client_reroute(leg_, sip->sip_record_route, sip->sip_contact, 1);
}

void Dialog::Acknowledge(nta_outgoing_t* invite) {
  ScratchHome home;
  const auto* cseq = sip_cseq_create(home.get(), nta_outgoing_cseq(invite), SIP_METHOD_ACK);
  // RFC 3261 13.2.2.4: the ACK carries the credentials of its INVITE.
  msg_t* request = nta_outgoing_getrequest(invite);
  const sip_t* sent = sip_object(request);
  nta_outgoing_t* ack = nta_outgoing_tcreate(
      leg_, nullptr, nullptr, NextHop(), SIP_METHOD_ACK, nullptr, SIPTAG_CSEQ(cseq),
      TAG_IF(sent->sip_authorization, SIPTAG_AUTHORIZATION(sent->sip_authorization)),
      TAG_IF(sent->sip_proxy_authorization,
             SIPTAG_PROXY_AUTHORIZATION(sent->sip_proxy_authorization)),
      NTATAG_ACK_BRANCH(nta_outgoing_branch(invite)), TAG_END());
  msg_destroy(request);
  if (ack != nullptr) nta_outgoing_destroy(ack);  // nta repeats it for repeated 2xx by itself.
}

// The answer of the 2xx, or the one that its early dialog gave already.
bool Dialog::TakeAnswer(const sip_t* sip) {
  const auto sdp = SdpOf(sip);
  if (!sdp) return false;
  if (sdp->has_value()) return session_->Accept(**sdp).has_value();
  Early* early = EarlyOf(sip);
  if (early == nullptr || !early->session.agreed()) return false;
  *session_ = early->session;
  return true;
}

void Dialog::OnInviteSuccess(const sip_t* sip) {
  BindRemote(sip);
  Acknowledge(invite_out_);
  nta_outgoing_destroy(std::exchange(invite_out_, nullptr));
  const bool answered = TakeAnswer(sip);
  early_.clear();
  early_.shrink_to_fit();
  invite_.reset();
  state_ = State::kConfirmed;
  if (!answered) {
    host_.OnFailed(*this, SipCause{.sip_code = 488, .q850 = 65, .text = "no usable answer"});
    Bye(ReasonHeader(65, "no usable answer"));
    return;
  }
  refresh_by_update_ = Allows(sip, "UPDATE");
  const SessionExpires expires = SessionExpiresOf(sip);
  StartSessionTimers(TermsFromAnswer(expires));
  host_.OnAnswered(*this);
}

bool Dialog::RetryInvite(const sip_t* sip, int code) {
  if (state_ != State::kCalling || sip == nullptr) return false;
  if (code == 422) {
    const auto longer = RetryInterval(session_policy_.interval_s, SessionExpiresOf(sip).min_se_s);
    if (!longer) return false;
    session_policy_ = {.interval_s = *longer, .min_se_s = *longer};
  } else if (code == 401 || code == 407) {
    auto& auth = code == 401 ? www_auth_ : proxy_auth_;
    const auto challenge =
        ChallengeOf(code == 401 ? sip->sip_www_authenticate : sip->sip_proxy_authenticate);
    if (auth || !challenge || invite_->auth_user.empty()) return false;  // Once each.
    auth = Auth{*challenge};
  } else {
    return false;
  }
  nta_outgoing_destroy(std::exchange(invite_out_, nullptr));
  return SendInvite();
}

void Dialog::OnInviteFailure(const sip_t* sip, int code) {
  if (RetryInvite(sip, code)) return;
  SipCause cause = CauseOf(sip);
  cause.sip_code = code;
  state_ = State::kEnding;
  host_.OnFailed(*this, cause);
  BeGone();
}

}  // namespace callfleet::sip_edge
