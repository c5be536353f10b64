// Session timers of a dialog (RFC 4028): refresh by UPDATE, or by a re-INVITE that changes nothing.
#include <utility>

#include "services/sip_edge/loop/dialog.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

void Dialog::StartSessionTimers(const std::optional<SessionTerms>& terms) {
  terms_ = terms;
  ++timer_generation_;  // Whatever ran before is void.
  if (!terms_) return;
  if (terms_->we_refresh) Arm(DialogTimer::kRefresh, terms_->RefreshAfter() * 1000);
  Arm(DialogTimer::kExpire, terms_->ExpireAfter() * 1000);
}

void Dialog::Refresh() {
  if (refresh_out_ != nullptr || reinvite_in_ != nullptr || !terms_) return;
  // RFC 4028 7.1: the one who sends a request is its uac.
  const std::string expires = std::to_string(terms_->interval_s) + ";refresher=uac";
  const std::string least = std::to_string(session_policy_.min_se_s);
  const std::string body = refresh_by_update_ ? std::string() : ToText(session_->current());
  const bool update = refresh_by_update_;
  refresh_out_ = nta_outgoing_tcreate(
      leg_, &ResponseSink::Dispatch, this, NextHop(),
      update ? sip_method_update : sip_method_invite, update ? "UPDATE" : "INVITE", nullptr,
      SIPTAG_CONTACT_STR(contact_.c_str()), SIPTAG_SUPPORTED_STR("timer, replaces"),
      SIPTAG_SESSION_EXPIRES_STR(expires.c_str()), SIPTAG_MIN_SE_STR(least.c_str()),
      TAG_IF(!update, SIPTAG_CONTENT_TYPE_STR("application/sdp")),
      TAG_IF(!update, SIPTAG_PAYLOAD_STR(body.c_str())), TAG_END());
}

void Dialog::OnRefreshResponse(const sip_t* sip, int code) {
  const bool success = code < 300;
  if (success && nta_outgoing_method(refresh_out_) == sip_method_invite) Acknowledge(refresh_out_);
  nta_outgoing_destroy(std::exchange(refresh_out_, nullptr));
  if (state_ != State::kConfirmed) return;
  if (success) {
    const auto sdp = SdpOf(sip);
    if (sdp && sdp->has_value() && session_->Accept(**sdp)) host_.OnAudioChanged(*this);
    auto terms = sip != nullptr ? TermsFromAnswer(SessionExpiresOf(sip)) : std::nullopt;
    StartSessionTimers(terms ? terms : terms_);
    return;
  }
  if (code == 422 && terms_ && sip != nullptr) {
    const auto longer = RetryInterval(terms_->interval_s, SessionExpiresOf(sip).min_se_s);
    if (longer) {
      terms_->interval_s = session_policy_.min_se_s = *longer;
      Refresh();
      return;
    }
  }
  if (code == 408 || code == 481) {  // RFC 4028 10: only these end the session.
    host_.OnRemoteEnd(*this, SipCause{.sip_code = code, .text = "dialog lost"}, DialogEnd::kLost);
    Bye(ReasonHeader(102, "dialog lost"));
    return;
  }
  // RFC 3261 14.1: after 491 the owner of the Call-ID waits 2.1-4 s, the other side 0-2 s.
  const std::uint32_t after_ms =
      code == 491 ? (uac_ ? 2100 + host_.Random() % 1900 : host_.Random() % 2000) : 10'000;
  Arm(DialogTimer::kRetryReinvite, after_ms);
}

}  // namespace callfleet::sip_edge
