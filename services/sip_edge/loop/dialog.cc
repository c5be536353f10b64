#include "services/sip_edge/loop/dialog.h"

#include <utility>

#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {

std::uint64_t SessionIdFrom(DialogHost& host) {
  return (static_cast<std::uint64_t>(host.Random()) << 8) + 1;
}
}  // namespace

Dialog::Dialog(DialogHost& host, DialogId id, InviteSpec spec, const LocalAudio& audio)
    : host_(host),
      id_(id),
      uac_(true),
      invite_(std::make_unique<InviteSpec>(std::move(spec))),
      contact_(invite_->contact),
      next_hop_(invite_->next_hop),
      symmetric_(invite_->symmetric),
      session_(std::make_unique<SdpSession>(audio, SessionIdFrom(host))),
      session_policy_(invite_->session) {}

Dialog::~Dialog() { Release(); }

void Dialog::Release() {
  // RFC-wise nothing is lost: nta keeps the transactions that still have to retransmit.
  for (nta_outgoing_t** out : {&invite_out_, &bye_out_, &refresh_out_}) {
    if (*out != nullptr) nta_outgoing_destroy(std::exchange(*out, nullptr));
  }
  for (nta_reliable_t* reliable : std::exchange(without_prack_, {})) nta_reliable_destroy(reliable);
  for (nta_incoming_t** in : {&invite_in_, &reinvite_in_}) {
    if (*in != nullptr) nta_incoming_destroy(std::exchange(*in, nullptr));
  }
  if (leg_ != nullptr) nta_leg_destroy(std::exchange(leg_, nullptr));
}

void Dialog::BeGone() {
  if (state_ == State::kGone) return;
  state_ = State::kGone;
  ++timer_generation_;
  host_.OnGone(*this);  // Reads the dialog's identifiers, which go with nta's leg.
  Release();
}

void Dialog::Arm(DialogTimer timer, std::uint32_t after_ms) {
  host_.StartTimer(id_, timer, timer_generation_, after_ms);
}

// Phones behind NAT are answered where they came from; elsewhere nta follows the route set, as long
// as it needs no name lookup (our resolver has done that for the first hop already).
const url_string_t* Dialog::NextHop() {
  const auto* hop = reinterpret_cast<const url_string_t*>(next_hop_.c_str());
  if (symmetric_) return hop;
  const sip_route_t* route = nullptr;
  const sip_contact_t* target = nullptr;
  if (nta_leg_get_route(leg_, &route, &target) < 0) return hop;
  const url_t* first = route != nullptr    ? route->r_url
                       : target != nullptr ? target->m_url
                                           : nullptr;
  if (first == nullptr || !IsAddressLiteral(Text(first->url_host))) return hop;
  return nullptr;
}

void Dialog::Bye(const std::string& reason_header) {
  if (state_ == State::kAccepted) {
    // RFC 3261 15: the callee's UA sends no BYE before the ACK or its timeout.
    bye_after_ack_ = true;
    session_headers_ = reason_header;
    return;
  }
  if (state_ != State::kConfirmed) return;
  state_ = State::kEnding;
  ++timer_generation_;
  bye_out_ = nta_outgoing_tcreate(
      leg_, &ResponseSink::Dispatch, this, NextHop(), SIP_METHOD_BYE, nullptr,
      TAG_IF(!reason_header.empty(), SIPTAG_REASON_STR(reason_header.c_str())), TAG_END());
  if (bye_out_ == nullptr) BeGone();
}

void Dialog::OnByeResponse(const sip_t*, int code) {
  if (code >= 200) BeGone();
}

void Dialog::OnResponse(nta_outgoing_t* orq, const sip_t* sip) {
  const int code = StatusOf(orq, sip);
  if (orq == invite_out_) {
    OnInviteResponse(sip, code);
  } else if (orq == bye_out_) {
    OnByeResponse(sip, code);
  } else if (orq == refresh_out_) {
    if (code >= 200) OnRefreshResponse(sip, code);
  } else if (code >= 200) {
    nta_outgoing_destroy(orq);  // PRACK.
  }
}

