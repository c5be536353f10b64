// What dialogs tell, joined to legs: the first 200 wins, the rest are cancelled.
#include <algorithm>

#include "services/sip_edge/domain/fork_result.h"
#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

namespace {
constexpr const char* kElsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";
}

void EdgeLoop::StartTimer(DialogId id, DialogTimer timer, std::uint32_t generation,
                          std::uint32_t after_ms) {
  After(std::chrono::milliseconds(after_ms), DialogTimerKey{id, timer, generation});
}

// Media and the leg's record go by what was agreed on.
void EdgeLoop::UseAudio(const LegIo& leg, const AgreedAudio& audio, MediaPhase phase) {
  ports_.media.SetRemote(leg.handle, audio, phase, leg.media_networks);
  switch_->AgreedOn(leg.handle, audio.codec);
}

void EdgeLoop::OnProvisional(Dialog& dialog, int sip_code, const AgreedAudio* audio) {
  const LegHandle handle = dialogs_.at(dialog.id()).leg;
  LegIo* leg = FindLeg(handle);
  if (leg == nullptr) return;
  leg->heard_anything = true;
  if (sip_code == 100) return;
  leg->saw_progress = true;
  switch_->Progress(handle, Now());
  if (audio != nullptr) {
    UseAudio(*leg, *audio, MediaPhase::kEarlyListen);
    switch_->EarlyMedia(handle, Now());
  }
  Settle();
}

void EdgeLoop::OnAnswered(Dialog& dialog) {
  const LegHandle handle = dialogs_.at(dialog.id()).leg;
  LegIo* leg = FindLeg(handle);
  if (leg == nullptr || leg->winner != 0) {
    // Another contact was faster, or the leg is over: nobody waits at our side.
    dialog.Bye(kElsewhere);
    return;
  }
  leg->winner = dialog.id();
  leg->heard_anything = true;
  --leg->open_branches;
  CancelOthers(*leg, dialog.id(), kElsewhere);
  UseAudio(*leg, *dialog.audio(), MediaPhase::kAnswered);
  ports_.journal.Confirmed(dialog.Key());
  switch_->Answered(handle, Now());
  Settle();
}

void EdgeLoop::OnFailed(Dialog& dialog, const SipCause& cause) {
  const LegHandle handle = dialogs_.at(dialog.id()).leg;
  LegIo* leg = FindLeg(handle);
  if (leg == nullptr || leg->winner != 0) return;
  const auto& branches = leg->branches;
  if (std::find(branches.begin(), branches.end(), dialog.id()) == branches.end()) return;
  leg->heard_anything = leg->heard_anything || dialog.heard_anything();
  leg->failure = leg->failure ? BetterFailure(*leg->failure, cause) : cause;
  if (leg->open_branches > 0) --leg->open_branches;
  const bool more = leg->next_target < leg->targets.size();
  if (more && !leg->cancelled && !leg->parallel &&
      MayTryNextRoute(cause.sip_code, leg->saw_progress, dialog.heard_anything())) {
    PlaceNext(handle);
    Settle();
    return;
  }
  if (EndsAllBranches(cause.sip_code)) CancelOthers(*leg, dialog.id(), {});
  if (leg->open_branches > 0 && !EndsAllBranches(cause.sip_code)) return;
  const bool codec = cause.sip_code == 488 && dialog.is_confirmed();
  FailLeg(handle, *leg->failure, codec ? EdgeReason::kNoCommonCodec : EdgeReason::kNone);
  Settle();
}

void EdgeLoop::OnConfirmed(Dialog& dialog) {
  ports_.journal.Confirmed(dialog.Key());
  switch_->Acked(dialogs_.at(dialog.id()).leg, Now());
  Settle();
}

void EdgeLoop::OnRemoteEnd(Dialog& dialog, const SipCause& cause, DialogEnd how) {
  const LegHandle handle = dialogs_.at(dialog.id()).leg;
  LegIo* leg = FindLeg(handle);
  if (leg == nullptr || (leg->winner != 0 && leg->winner != dialog.id())) return;
  EdgeReason reason = EdgeReason::kNone;
  switch (how) {
    case DialogEnd::kBye:
    case DialogEnd::kCancel:
      break;
    case DialogEnd::kNoAck:
    case DialogEnd::kLost:
      reason = EdgeReason::kDialogLost;
      break;
    case DialogEnd::kSessionExpired:
      reason = EdgeReason::kSessionExpired;
      break;
  }
  switch_->RemoteEnd(handle, cause, reason, Now());
  Settle();
}

void EdgeLoop::OnAudioChanged(Dialog& dialog) {
  const LegHandle handle = dialogs_.at(dialog.id()).leg;
  LegIo* leg = FindLeg(handle);
  if (leg == nullptr || leg->winner != dialog.id() || !dialog.audio()) return;
  UseAudio(*leg, *dialog.audio(), MediaPhase::kAnswered);
  switch_->HeldByPeer(handle, dialog.audio()->held_by_peer, Now());
  Settle();
}

void EdgeLoop::OnGone(Dialog& dialog) {
  ports_.journal.Ended(dialog.Key());
  const LegHandle handle = dialogs_.at(dialog.id()).leg;
  if (LegIo* leg = FindLeg(handle)) {
    const bool was_the_leg = leg->winner == 0 || leg->winner == dialog.id();
    std::erase(leg->branches, dialog.id());
    // Settled later: the dialog is still on the stack.
    if (was_the_leg && switch_->DialogOver(handle, Now())) thread_.Post([this] { Settle(); });
  }
  gone_.push_back(dialog.id());
}

}  // namespace callfleet::sip_edge
