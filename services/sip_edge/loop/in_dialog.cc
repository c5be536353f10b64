// REFER, INFO and Replaces: what phones ask for within, or about, dialogs that are up.
#include <utility>

#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::uint32_t kSubscriptionSeconds = 180;  // As long as a phone may ring.

const char* PhraseOf(int sip_code) {
  const char* phrase = sip_status_phrase(sip_code);
  return phrase != nullptr ? phrase : "Failed";
}

// "sip:4711@edge?Replaces=call%3Bto-tag%3Da%3Bfrom-tag%3Db"
ReferRequest ReferOf(nta_agent_t* agent, const sip_refer_to_t* to) {
  ReferRequest refer;
  refer.dialled = UserOf(to->r_url);
  if (!AsksToReplace(to)) return refer;
  refer.has_replaces = true;
  ScratchHome home;
  const sip_replaces_t* replaces = ReplacesOf(home.get(), to);
  if (replaces != nullptr) refer.replaced = nta_leg_by_replaces(agent, replaces);
  return refer;
}

}  // namespace

int Dialog::OnRefer(nta_incoming_t* irq, const sip_t* sip) {
  if (sip->sip_refer_to == nullptr || sip->sip_refer_to->r_url->url_host == nullptr) return 400;
  if (state_ != State::kConfirmed) return 491;  // The call itself is not settled.
  const int code = host_.OnRefer(*this, ReferOf(host_.agent(), sip->sip_refer_to));
  if (code == 202) {
    refer_cseq_ = sip->sip_cseq->cs_seq;
    ++refers_;
  }
  nta_incoming_treply(irq, code, PhraseOf(code), SIPTAG_CONTACT_STR(contact_.c_str()), TAG_END());
  nta_incoming_destroy(irq);
  return 0;
}

void Dialog::Notify(int sip_code, bool last) {
  if (state_ != State::kConfirmed || refers_ == 0) return;
  // RFC 3515 2.4.6: the id tells the second REFER's NOTIFYs from the first's.
  const std::string event = refers_ == 1 ? "refer" : "refer;id=" + std::to_string(refer_cseq_);
  const std::string state = last ? "terminated;reason=noresource"
                                 : "active;expires=" + std::to_string(kSubscriptionSeconds);
  const std::string body =
      "SIP/2.0 " + std::to_string(sip_code) + " " + PhraseOf(sip_code) + "\r\n";
  nta_outgoing_t* out =
      nta_outgoing_tcreate(leg_, nullptr, nullptr, NextHop(), SIP_METHOD_NOTIFY, nullptr,
                           SIPTAG_CONTACT_STR(contact_.c_str()), SIPTAG_EVENT_STR(event.c_str()),
                           SIPTAG_SUBSCRIPTION_STATE_STR(state.c_str()),
                           SIPTAG_CONTENT_TYPE_STR("message/sipfrag;version=2.0"),
                           SIPTAG_PAYLOAD_STR(body.c_str()), TAG_END());
  if (out != nullptr) nta_outgoing_destroy(out);  // nta repeats it; its answer changes nothing.
}

int Dialog::OnInfo(const sip_t* sip) {
  if (const char digit = InfoDigitOf(sip); digit != 0) host_.OnInfoDigit(*this, digit);
  return 200;
}

LegHandle EdgeLoop::LegOfDialog(const nta_leg_t* leg) {
  for (const auto& [id, entry] : dialogs_) {
    if (!entry.dialog->IsLeg(leg)) continue;
    const LegIo* io = FindLeg(entry.leg);
    return io != nullptr && (io->winner == id || io->winner == 0) ? entry.leg : 0;
  }
  return 0;
}

int EdgeLoop::OnRefer(Dialog& dialog, const ReferRequest& refer) {
  const LegHandle leg = dialogs_.at(dialog.id()).leg;
  const LegIo* io = FindLeg(leg);
  if (io == nullptr || io->winner != dialog.id()) return 481;
  const ReferTo to{.dialled = refer.dialled,
                   .replaces = refer.has_replaces,
                   .replaced = refer.replaced != nullptr ? LegOfDialog(refer.replaced) : 0};
  const int code = switch_->Refer(leg, to, Now());
  thread_.Post([this] { Settle(); });  // The 202 goes first.
  return code;
}

void EdgeLoop::OnInfoDigit(Dialog& dialog, char digit) {
  const LegHandle leg = dialogs_.at(dialog.id()).leg;
  switch_->Digit(leg, digit, DigitWay::kInfo, Now());
}

// RFC 3891 3: 481 for a dialog that is not ours, 603 where it may not be taken, 486 where only an
// early one was meant.
int EdgeLoop::OnReplaces(nta_incoming_t* irq, const sip_t* sip, const Arrival& arrival,
                         const PeerAddress& peer) {
  const LegHandle replaced = LegOfDialog(nta_leg_by_replaces(stack_.agent(), sip->sip_replaces));
  const LegIo* old = FindLeg(replaced);
  if (old == nullptr) return Refuse(irq, 481);
  if (old->winner == 0 && old->parallel && old->open_branches > 1) return Refuse(irq, 481);
  if (old->winner != 0 && sip->sip_replaces->rp_early_only) return Refuse(irq, 486);
  const LegHandle handle = switch_->Replacing(arrival, replaced, Now());
  if (handle == 0) return Refuse(irq, 603);
  nta_incoming_treply(irq, SIP_100_TRYING, TAG_END());
  if (TakeInvite(handle, arrival, peer, irq, sip)) switch_->TakePlace(handle, replaced, Now());
  Settle();
  return 0;
}

}  // namespace callfleet::sip_edge
