// What the wire and the timers say about legs.
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

constexpr std::size_t kDigitsKept = 64;
// For what was found during a hold and is read after it.
constexpr std::chrono::seconds kAfterHold{1};

// Nothing: a timer of calls.
std::optional<LegEvent> LegEventOf(SwitchTimer timer) {
  switch (timer) {
    case SwitchTimer::kSetup:
      return LegEvent::kSetupTimeout;
    case SwitchTimer::kRing:
      return LegEvent::kRingTimeout;
    case SwitchTimer::kCancel:
      return LegEvent::kCancelTimeout;
    case SwitchTimer::kClosing:
      return LegEvent::kClosingTimeout;
    case SwitchTimer::kAbandon:
      return LegEvent::kAbandonTimeout;
    case SwitchTimer::kFarewell:
      return LegEvent::kFarewellOver;
    case SwitchTimer::kOffer:
    case SwitchTimer::kUnclaimed:
    case SwitchTimer::kFigures:
    case SwitchTimer::kVerdict:
    case SwitchTimer::kAmd:
      break;
  }
  return std::nullopt;
}

}  // namespace

LegHandle CallSwitch::Arrived(const Arrival& arrival, Instant now) {
  if (draining_ || counts_.active_calls >= config_.max_calls ||
      counts_.unacknowledged >= config_.max_unacknowledged) {
    return 0;
  }
  const CallId id(ids_.Next());
  auto call = std::make_unique<Call>();
  call->record.id = id;
  call->record.direction = CallDirection::kInbound;
  call->record.caller = arrival.caller;
  call->record.called = arrival.called;
  call->record.created = now.wall;
  call->max_forwards = arrival.max_forwards;
  Call& ref = *calls_.emplace(id, std::move(call)).first->second;
  ++counts_.active_calls;
  ++counts_.total_calls;
  Leg& leg = AddLeg(ref,
                    {.id = LegId(ids_.Next()),
                     .role = arrival.agent.empty() ? LegRole::kCustomer : LegRole::kAgent,
                     .agent = arrival.agent,
                     .trunk = arrival.trunk,
                     .remote = arrival.caller,
                     .sip_call_id = arrival.sip_call_id,
                     .incoming = true,
                     .is_caller = true},
                    {}, now);
  leg.on_trunk = !arrival.trunk.empty();
  leg.calls = !arrival.agent.empty();
  Apply(leg, LegEvent::kOffered, now);
  Touch(ref, CallChange::kCreated);
  acts_.push_back(
      act::StartTimer{{.call = id, .timer = SwitchTimer::kUnclaimed}, config_.unclaimed_limit});
  while (!arrived_.empty() && !IsUnclaimed(arrived_.front().first)) arrived_.pop_front();
  arrived_.emplace_back(id, now.mono);
  return leg.handle;
}

bool CallSwitch::IsUnclaimed(const CallId& id) {
  const Call* call = FindCall(id);
  return call != nullptr && !call->record.controller && call->record.state != CallState::kEnded;
}

bool CallSwitch::ClaimsAreLate(MonoTime now) {
  while (!arrived_.empty() && !IsUnclaimed(arrived_.front().first)) arrived_.pop_front();
  if (arrived_.empty() || now - arrived_.front().second < config_.unclaimed_limit / 2) return false;
  std::uint32_t unclaimed = 0;
  for (const auto& [id, since] : arrived_) {
    unclaimed += IsUnclaimed(id) ? 1 : 0;
    if (unclaimed >= config_.most_late_claims) return true;
  }
  return false;
}

void CallSwitch::Placed(LegHandle handle, const std::string& sip_call_id, Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr) return;
  LegRecord& record = RecordOf(*leg);
  record.sip_call_id = sip_call_id;
  if (record.placed) return;  // The next route of the same attempt.
  record.placed = now.wall;
  leg->placed = now.mono;
  if (leg->on_trunk) trunks_.OnPlaced(record.trunk);
  Touch(*leg->call, CallChange::kPlaced);
}

void CallSwitch::Progress(LegHandle handle, Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr) return;
  leg->heard_anything = true;
  Apply(*leg, LegEvent::kProgress, now);
}

void CallSwitch::EarlyMedia(LegHandle handle, Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr || !IsLive(*leg) || RecordOf(*leg).early_media) return;
  RecordOf(*leg).early_media = now.wall;
  Touch(*leg->call, CallChange::kMedia);
}

