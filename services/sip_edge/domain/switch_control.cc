// Commands on calls that exist, and who may give them.
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {
// A hang-up that overtook what it ends is kept among what is over, as a CANCEL is remembered until
// there is something to cancel (RFC 3261 9.1).
template <class Name>
RequestId HungUpBefore(const Name& call_or_leg) {
  return RequestId("hung-up:" + call_or_leg.str());
}
}  // namespace

Status CallSwitch::AdmitRequest(const CommandContext& context) const {
  if (context.request.empty() || context.request.str().size() > 64) {
    return InvalidField("context.request_id", "1 to 64 characters");
  }
  if (!context.boot.empty() && context.boot != config_.boot) {
    return Fail(Error{.code = ErrorCode::kAborted,
                      .reason = "BOOT_CHANGED",
                      .message = "this edge was restarted; nothing was done",
                      .metadata = {{"boot_id", config_.boot.str()}}});
  }
  return {};
}

Status CallSwitch::Admit(const CommandContext& context) {
  if (auto ok = AdmitRequest(context); !ok) return ok;
  return fence_.Admit(context.unit);
}

std::optional<Status> CallSwitch::Repeated(const RequestId& request) {
  const auto found = requests_.find(request);
  if (found != requests_.end()) return found->second.status;
  if (!over_.contains(request)) return std::nullopt;
  return FailedPrecondition("TOO_LATE", "the call of this request has ended and is acknowledged");
}

CallSwitch::RecordResult CallSwitch::Replay(const CallId& call, const Status& status) const {
  if (!status) return Fail(status.error());
  return Get(call);
}

CallSwitch::RecordResult CallSwitch::Done(Call& call, const RequestId& request) {
  requests_[request] = {call.record.id, {}};
  call.requests.push_back(request);
  return Publish(call);
}

Result<CallSwitch::Call*> CallSwitch::Controlled(const CommandContext& context, const CallId& id) {
  Call* call = FindCall(id);
  if (call == nullptr) return NotFound("CALL_NOT_FOUND", "no such call on this edge");
  auto& controller = call->record.controller;
  if (!controller || controller->unit != context.unit.unit) {
    return FailedPrecondition("NOT_CONTROLLER", "another unit, or none, controls this call");
  }
  controller->token = std::max(controller->token, context.unit.token);
  return call;
}

Result<CallSwitch::Leg*> CallSwitch::LegOf(Call& call, const LegId& id) {
  Leg* leg = FindLeg(id);
  if (leg == nullptr || leg->call != &call) {
    return NotFound("LEG_NOT_FOUND", "no such leg in this call");
  }
  return leg;
}

