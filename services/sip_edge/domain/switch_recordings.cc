// Which calls are recorded, and whose voices go to the file.
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kMaxRecordings = 32;  // Of a call.

bool IsOpen(const RecordingInfo& info) {
  return info.state == RecordingState::kRecording || info.state == RecordingState::kPaused ||
         info.state == RecordingState::kConsent;
}

void AddOnce(std::vector<std::string>& list, const std::string& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

}  // namespace

RecordingSide CallSwitch::SideOf(Leg& leg) {
  return IsServed(leg) ? RecordingSide::kLeft : RecordingSide::kRight;
}

// The leg is heard in the file from now on.
void CallSwitch::NoteVoice(RecordingInfo& info, Leg& leg) {
  const bool left = SideOf(leg) == RecordingSide::kLeft;
  AddOnce(left ? info.left : info.right, RecordOf(leg).id.str());
  if (!left && info.agent.empty()) info.agent = RecordOf(leg).agent;
}

RecordingInfo* CallSwitch::OpenRecordingOf(Call& call) {
  auto& all = call.record.recordings;
  return !all.empty() && IsOpen(all.back()) ? &all.back() : nullptr;
}

// A bridge is recorded as its command says, else as its agent's leg was told when it was placed,
// else as the other leg was. So the next agent, of another unit, brings that unit's policy; but a
// consultation is no talk with the customer.
void CallSwitch::FollowPolicies(Leg& a, Leg& b, Instant now) {
  Call& call = *a.call;
  if (call.transfer && call.transfer->state == TransferState::kConsulting) return;
  for (Leg* leg : {&a, &b}) {
    const auto& policy = leg->follows.recording;
    if (!policy) continue;
    const bool of_agent = Serves(*leg) && policy->mode != RecordingMode::kUnsaid;
    if (of_agent || !call.recording_policy) call.recording_policy = policy;
  }
  const bool forbidden =
      call.recording_policy && call.recording_policy->mode == RecordingMode::kNone;
  if (!forbidden || OpenRecordingOf(call) == nullptr) return;
  CloseRecording(call, now);
  call.closed_by_policy = true;
}

void CallSwitch::RecordBridge(Call& call, Instant now) {
  if (OpenRecordingOf(call) != nullptr) {
    AskConsent(call, now);
    return;
  }
  // Who stopped it by command does not want it again at the next bridge.
  const auto& all = call.record.recordings;
  if (!all.empty() && (!call.closed_by_policy || all.size() >= kMaxRecordings)) return;
  if (!call.recording_policy) return;
  if (!RecordsFromTheBridge(*call.recording_policy, call.record.id.str())) return;
  BeginRecording(call, *call.recording_policy, false, now);
}

void CallSwitch::BeginRecording(Call& call, const RecordingPolicy& policy, bool by_command,
                                Instant now) {
  using std::chrono::hours;
  RecordingInfo info{.number = next_recording_++,
                     .id = ids_.Next(),
                     .call = call.record.id,
                     .state = RecordingState::kConsent,
                     .start = now.wall,
                     .policy = policy,
                     .by_command = by_command};
  if (call.record.controller) info.unit = call.record.controller->unit;
  const std::uint32_t days = policy.keep_days != 0 ? policy.keep_days : config_.recording_keep_days;
  info.delete_at = now.wall + hours(24) * days;
  call.records_whisper = policy.include_whisper;
  call.closed_by_policy = false;
  call.record.recordings.push_back(std::move(info));
  Touch(call, CallChange::kRecording);
  if (!config_.can_record) {
    FailRecording(call, "NO_FOLDER", now);
    return;
  }
  if (policy.consent_prompt.empty()) {
    OpenFile(call, now);
  } else {
    AskConsent(call, now);
  }
}

// Nothing is recorded before the parties have heard that it is, and heard all of it: a prompt that
// was cut is owed until both ways are open again, so not during a hold or a consultation.
void CallSwitch::AskConsent(Call& call, Instant now) {
  const RecordingInfo* info = OpenRecordingOf(call);
  if (info == nullptr || info->state != RecordingState::kConsent) return;
  const bool is_heard =
      call.consent != 0 && std::any_of(call.legs.begin(), call.legs.end(), [&](LegHandle handle) {
        const Leg* leg = FindLeg(handle);
        return leg != nullptr && leg->sound == call.consent;
      });
  if (is_heard) return;
  const std::string& prompt = info->policy.consent_prompt;
  if (!prompts_.contains(prompt)) {
    FailRecording(call, "CONSENT_UNKNOWN", now);
    return;
  }
  if (IsPrivate(call)) return;
  Leg* asked = nullptr;  // Whose hearing counts: the customer's, where there is one.
  for (LegHandle handle : call.legs) {
    Leg* leg = FindLeg(handle);
    if (leg == nullptr || PartnersOf(*leg).empty()) continue;
    StartSound(*leg, Sound::Of(prompt), {}, true, now);
    if (asked == nullptr || (IsServed(*leg) && !IsServed(*asked))) asked = leg;
  }
  call.consent = asked == nullptr ? 0 : asked->sound;
}