void CallSwitch::AgreedOn(LegHandle handle, AudioCodec codec) {
  Leg* media = FindLeg(handle);
  if (media == nullptr) return;
  for (Leg* leg : {media, FindLeg(media->view)}) {  // A view has its line's.
    if (leg == nullptr || !IsLive(*leg) || RecordOf(*leg).codec == codec) continue;
    RecordOf(*leg).codec = codec;
    Touch(*leg->call, CallChange::kMedia);
  }
}

void CallSwitch::Answered(LegHandle handle, Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr) return;
  leg->heard_anything = true;
  Apply(*leg, LegEvent::kAnswered, now);
}

void CallSwitch::Acked(LegHandle handle, Instant now) {
  if (Leg* leg = FindLeg(handle)) Apply(*leg, LegEvent::kAcked, now);
}

void CallSwitch::Rejected(LegHandle handle, const SipCause& cause, EdgeReason reason,
                          bool heard_anything, Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr) return;
  leg->heard_anything = leg->heard_anything || heard_anything;
  if (leg->pending.by == EndedBy::kNobody) {
    leg->pending = {.by = reason == EdgeReason::kNone ? EndedBy::kRemote : EndedBy::kEdge,
                    .cause = cause,
                    .edge_reason = reason};
  } else if (leg->pending.cause.sip_code == 0) {
    leg->pending.cause.sip_code = cause.sip_code;
  }
  Apply(*leg, LegEvent::kRejected, now);
}

void CallSwitch::RemoteEnd(LegHandle handle, const SipCause& cause, EdgeReason reason,
                           Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr) return;
  if (leg->pending.by == EndedBy::kNobody) {
    leg->pending = {.by = reason == EdgeReason::kNone ? EndedBy::kRemote : EndedBy::kEdge,
                    .cause = cause,
                    .edge_reason = reason};
  }
  Apply(*leg, LegEvent::kRemoteEnd, now);
}

bool CallSwitch::DialogOver(LegHandle handle, Instant now) {
  Leg* leg = FindLeg(handle);
  return leg != nullptr && RecordOf(*leg).phase == LegPhase::kClosing &&
         Apply(*leg, LegEvent::kByeDone, now);
}

void CallSwitch::HeldByPeer(LegHandle handle, bool held, Instant now) {
  Leg* media = FindLeg(handle);
  if (media == nullptr) return;
  for (Leg* leg : {media, FindLeg(media->view)}) {  // A dedicated line holds the call it serves.
    if (leg != nullptr) MarkHeld(*leg, held, now);
  }
}

void CallSwitch::MarkHeld(Leg& leg, bool held, Instant now) {
  if (!IsLive(leg) || RecordOf(leg).held_by_far_end == held) return;
  RecordOf(leg).held_by_far_end = held;
  Touch(*leg.call, CallChange::kHold);
  RefreshRows(*leg.call);
  if (held) {
    PlayToTheHeld(*leg.call, now);
  } else {
    leg.resumed = now.mono;
    if (IsHeld(leg)) PlayMusic(leg, now);  // The other one holds, too; its own music goes on.
    AskConsent(*leg.call, now);
  }
}

void CallSwitch::Digit(LegHandle handle, char digit, DigitWay way, Instant) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr || !IsServed(*leg)) return;
  if (leg->digits == DigitWay::kNone) leg->digits = way;
  if (leg->digits != way) return;
  std::string& digits = leg->call->record.digits;
  ++leg->call->record.digit_count;
  digits += digit;
  if (digits.size() > kDigitsKept) digits.erase(0, digits.size() - kDigitsKept);
  Touch(*leg->call, CallChange::kDtmf);
}

// The far end is gone, as a phone that has crashed is. One that holds may have nothing to send:
// should it be gone, the session timer of its dialog tells. At its end the limit begins anew.
void CallSwitch::NoRtp(LegHandle handle, Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr || !config_.ends_silent_legs || RecordOf(*leg).held_by_far_end) return;
  if (leg->resumed && now.mono - *leg->resumed < kAfterHold) return;
  HangUpLeg(*leg,
            {.by = EndedBy::kEdge,
             .cause = {.q850 = 41, .text = "no RTP"},
             .edge_reason = EdgeReason::kNoRtp},
            now);
}

