// Whole messages: sofia-sip parses them, we read what became of them.
#include <sofia-sip/msg.h>
#include <sofia-sip/msg_addr.h>

#include <memory>
#include <string>

#include "services/sip_edge/domain/told_text.h"
#include "services/sip_edge/loop/sip_headers.h"
#include "services/sip_edge/loop/stray_answers.h"
#include "services/sip_edge/loop/via_maddr.h"
#include "tests/fuzz/targets.h"

namespace callfleet::fuzz {
namespace {

using sip_edge::Told;

bool IsUtf8(const std::string& text) { return sip_edge::ToldText(text) == text; }

void ReadHeaders(const sip_t* sip) {
  const auto cause = sip_edge::CauseOf(sip);
  Promise(cause.q850 >= 0 && cause.q850 <= 127 && IsUtf8(cause.text) && cause.text.size() <= 128);
  const auto timer = sip_edge::SessionExpiresOf(sip);
  Promise(timer.interval_s <= 86400 && timer.min_se_s <= 86400);
  (void)sip_edge::Supports(sip, "100rel");
  (void)sip_edge::Requires(sip, "timer");
  (void)sip_edge::Allows(sip, "UPDATE");
  (void)sip_edge::UnknownRequire(sip);
  (void)sip_edge::InfoDigitOf(sip);
  if (const auto* to = sip->sip_refer_to; to != nullptr && sip_edge::AsksToReplace(to)) {
    sip_edge::ScratchHome home;
    (void)sip_edge::ReplacesOf(home.get(), to);
  }
  if (sip->sip_from != nullptr) {
    Promise(IsUtf8(Told(sip->sip_from->a_display, 128)));
    Promise(IsUtf8(Told(sip->sip_from->a_url->url_user, 128)));
  }
  if (sip->sip_contact != nullptr) {
    (void)sip_edge::RouteOf(sip_edge::UrlText(sip->sip_contact->m_url));
  }
  if (sip->sip_via != nullptr) (void)sip_edge::TransportOf(sip->sip_via);
}

}  // namespace

void Sip(Bytes input) {
  static const msg_mclass_t* messages = sip_edge::MessagesWithoutMaddr();
  const std::unique_ptr<msg_t, void (*)(msg_t*)> msg(
      msg_make(messages, 0, input.data(), static_cast<ssize_t>(input.size())), msg_destroy);
  const sip_t* sip = msg ? sip_object(msg.get()) : nullptr;
  if (sip == nullptr) return;
  ReadHeaders(sip);
  (void)sip_edge::SdpOf(sip);
  if (sip->sip_request != nullptr) {
    const int fault = sip_edge::FaultOf(sip);
    Promise(fault == 0 || fault == 400 || fault == 416);
  }
  if (sip_edge::IsStrayAnswer(sip, {.host = "192.0.2.1", .port = 5060, .tls_port = 5061})) {
    const auto dialog = sip_edge::StrayDialog(msg.get(), sip);
    Promise(!dialog.call_id.empty() && !dialog.remote_tag.empty());
  }
}

}  // namespace callfleet::fuzz