void CallSwitch::ConsentOver(Call& call, bool finished, Instant now) {
  call.consent = 0;
  if (finished) OpenFile(call, now);
}

void CallSwitch::FailRecording(Call& call, const std::string& reason, Instant now) {
  RecordingInfo& info = call.record.recordings.back();
  call.consent = 0;
  info.state = RecordingState::kFailed;
  info.reason = reason;
  info.end = now.wall;
  Touch(call, CallChange::kRecording);
}

void CallSwitch::OpenFile(Call& call, Instant now) {
  RecordingInfo& info = call.record.recordings.back();
  call.consent = 0;
  info.state = RecordingState::kRecording;
  info.start = now.wall;
  info.file_name = info.id + ".wav";
  open_recordings_.emplace(info.number, call.record.id);
  acts_.push_back(act::OpenRecording{info});
  Retap(call);
  Touch(call, CallChange::kRecording);
}

// Recorded is what the customer hears and what is heard of the customer: so a held party, a
// consultation, and what a supervisor whispers stay out.
std::unordered_set<LegHandle> CallSwitch::RecordedVoices(Call& call) {
  std::unordered_set<LegHandle> voices;
  for (LegHandle handle : call.legs) {
    Leg* listener = FindLeg(handle);
    Leg* media = listener == nullptr ? nullptr : FindLeg(MediaOf(*listener));
    if (media == nullptr || IsObserver(*listener)) continue;
    if (HoldsOthers(*listener)) continue;  // Its row stays open, but its phone is away.
    const bool to_customer = IsServed(*listener);
    for (const HeardLeg& source : media->row) {
      Leg* speaker = SpeakerOf(call, source.leg);
      if (speaker == nullptr) continue;
      const bool of_customer = IsServed(*speaker);
      const bool whisper = IsObserver(*speaker) && call.records_whisper;
      if (to_customer || of_customer || whisper) voices.insert(source.leg);
    }
  }
  return voices;
}

// Each voice goes to the file that is open, the others to none.
void CallSwitch::Retap(Call& call) {
  RecordingInfo* info = OpenRecordingOf(call);
  const bool on = info != nullptr && info->state == RecordingState::kRecording;
  const auto voices = on ? RecordedVoices(call) : std::unordered_set<LegHandle>();
  bool noted = false;
  for (LegHandle handle : call.legs) {
    Leg* leg = FindLeg(handle);
    Leg* media = leg == nullptr ? nullptr : FindLeg(MediaOf(*leg));
    if (media == nullptr) continue;
    // The view has ended, and its line serves another call: that one's taps are none of ours.
    if (media->view != 0 && media->view != leg->handle) continue;
    const bool recorded = voices.contains(media->handle);
    const RecordingNumber number = recorded ? info->number : 0;
    if (media->recording == number) continue;
    media->recording = number;
    acts_.push_back(act::Tap{.leg = media->handle, .recording = number, .side = SideOf(*leg)});
    if (recorded) NoteVoice(*info, *leg);
    noted |= recorded;
  }
  if (!noted) return;
  acts_.push_back(act::NoteRecording{*info});
  Touch(call, CallChange::kRecording);
}

CallSwitch::Leg* CallSwitch::SpeakerOf(Call& call, LegHandle media) {
  Leg* leg = FindLeg(media);
  if (leg != nullptr && leg->call != &call && leg->view != 0) leg = FindLeg(leg->view);
  return leg != nullptr && leg->call == &call ? leg : nullptr;
}