void CallSwitch::OneWay(LegHandle handle, OneWayAudio audio) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr || !IsLive(*leg) || RecordOf(*leg).one_way_audio == audio) return;
  RecordOf(*leg).one_way_audio = audio;
  if (audio == OneWayAudio::kNothingReceived) ++counts_.nothing_received;
  if (audio == OneWayAudio::kNothingHeard) ++counts_.nothing_heard;
  Touch(*leg->call, CallChange::kMedia);
}

void CallSwitch::SetQuality(LegHandle handle, const MediaQuality& quality) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr) return;
  RecordOf(*leg).quality = quality;
  leg->call->published.reset();
  if (std::exchange(leg->figures_due, false) && leg->call->awaited_figures > 0) {
    --leg->call->awaited_figures;
  }
}

void CallSwitch::OnTimer(const SwitchTimerKey& key, Instant now) {
  if (key.leg == 0) {
    if (Call* call = FindCall(key.call)) OnCallTimer(*call, key, now);
    return;
  }
  Leg* leg = FindLeg(key.leg);
  if (leg == nullptr) return;
  if (key.timer == SwitchTimer::kAmd) {
    if (leg->amd_generation == key.generation) StepAmd(*leg, AmdStageEvent::kWaitOver, now);
    return;
  }
  if (leg->generation != key.generation) return;
  if (const auto event = LegEventOf(key.timer)) Apply(*leg, *event, now);
}

void CallSwitch::OnCallTimer(Call& call, const SwitchTimerKey& key, Instant now) {
  if (key.timer == SwitchTimer::kFigures) {
    call.awaited_figures = 0;
    if (call.is_supervision) Forget(call);
    return;
  }
  if (call.record.state == CallState::kEnded) return;
  switch (key.timer) {
    case SwitchTimer::kUnclaimed:
      if (!call.record.controller) EndUnclaimed(call, now);
      break;
    case SwitchTimer::kVerdict:
      if (key.generation == call.verdict_generation) RefuseUndecided(call, now);
      break;
    case SwitchTimer::kOffer:
      if (key.generation == call.offer_generation) TakeOfferBack(call, now);
      break;
    case SwitchTimer::kFigures:
    case SwitchTimer::kSetup:
    case SwitchTimer::kRing:
    case SwitchTimer::kCancel:
    case SwitchTimer::kClosing:
    case SwitchTimer::kAbandon:
    case SwitchTimer::kFarewell:
    case SwitchTimer::kAmd:
      break;
  }
}

void CallSwitch::EndUnclaimed(Call& call, Instant now) {
  for (LegHandle handle : std::vector<LegHandle>(call.legs)) {
    HangUpLeg(*FindLeg(handle),
              {.by = EndedBy::kEdge,
               .cause = {.sip_code = config_.fallback_sip_code, .text = "unclaimed"},
               .edge_reason = EdgeReason::kUnclaimed},
              now);
  }
}

// The controller has said nothing to a phone's REFER.
void CallSwitch::RefuseUndecided(Call& call, Instant now) {
  if (!call.transfer || call.transfer->state != TransferState::kAsked) return;
  RecordOf(call).sip_code = 503;
  StepTransfer(call, TransferEvent::kRefused, now);
}

std::uint32_t CallSwitch::CallsAtWork() const {
  const auto idle = std::count_if(legs_.begin(), legs_.end(), [](const auto& entry) {
    const Leg& leg = entry.second;
    const LegRecord& record = leg.call->record.legs[leg.index];
    return record.dedicated && record.phase == LegPhase::kUp && leg.line == 0 && leg.view == 0;
  });
  return counts_.active_calls - static_cast<std::uint32_t>(idle);
}

void CallSwitch::EndAll(EdgeReason reason, Instant now) {
  std::vector<LegHandle> live;
  for (auto& [handle, leg] : legs_) {
    if (IsLive(leg)) live.push_back(handle);
  }
  std::sort(live.begin(), live.end());
  for (LegHandle handle : live) {
    if (Leg* leg = FindLeg(handle)) {
      HangUpLeg(
          *leg,
          {.by = EndedBy::kShutdown, .cause = {.sip_code = 503, .q850 = 41}, .edge_reason = reason},
          now);
    }
  }
}

}  // namespace callfleet::sip_edge
