// Provisional responses to an INVITE that we hold: plain, or reliable where the caller requires it
// (RFC 3262), and again each minute so that no proxy gives it up (RFC 3261 13.3.1.1).
#include "services/sip_edge/loop/dialog.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

void Dialog::Provisional(int code, const Sdp* sdp) {
  last_18x_ = code;
  if (!reliable_) {
    if (sdp != nullptr) {
      ReplyWithSdp(invite_in_, code, sdp, {});
    } else {
      nta_incoming_treply(invite_in_, code, nullptr, SIPTAG_CONTACT_STR(contact_.c_str()),
                          TAG_END());
    }
  } else {
    // nta adds Require and RSeq, repeats it until its PRACK and holds a 200 back until then.
    const std::string body = sdp != nullptr ? ToText(*sdp) : std::string();
    nta_reliable_t* reliable = nta_reliable_treply(
        invite_in_, &PrackSink::Dispatch, this, code, nullptr, SIPTAG_CONTACT_STR(contact_.c_str()),
        TAG_IF(sdp, SIPTAG_CONTENT_TYPE_STR("application/sdp")),
        TAG_IF(sdp, SIPTAG_PAYLOAD_STR(body.c_str())), TAG_END());
    if (reliable != nullptr) without_prack_.push_back(reliable);
  }
  if (!ring_repeat_armed_) Arm(DialogTimer::kRingAgain, ring_repeat_ms_);
  ring_repeat_armed_ = true;
}

void Dialog::Ring(int sip_code) {
  if (state_ != State::kIncoming) return;
  if (reliable_ && !remote_offer_ && !offered_in_18x_) {
    // RFC 3262 5: without an offer in the INVITE the first reliable response carries ours.
    offered_in_18x_ = true;
    const Sdp offer = session_->Offer();
    Provisional(sip_code, &offer);
    return;
  }
  Provisional(sip_code, nullptr);
}

void Dialog::RingWithMedia() {
  if (state_ != State::kIncoming) return;
  if (!remote_offer_) {
    Ring(180);  // No offer to answer.
    return;
  }
  const Sdp answer = session_->current();
  // The caller has it for sure: once is enough.
  Provisional(183, reliable_ && sdp_settled_in_18x_ ? nullptr : &answer);
  sdp_settled_in_18x_ = reliable_;
}

void Dialog::RingAgain() {
  ring_repeat_armed_ = false;
  if (state_ != State::kIncoming || invite_in_ == nullptr) return;
  if (last_18x_ == 183) {
    RingWithMedia();
  } else {
    Ring(last_18x_);
  }
}

int Dialog::OnPrack(nta_reliable_t* reliable, const sip_t* sip) {
  std::erase(without_prack_, reliable);
  nta_reliable_destroy(reliable);
  if (sip == nullptr) {
    // RFC 3262 3: nobody heard us for 64*T1.
    if (state_ != State::kIncoming) return 0;
    nta_incoming_treply(invite_in_, SIP_504_GATEWAY_TIME_OUT, TAG_END());
    state_ = State::kEnding;
    host_.OnRemoteEnd(*this, SipCause{.sip_code = 504, .text = "no PRACK"}, DialogEnd::kLost);
    BeGone();
    return 0;
  }
  if (!offered_in_18x_ || sdp_settled_in_18x_) return 200;
  const auto answer = SdpOf(sip);
  if (!answer || !answer->has_value()) return 200;
  if (!session_->Accept(**answer)) return 488;
  sdp_settled_in_18x_ = true;
  if (state_ != State::kIncoming) host_.OnAudioChanged(*this);  // Our 200 waited for this.
  return 200;
}

}  // namespace callfleet::sip_edge
