// What the call logic asks for, done with SIP and media.
#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {

LegIo* EdgeLoop::FindLeg(LegHandle leg) {
  const auto found = legs_.find(leg);
  return found == legs_.end() ? nullptr : &found->second;
}

Dialog* EdgeLoop::FindDialog(DialogId id) {
  const auto found = dialogs_.find(id);
  return found == dialogs_.end() ? nullptr : found->second.dialog.get();
}

Dialog* EdgeLoop::WinnerOf(LegHandle leg) {
  LegIo* io = FindLeg(leg);
  return io == nullptr ? nullptr : FindDialog(io->winner);
}

void EdgeLoop::Perform(const Act& act) {
  std::visit([this](const auto& a) { Do(a); }, act);
}

void EdgeLoop::Do(const act::PlaceLeg& a) {
  LegIo& leg = legs_[a.leg];
  leg.handle = a.leg;
  const auto port = ports_.media.Open(a.leg, std::to_string(a.leg));
  if (!port) {
    FailLeg(a.leg, SipCause{.sip_code = 503, .q850 = 42, .text = port.error().message},
            EdgeReason::kTrunkFailed);
    return;
  }
  leg.rtp_port = *port;
  if (Dialog* first = WinnerOf(a.codecs_of); first != nullptr && first->audio()) {
    leg.prefers = first->audio()->codec;  // Then rows pass through.
  }
  leg.spec.max_forwards = a.max_forwards;
  leg.spec.session = config_.session;
  FillTargets(leg, a.target);
}

void EdgeLoop::Do(const act::CancelLeg& a) {
  LegIo* leg = FindLeg(a.leg);
  if (leg == nullptr) return;
  leg->cancelled = true;
  const std::string reason = a.q850 != 0 ? ReasonHeader(a.q850, a.text) : std::string();
  CancelOthers(*leg, 0, reason);
  if (leg->open_branches == 0) {
    FailLeg(a.leg, SipCause{.sip_code = 487, .text = "cancelled before it was sent"},
            EdgeReason::kNone);
  }
}

void EdgeLoop::CancelOthers(LegIo& leg, DialogId winner, const std::string& reason) {
  for (DialogId id : leg.branches) {
    if (id == winner) continue;
    if (Dialog* dialog = FindDialog(id)) dialog->Cancel(reason);
  }
}

void EdgeLoop::Do(const act::AcceptLeg& a) {
  Dialog* dialog = WinnerOf(a.leg);
  if (dialog == nullptr) return;
  dialog->Accept();
  if (dialog->audio()) {
    UseAudio(*FindLeg(a.leg), *dialog->audio(), MediaPhase::kAnswered);
  }
}

void EdgeLoop::Do(const act::EarlyMediaLeg& a) {
  Dialog* dialog = WinnerOf(a.leg);
  if (dialog == nullptr) return;
  dialog->RingWithMedia();
  if (dialog->audio()) {
    UseAudio(*FindLeg(a.leg), *dialog->audio(), MediaPhase::kEarlySend);
  }
}

void EdgeLoop::Do(const act::RejectLeg& a) {
  Dialog* dialog = WinnerOf(a.leg);
  if (dialog == nullptr) return;
  const int q850 = a.q850 != 0 ? a.q850 : Q850For(a.sip_code);
  const std::string reason = ReasonHeader(q850, {});
  dialog->Reject(a.sip_code >= 400 && a.sip_code < 700 ? a.sip_code : 480,
                 reason.empty() ? reason : "Reason: " + reason + "\r\n");
}

void EdgeLoop::Do(const act::ByeLeg& a) {
  if (Dialog* dialog = WinnerOf(a.leg)) {
    dialog->Bye(ReasonHeader(a.q850 != 0 ? a.q850 : 16, a.text));
  }
}

void EdgeLoop::Do(const act::CloseLeg& a) {
  ports_.media.Close(a.leg);
  legs_.erase(a.leg);  // Its dialogs finish by themselves.
}

void EdgeLoop::Do(const act::SetRow& a) { ports_.media.SetRow(a.listener, a.sources); }
void EdgeLoop::Do(const act::Deafen& a) { ports_.media.SetRow(a.listener, {}); }
void EdgeLoop::Do(const act::Play& a) { ports_.media.Play(a.leg, a.sound, a.number, a.over_row); }
void EdgeLoop::Do(const act::StopSound& a) { ports_.media.StopSound(a.leg); }
void EdgeLoop::Do(const act::Tap& a) { ports_.media.Tap(a.leg, a.recording, a.side); }
void EdgeLoop::Do(const act::Listen& a) { ports_.media.Listen(a.leg, a.thresholds); }
void EdgeLoop::Do(const act::StopListening& a) { ports_.media.StopListening(a.leg); }
void EdgeLoop::Do(const act::OpenRecording& a) { ports_.recordings.Open(a.info); }
void EdgeLoop::Do(const act::NoteRecording& a) { ports_.recordings.Note(a.info); }
void EdgeLoop::Do(const act::CloseRecording& a) { ports_.recordings.Close(a.info); }
void EdgeLoop::Do(const act::SendDigits& a) { ports_.media.SendDigits(a.leg, a.digits); }
void EdgeLoop::Do(const act::Notify& a) {
  if (Dialog* dialog = WinnerOf(a.leg)) dialog->Notify(a.sip_code, a.last);
}
void EdgeLoop::Do(const act::StartTimer& a) { After(a.after, a.key); }

void EdgeLoop::Do(const act::CallEnded& a) {
  const CallRecord& record = *a.record;
  const auto ms = [](WallTime from, WallTime to) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
  };
  log_.Info("call ended",
            {{"call_id", record.id},
             {"caller", record.caller},
             {"called", record.called},
             {"legs", record.legs.size()},
             {"sip_code", record.end.cause.sip_code},
             {"q850", record.end.cause.q850},
             {"by", static_cast<int>(record.end.by)},
             {"edge_reason", static_cast<int>(record.end.edge_reason)},
             {"bridged", record.bridged.has_value()},
             {"total_ms", ms(record.created, record.ended.value_or(record.created))}});
}

}  // namespace callfleet::sip_edge
