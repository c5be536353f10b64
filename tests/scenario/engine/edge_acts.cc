// What the call logic asks for, done on the simulated wire, and what the wire answers.
#include <algorithm>
#include <utility>

#include "tests/scenario/engine/edge_boot.h"

namespace callfleet::engine {

using namespace std::chrono_literals;
using sip_edge::EdgeReason;
using sip_edge::LegTarget;
using sip_edge::SipCause;

void EdgeBoot::Perform(const sip_edge::Act& act) {
  std::visit([this](const auto& a) { Do(a); }, act);
}

EdgeBoot::LegIo* EdgeBoot::FindLeg(LegHandle leg) {
  const auto found = legs_.find(leg);
  return found == legs_.end() ? nullptr : &found->second;
}

void EdgeBoot::FailLeg(LegHandle leg, const SipCause& cause, EdgeReason reason) {
  LegIo* io = FindLeg(leg);
  switch_->Rejected(leg, cause, reason, io != nullptr && io->heard_anything, Now());
}

DialogId EdgeBoot::NewDialog(LegHandle leg) {
  const DialogId id = next_dialog_++;
  dialogs_[id].leg = leg;
  LegIo& io = legs_.at(leg);
  io.branches.push_back(id);
  ++io.open_branches;
  return id;
}

void EdgeBoot::Do(const sip_edge::act::PlaceLeg& a) {
  LegIo& leg = legs_[a.leg];
  if (const auto* trunk = std::get_if<LegTarget::TrunkNumber>(&a.target.to)) {
    const DialogId id = NewDialog(a.leg);
    dialogs_[id].far = far_->InviteCarrier(number_, id, trunk->number);
  } else if (const auto* user = std::get_if<LegTarget::SipUser>(&a.target.to)) {
    leg.parallel = true;
    for (const auto& contact : locations_.Reachable(user->name, Now().wall)) {
      const DialogId id = NewDialog(a.leg);
      dialogs_[id].far = far_->InvitePhone(number_, id, contact.uri);
    }
  } else if (const auto* uri = std::get_if<LegTarget::Uri>(&a.target.to)) {
    const DialogId id = NewDialog(a.leg);
    dialogs_[id].far = far_->InvitePhone(number_, id, uri->text);
  }
  if (leg.branches.empty()) {
    FailLeg(a.leg, SipCause{.sip_code = 503, .text = "no target"},
            leg.parallel ? EdgeReason::kNotRegistered : EdgeReason::kTrunkFailed);
    return;
  }
  switch_->Placed(a.leg, std::to_string(leg.branches.front()), Now());
}

void EdgeBoot::Do(const sip_edge::act::CancelLeg& a) {
  LegIo* leg = FindLeg(a.leg);
  if (leg == nullptr) return;
  leg->cancelled = true;
  CancelOthers(*leg, 0);
  if (leg->open_branches == 0) {
    FailLeg(a.leg, SipCause{.sip_code = 487, .text = "cancelled before it was sent"},
            EdgeReason::kNone);
  }
}

void EdgeBoot::CancelOthers(LegIo& leg, DialogId winner) {
  for (DialogId id : leg.branches) {
    if (id != winner) CancelDialog(id);
  }
}

// RFC 3261 9.1: CANCEL only after a provisional response; until then it is remembered.
void EdgeBoot::CancelDialog(DialogId id) {
  const auto found = dialogs_.find(id);
  if (found == dialogs_.end()) return;
  Dialog& dialog = found->second;
  if (std::exchange(dialog.cancel_wanted, true)) return;
  if (dialog.state == Dialog::State::kProceeding) far_->Cancel(dialog.far);
}

void EdgeBoot::ByeDialog(DialogId id) {
  const auto found = dialogs_.find(id);
  if (found == dialogs_.end()) return;
  if (found->second.state == Dialog::State::kAccepted) found->second.bye_wanted = true;
  if (found->second.state != Dialog::State::kConfirmed) return;
  found->second.state = Dialog::State::kByeSent;
  far_->Bye(found->second.far);
  life_->Start(32s, [this, id] { Gone(id); });  // Timer F.
}

void EdgeBoot::Do(const sip_edge::act::ByeLeg& a) {
  if (LegIo* leg = FindLeg(a.leg)) ByeDialog(leg->winner);
}

void EdgeBoot::Do(const sip_edge::act::CloseLeg& a) {
  legs_.erase(a.leg);  // Its dialogs finish by themselves.
  life_->Start(life_->kernel().Between(milliseconds(1), milliseconds(60)), [this, leg = a.leg] {
    switch_->SetQuality(leg, {});
    Settle();
  });
}

void EdgeBoot::Do(const sip_edge::act::StartTimer& a) {
  life_->Start(a.after, [this, key = a.key] {
    switch_->OnTimer(key, Now());
    Settle();
  });
}

void EdgeBoot::OnSignal(DialogId id, Signal signal, int code) {
  const auto found = dialogs_.find(id);
  if (found == dialogs_.end() || found->second.state == Dialog::State::kOver) return;
  Dialog& dialog = found->second;
  using State = Dialog::State;
  const bool open = dialog.state == State::kInviting || dialog.state == State::kProceeding;
  switch (signal) {
    case Signal::kTrying:
    case Signal::kRinging:
      if (!open) break;
      if (dialog.state == State::kInviting && dialog.cancel_wanted) far_->Cancel(dialog.far);
      dialog.state = State::kProceeding;
      if (LegIo* leg = FindLeg(dialog.leg)) leg->heard_anything = true;
      if (signal == Signal::kRinging) OnRinging(dialog);
      break;
    case Signal::kOk:
      if (open) OnOk(id, dialog);
      break;
    case Signal::kFailure:
      if (open) OnFailure(id, dialog, code);
      break;
    case Signal::kBye:
      OnBye(id, dialog);
      break;
    case Signal::kByeDone:
      if (dialog.state == State::kByeSent) Gone(id);
      break;
    case Signal::kSilence:
      switch_->NoRtp(dialog.leg, Now());
      break;
    case Signal::kAck:
      if (dialog.state == State::kAccepted) OnAck(id, dialog);
      break;
    case Signal::kCancel:
      if (dialog.state == State::kIncoming) OnCancel(id, dialog);
      break;
  }
  Settle();
}

void EdgeBoot::OnRinging(Dialog& dialog) {
  LegIo* leg = FindLeg(dialog.leg);
  if (leg == nullptr) return;
  leg->saw_progress = true;
  switch_->Progress(dialog.leg, Now());
}

// Written behind, by at most 100 ms: what dies before that is not in the journal.
void EdgeBoot::Journal(DialogId id, FarId far) {
  life_->Start(life_->kernel().Between(milliseconds(1), milliseconds(100)), [this, id, far] {
    const auto known = dialogs_.find(id);
    if (known != dialogs_.end() && known->second.state != Dialog::State::kOver) {
      tables_->dialogs[far] = number_;
    }
  });
}

void EdgeBoot::OnOk(DialogId id, Dialog& dialog) {
  dialog.state = Dialog::State::kConfirmed;
  far_->Ack(dialog.far);
  Journal(id, dialog.far);
  LegIo* leg = FindLeg(dialog.leg);
  if (leg == nullptr || leg->winner != 0) {
    ByeDialog(id);
    return;
  }
  leg->winner = id;
  leg->heard_anything = true;
  --leg->open_branches;
  CancelOthers(*leg, id);
  const LegHandle handle = dialog.leg;
  if (leg->listens) FindOut(handle, far_->IsMachine(dialog.far));
  switch_->Answered(handle, Now());
}

void EdgeBoot::Do(const sip_edge::act::Play& a) {
  if (a.number == 0 || a.sound.parts.empty() || a.sound.parts[0].prompt != "message") return;
  life_->Start(life_->kernel().Between(seconds(1), seconds(6)), [this, a] {
    switch_->SoundDone(a.leg, a.number, true, Now());
    Settle();
  });
}

void EdgeBoot::Do(const sip_edge::act::StopListening& a) {
  if (LegIo* leg = FindLeg(a.leg)) leg->listens = false;
}

// What media would tell, some of it never or wrong: then the calls' own clock decides.
void EdgeBoot::FindOut(LegHandle leg, bool machine) {
  Kernel& kernel = life_->kernel();
  const bool mute = kernel.Chance(0.1);
  const bool wrong = kernel.Chance(0.02);
  const auto at = kernel.Between(milliseconds(300), milliseconds(1780));
  const bool told_machine = machine != wrong;
  if (!mute) {
    life_->Start(at, [this, leg, told_machine, at] {
      switch_->AmdFound(
          leg,
          {.verdict = told_machine ? sip_edge::AmdVerdict::kMachine : sip_edge::AmdVerdict::kPerson,
           .reason =
               told_machine ? sip_edge::AmdReason::kLongRun : sip_edge::AmdReason::kShortGreeting,
           .after_answer = std::chrono::duration_cast<milliseconds>(at)},
          Now());
      Settle();
    });
  }
  life_->Start(kernel.Between(seconds(2), seconds(20)), [this, leg] {
    switch_->AmdCue(leg, Now());
    Settle();
  });
}

void EdgeBoot::OnFailure(DialogId id, Dialog& dialog, int code) {
  const LegHandle handle = dialog.leg;
  const SipCause cause{.sip_code = code, .q850 = sip_edge::Q850For(code)};
  Gone(id);
  LegIo* leg = FindLeg(handle);
  if (leg == nullptr || leg->winner != 0) return;
  leg->heard_anything = true;
  leg->failure = leg->failure ? sip_edge::BetterFailure(*leg->failure, cause) : cause;
  if (leg->open_branches > 0) --leg->open_branches;
  if (sip_edge::EndsAllBranches(code)) CancelOthers(*leg, id);
  if (leg->open_branches > 0 && !sip_edge::EndsAllBranches(code)) return;
  FailLeg(handle, *leg->failure, EdgeReason::kNone);
}

void EdgeBoot::OnBye(DialogId id, Dialog& dialog) {
  const LegHandle handle = dialog.leg;
  LegIo* leg = FindLeg(handle);
  const bool was_the_leg = leg != nullptr && (leg->winner == 0 || leg->winner == id);
  if (dialog.state == Dialog::State::kInviting || dialog.state == Dialog::State::kProceeding) {
    return;  // The 200 is still on its way: retransmissions sort that out.
  }
  if (was_the_leg) switch_->RemoteEnd(handle, SipCause{.q850 = 16}, EdgeReason::kNone, Now());
  Gone(id);
}

void EdgeBoot::Gone(DialogId id) {
  const auto found = dialogs_.find(id);
  if (found == dialogs_.end() || found->second.state == Dialog::State::kOver) return;
  found->second.state = Dialog::State::kOver;
  const LegHandle handle = found->second.leg;
  tables_->dialogs.erase(found->second.far);
  if (LegIo* leg = FindLeg(handle)) {
    const bool was_the_leg = leg->winner == 0 || leg->winner == id;
    std::erase(leg->branches, id);
    if (was_the_leg) switch_->DialogOver(handle, Now());
  }
  dialogs_.erase(id);
  Settle();
}

}  // namespace callfleet::engine