int Dialog::OnRequest(nta_leg_t*, nta_incoming_t* irq, const sip_t* sip) {
  const auto method = sip->sip_request->rq_method;
  if (state_ == State::kGone || state_ == State::kEnding) {
    return method == sip_method_bye ? 200 : 481;
  }
  if (const int fault = FaultOf(sip); fault != 0 && method != sip_method_ack) return fault;
  if (method != sip_method_ack && UnknownRequire(sip)) {
    const std::string unsupported = *UnknownRequire(sip);
    nta_incoming_treply(irq, SIP_420_BAD_EXTENSION, SIPTAG_UNSUPPORTED_STR(unsupported.c_str()),
                        TAG_END());
    nta_incoming_destroy(irq);
    return 0;
  }
  switch (method) {
    case sip_method_bye:
      return OnBye(irq, sip);
    case sip_method_invite:
      return OnReInvite(irq, sip);
    case sip_method_update:
      return OnUpdate(irq, sip);
    case sip_method_ack:
      return 0;
    case sip_method_prack:
      return 481;  // RFC 3262 3: of no response that waits for one.
    case sip_method_refer:
      return OnRefer(irq, sip);
    case sip_method_info:
      return OnInfo(sip);
    case sip_method_options:
    case sip_method_message:
      return 200;
    default:
      break;
  }
  nta_incoming_treply(irq, SIP_405_METHOD_NOT_ALLOWED, SIPTAG_ALLOW_STR(kAllowInDialog), TAG_END());
  nta_incoming_destroy(irq);
  return 0;
}

int Dialog::OnBye(nta_incoming_t* irq, const sip_t* sip) {
  const SipCause cause{.sip_code = 0, .q850 = Q850Of(sip), .text = "BYE"};
  nta_incoming_treply(irq, SIP_200_OK, TAG_END());
  nta_incoming_destroy(irq);
  if (state_ == State::kIncoming && invite_in_ != nullptr) {
    nta_incoming_treply(invite_in_, SIP_487_REQUEST_TERMINATED, TAG_END());
  }
  state_ = State::kEnding;
  host_.OnRemoteEnd(*this, cause, DialogEnd::kBye);
  BeGone();
  return 0;
}

void Dialog::OnTimer(DialogTimer timer, std::uint32_t generation) {
  if (timer == DialogTimer::kLinger) {
    if (state_ == State::kCancelling) BeGone();
    return;
  }
  if (timer == DialogTimer::kRingAgain) {
    RingAgain();
    return;
  }
  if (generation != timer_generation_ || state_ != State::kConfirmed) return;
  switch (timer) {
    case DialogTimer::kRefresh:
    case DialogTimer::kRetryReinvite:
      Refresh();
      break;
    case DialogTimer::kExpire:
      host_.OnRemoteEnd(*this, SipCause{.text = "session expired"}, DialogEnd::kSessionExpired);
      Bye(ReasonHeader(102, "session expired"));
      break;
    case DialogTimer::kLinger:
    case DialogTimer::kRingAgain:
      break;
  }
}

void Dialog::OnFlowClosed(const std::string& hop) {
  const bool open = state_ == State::kCalling || state_ == State::kCancelling;
  if (!open || !symmetric_ || next_hop_ != hop) return;
  state_ = State::kEnding;
  host_.OnFailed(*this, SipCause{.sip_code = 503, .text = "connection closed"});
  BeGone();
}

DialogKey Dialog::Key() const {
  DialogKey key;
  key.call_id = call_id_;
  key.next_hop = next_hop_;
  key.contact = contact_;
  if (leg_ == nullptr) return key;
  const sip_route_t* route = nullptr;
  const sip_contact_t* target = nullptr;
  nta_leg_get_route(leg_, &route, &target);
  if (target != nullptr) key.target = UrlText(target->m_url);
  for (; route != nullptr; route = route->r_next) key.route.push_back(UrlText(route->r_url));
  key.local_tag = Text(nta_leg_get_tag(leg_));
  key.remote_tag = Text(nta_leg_get_rtag(leg_));
  key.cseq = nta_leg_get_seq(leg_);
  return key;
}

}  // namespace callfleet::sip_edge
