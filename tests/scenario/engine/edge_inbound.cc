// Calls that come in: the edge as the server of an INVITE.
#include "tests/scenario/engine/edge_boot.h"

namespace callfleet::engine {

using namespace std::chrono_literals;

DialogId EdgeBoot::OnInvite(FarId caller, const std::string& number, const std::string& called) {
  static const TrunkId kTrunk("in");
  if (!trunks_.AdmitIncoming(kTrunk)) return 0;
  const DialogId id = LetIn(caller, {.caller = number, .called = called, .trunk = kTrunk});
  if (id == 0) trunks_.Release(kTrunk, std::nullopt, Now().mono);
  return id;
}

DialogId EdgeBoot::OnDial(FarId phone, const std::string& sip_user, const std::string& called) {
  const sip_edge::Account* account = locations_.FindAccount(sip_user);
  if (account == nullptr || !account->enabled || !switch_->AgentMayDial(called)) return 0;
  return LetIn(phone, {.caller = sip_user, .called = called, .agent = account->agent});
}

DialogId EdgeBoot::LetIn(FarId caller, const sip_edge::Arrival& from) {
  sip_edge::Arrival arrival = from;
  arrival.sip_call_id = std::to_string(caller);
  const LegHandle leg = switch_->Arrived(arrival, Now());
  if (leg == 0) return 0;
  LegIo& io = legs_[leg];
  const DialogId id = NewDialog(leg);
  io.winner = id;
  io.open_branches = 0;
  io.heard_anything = true;
  dialogs_[id].far = caller;
  dialogs_[id].state = Dialog::State::kIncoming;
  Settle();
  return id;
}

void EdgeBoot::Do(const sip_edge::act::AcceptLeg& a) {
  const LegIo* leg = FindLeg(a.leg);
  if (leg == nullptr) return;
  Dialog& dialog = dialogs_.at(leg->winner);
  dialog.state = Dialog::State::kAccepted;
  far_->Accept(dialog.far);
  life_->Start(32s, [this, id = leg->winner] { OnNoAck(id); });  // 64 * T1.
}

void EdgeBoot::Do(const sip_edge::act::RejectLeg& a) {
  const LegIo* leg = FindLeg(a.leg);
  if (leg == nullptr) return;
  far_->Reject(dialogs_.at(leg->winner).far);
  Gone(leg->winner);
}

void EdgeBoot::Hears(LegHandle listener, bool person) {
  const LegIo* leg = FindLeg(listener);
  if (leg == nullptr) return;
  const auto dialog = dialogs_.find(leg->winner);
  if (dialog != dialogs_.end()) far_->Hears(dialog->second.far, person);
}

void EdgeBoot::OnAck(DialogId id, Dialog& dialog) {
  dialog.state = Dialog::State::kConfirmed;
  far_->Confirmed(dialog.far);
  Journal(id, dialog.far);
  if (dialog.bye_wanted) return ByeDialog(id);
  switch_->Acked(dialog.leg, Now());
}

void EdgeBoot::OnNoAck(DialogId id) {
  const auto found = dialogs_.find(id);
  if (found == dialogs_.end() || found->second.state != Dialog::State::kAccepted) return;
  found->second.state = Dialog::State::kConfirmed;
  switch_->RemoteEnd(found->second.leg, sip_edge::SipCause{.sip_code = 408, .text = "no ACK"},
                     sip_edge::EdgeReason::kDialogLost, Now());
  ByeDialog(id);
  Settle();
}

void EdgeBoot::OnCancel(DialogId id, const Dialog& dialog) {
  far_->Reject(dialog.far);
  switch_->RemoteEnd(dialog.leg, sip_edge::SipCause{.sip_code = 487, .text = "CANCEL"},
                     sip_edge::EdgeReason::kNone, Now());
  Gone(id);
}

}  // namespace callfleet::engine