void CallSwitch::CloseRecording(Call& call, Instant now) {
  RecordingInfo* info = OpenRecordingOf(call);
  if (info == nullptr) return;
  info->end = now.wall;
  EndPause(*info, now.wall);
  call.consent = 0;
  if (info->state == RecordingState::kConsent) {
    info->state = RecordingState::kDone;  // Nothing was said after the consent: there is no file.
  } else {
    info->state = RecordingState::kClosing;
    ++call.awaited_figures;
    call.recording_due = info->number;
  }
  Retap(call);  // First: what its legs have said by then is in the file.
  if (info->state == RecordingState::kClosing) acts_.push_back(act::CloseRecording{*info});
  Touch(call, CallChange::kRecording);
}

void CallSwitch::RecordingDone(const RecordingResult& result, Instant now) {
  const auto open = open_recordings_.extract(result.number);
  Call* call = open.empty() ? nullptr : FindCall(open.mapped());
  if (call == nullptr) return;  // Acknowledged meanwhile: the shelf has it.
  auto& all = call->record.recordings;
  const auto found = std::find_if(all.begin(), all.end(), [&](const RecordingInfo& info) {
    return info.number == result.number;
  });
  if (found == all.end()) return;
  found->state = result.reason.empty() ? RecordingState::kDone : RecordingState::kFailed;
  found->reason = result.reason;
  found->duration = result.duration;
  found->size_bytes = result.size_bytes;
  found->sha256 = result.sha256;
  if (!found->end) found->end = now.wall;
  EndPause(*found, now.wall);
  Retap(*call);
  Touch(*call, CallChange::kRecording);
  if (call->recording_due != result.number) return;
  call->recording_due = 0;
  if (call->awaited_figures > 0) --call->awaited_figures;
}

Status CallSwitch::StartRecording(Call& call, const RecordCommand& command, Instant now) {
  if (OpenRecordingOf(call) != nullptr) return {};
  const RecordingPolicy policy =
      command.policy ? *command.policy : call.recording_policy.value_or(RecordingPolicy{});
  if (policy.mode == RecordingMode::kNone) {
    return FailedPrecondition("RECORDING_REFUSED", "calls of this kind are not recorded");
  }
  if (!config_.can_record) {
    return FailedPrecondition("NO_RECORDINGS_FOLDER", "this edge has no folder for recordings");
  }
  if (auto ok = CheckPrompt(policy.consent_prompt, "policy.consent_prompt"); !ok) return ok;
  if (call.record.state != CallState::kBridged) {
    return FailedPrecondition("TOO_LATE", "the call is not bridged");
  }
  if (call.record.recordings.size() >= kMaxRecordings) {
    return Fail(Error{.code = ErrorCode::kResourceExhausted,
                      .reason = "RECORDING_LIMIT",
                      .message = "at most 32 recordings a call"});
  }
  BeginRecording(call, policy, true, now);
  return {};
}

CallSwitch::RecordResult CallSwitch::Record(const RecordCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  // As with supervision, a pool's supervisor needs no control of the call, and has no token.
  const bool supervisor = command.context.unit.unit.kind == UnitKind::kPool;
  if (auto ok = supervisor ? AdmitRequest(command.context) : Admit(command.context); !ok) {
    return Fail(ok.error());
  }
  Call* call = FindCall(command.call);
  if (call == nullptr) return NotFound("CALL_NOT_FOUND", "no such call on this edge");
  if (!supervisor) {
    if (auto mine = Controlled(command.context, command.call); !mine) return Fail(mine.error());
  }
  RecordingInfo* info = OpenRecordingOf(*call);
  if (command.action == RecordAction::kStart) {
    if (auto ok = StartRecording(*call, command, now); !ok) return Fail(ok.error());
    return Done(*call, command.context.request);
  }
  if (info == nullptr) return FailedPrecondition("NOT_RECORDING", "the call is not recorded now");
  if (command.action == RecordAction::kStop) {
    CloseRecording(*call, now);
    return Done(*call, command.context.request);
  }
  const bool pause = command.action == RecordAction::kPause;
  const RecordingState to = pause ? RecordingState::kPaused : RecordingState::kRecording;
  if (info->state == RecordingState::kConsent) {
    return FailedPrecondition("NOT_RECORDING", "the consent prompt is being heard");
  }
  if (info->state != to) {
    info->state = to;
    EndPause(*info, now.wall);
    if (pause) {
      ++info->pauses;
      info->paused_since = now.wall;
    }
    RefreshRows(*call);  // Of supervisors, too, and so the taps.
    acts_.push_back(act::NoteRecording{*OpenRecordingOf(*call)});
    Touch(*call, CallChange::kRecording);
  }
  return Done(*call, command.context.request);
}

}  // namespace callfleet::sip_edge