CallSwitch::RecordResult CallSwitch::Answer(const AnswerCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  auto call = Controlled(command.context, command.call);
  if (!call) return Fail(call.error());
  const auto arrived = std::find_if((*call)->legs.begin(), (*call)->legs.end(), [&](LegHandle h) {
    return RecordOf(*FindLeg(h)).phase == LegPhase::kArrived;
  });
  if (arrived == (*call)->legs.end()) {
    return FailedPrecondition("TOO_LATE", "no leg of this call waits for an answer");
  }
  std::optional<Sound> sound;
  if (command.sound) {
    auto playable = Playable(*command.sound);
    if (!playable) return Fail(playable.error());
    sound = *std::move(playable);
  }
  Leg& leg = *FindLeg(*arrived);
  if (command.early_media_only) {
    acts_.push_back(act::EarlyMediaLeg{leg.handle});
    if (!RecordOf(leg).early_media) RecordOf(leg).early_media = now.wall;
    Touch(**call, CallChange::kMedia);
  } else {
    Apply(leg, LegEvent::kAccept, now);
  }
  // A phone that had answered before is heard already: no sound goes in front of it.
  const bool talks = FindLeg(leg.peer) != nullptr;
  if (sound && !talks) {
    StartSound(leg, *std::move(sound), command.context.request, false, now);
  }
  return Done(**call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::Bridge(const BridgeCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  auto call = Controlled(command.context, command.call);
  if (!call) return Fail(call.error());
  auto a = LegOf(**call, command.leg);
  if (!a) return Fail(a.error());
  auto b = LegOf(**call, command.with);
  if (!b) return Fail(b.error());
  if (*a == *b) return InvalidField("with_leg_id", "another leg than leg_id");
  if (!IsLive(**a) || !IsLive(**b)) {
    return FailedPrecondition("TOO_LATE", "a leg is ending or has ended");
  }
  if (!IsAnswered(**a) || !IsAnswered(**b)) {
    return FailedPrecondition("TOO_LATE", "both legs must be answered");
  }
  if (auto ok = CheckPrompt(command.hold_music, "hold_music"); !ok) return Fail(ok.error());
  if (command.recording) {
    const std::string& consent = command.recording->consent_prompt;
    if (auto ok = CheckPrompt(consent, "recording.consent_prompt"); !ok) return Fail(ok.error());
  }
  if (!command.hold_music.empty()) {
    (*a)->follows.hold_music = (*b)->follows.hold_music = command.hold_music;
  }
  if (command.recording) {
    (*call)->recording_policy = command.recording;
    (*a)->follows.recording.reset();  // What it says stands above what they were told.
    (*b)->follows.recording.reset();
  }
  Join(**a, **b, command.on_peer_end, now);
  return Done(**call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::HangUp(const HangUpCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  const CallId id = command.call.empty() ? CallId(command.leg.str()) : command.call;
  if (FindCall(id) == nullptr) {
    KeepAsOver(command.leg.empty() ? HungUpBefore(id) : HungUpBefore(command.leg));
  }
  auto call = Controlled(command.context, id);
  if (!call) return Fail(call.error());
  const LegEnd why{.by = EndedBy::kController,
                   .cause = {.sip_code = command.sip_code, .q850 = command.q850}};
  const auto end = [&](Leg& leg) {
    LegEnd its = why;
    if (RecordOf(leg).phase != LegPhase::kArrived) its.cause.sip_code = 0;
    HangUpLeg(leg, its, now);
  };
  if (!command.leg.empty()) {
    auto leg = LegOf(**call, command.leg);
    if (!leg) {
      KeepAsOver(HungUpBefore(command.leg));
      return Fail(leg.error());
    }
    if (command.keep_peers) KeepPartners(**leg);
    end(**leg);
  } else {
    for (LegHandle handle : std::vector<LegHandle>((*call)->legs)) end(*FindLeg(handle));
  }
  return Done(**call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::SetHold(const HoldCommand& command, Instant now) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  auto call = Controlled(command.context, command.call);
  if (!call) return Fail(call.error());
  auto leg = LegOf(**call, command.leg);
  if (!leg) return Fail(leg.error());
  Leg* peer = FindLeg((*leg)->peer);
  if (peer == nullptr) return FailedPrecondition("TOO_LATE", "the leg is not bridged");
  LegRecord& record = RecordOf(**leg);
  if (record.held_by_us != command.held) {
    record.held_by_us = command.held;
    RefreshRows(**call);  // The rows end here; nobody is re-INVITEd.
    if (command.held) {
      PlayMusic(**leg, now);
    } else {
      AskConsent(**call, now);
    }
    Touch(**call, CallChange::kHold);
  }
  return Done(**call, command.context.request);
}

CallSwitch::RecordResult CallSwitch::SendDigits(const DigitsCommand& command, Instant) {
  if (auto known = Repeated(command.context.request)) return Replay(command.call, *known);
  if (auto ok = Admit(command.context); !ok) return Fail(ok.error());
  auto call = Controlled(command.context, command.call);
  if (!call) return Fail(call.error());
  auto leg = LegOf(**call, command.leg);
  if (!leg) return Fail(leg.error());
  static constexpr std::string_view kDigits = "0123456789*#ABCD";
  if (command.digits.empty() || command.digits.size() > 32 ||
      command.digits.find_first_not_of(kDigits) != std::string::npos) {
    return InvalidField("digits", "1 to 32 of 0-9 * # A-D");
  }
  if (!IsAnswered(**leg)) return FailedPrecondition("TOO_LATE", "the leg is not answered");
  acts_.push_back(act::SendDigits{MediaOf(**leg), command.digits});
  return Done(**call, command.context.request);
}

Status CallSwitch::Acknowledge(const AcknowledgeCommand& command, Instant) {
  if (auto ok = Admit(command.context); !ok) return ok;
  if (command.calls.empty() || command.calls.size() > 1000) {
    return InvalidField("call_ids", "1 to 1,000");
  }
  const Unit& unit = command.context.unit.unit;
  Status all;
  for (const auto& id : command.calls) {
    Call* call = FindCall(id);
    if (call == nullptr) continue;
    if (PasserKnows(*call, unit)) continue;
    const auto& controller = call->record.controller;
    if (call->record.state != CallState::kEnded) continue;
    const bool mine = controller ? controller->unit == unit : unit.kind == UnitKind::kRouting;
    if (!mine) {
      all = FailedPrecondition("NOT_CONTROLLER", "call " + id.str());
      continue;
    }
    call->acknowledged = true;
    const auto& passed = call->record.passed;
    if (!passed || !passed->by_waits) Forget(*call);
  }
  return all;
}

void CallSwitch::Forget(Call& call) {
  --counts_.unacknowledged;
  for (LegHandle handle : call.legs) {
    if (Leg* leg = FindLeg(handle)) leg_ids_.erase(RecordOf(*leg).id);
    legs_.erase(handle);
  }
  for (const auto& request : call.requests) KeepAsOver(request);
  if (call.dirty) {
    // Who acknowledges has seen it in a snapshot; others have not heard of its end yet.
    dirty_.erase(std::find(dirty_.begin(), dirty_.end(), &call));
    forgotten_.push_back({Publish(call), std::exchange(call.changes, {})});
  }
  ++call.record.version;
  call.published.reset();
  forgotten_.push_back({.record = Publish(call), .forgotten = true});
  calls_.erase(call.record.id);
}

// Who lost an answer asks again after its call is over: that must not ring anybody anew.
void CallSwitch::KeepAsOver(const RequestId& request) {
  requests_.erase(request);
  if (!over_.insert(request).second) return;
  over_order_.push_back(request);
  if (over_order_.size() <= config_.kept_requests) return;
  over_.erase(over_order_.front());
  over_order_.pop_front();
}

CallSwitch::RecordResult CallSwitch::Get(const CallId& id) const {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return NotFound("CALL_NOT_FOUND", "no such call on this edge");
  if (found->second->published) return found->second->published;
  return std::make_shared<const CallRecord>(found->second->record);
}

}  // namespace callfleet::sip_edge
