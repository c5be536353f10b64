// How legs and calls change: the leg table's effects, and what a leg's end does to its call.
#include <algorithm>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

LegEnd TimedOut(const LegRecord& record) {
  return {.by = EndedBy::kEdge,
          .cause = {.text = record.ringing ? "ring timeout" : "setup timeout"},
          .edge_reason = record.ringing ? EdgeReason::kRingTimeout : EdgeReason::kSetupTimeout};
}

LegEnd Abandoned() {
  return {
      .by = EndedBy::kEdge, .cause = {.text = "abandoned"}, .edge_reason = EdgeReason::kAbandoned};
}

}  // namespace

CallSwitch::CallSwitch(SwitchConfig config, TrunkBook& trunks, LocationTable& locations,
                       IdSource& ids)
    : config_(std::move(config)), trunks_(trunks), locations_(locations), ids_(ids) {}

CallSwitch::~CallSwitch() = default;

CallSwitch::Leg* CallSwitch::FindLeg(LegHandle handle) {
  const auto found = legs_.find(handle);
  return found == legs_.end() ? nullptr : &found->second;
}

CallSwitch::Leg* CallSwitch::FindLeg(const LegId& id) {
  const auto found = leg_ids_.find(id);
  return found == leg_ids_.end() ? nullptr : FindLeg(found->second);
}

CallSwitch::Call* CallSwitch::FindCall(const CallId& id) {
  const auto found = calls_.find(id);
  return found == calls_.end() ? nullptr : found->second.get();
}

LegRecord& CallSwitch::RecordOf(Leg& leg) { return leg.call->record.legs[leg.index]; }
bool CallSwitch::IsLive(Leg& leg) { return RecordOf(leg).phase != LegPhase::kEnded; }
bool CallSwitch::IsAnswered(Leg& leg) {
  const LegPhase phase = RecordOf(leg).phase;
  return phase == LegPhase::kUp || phase == LegPhase::kAccepted;
}

// An agent's phone that calls is the caller of its call, wherever the number leads: a queue serves
// it as any caller, and the agent there is somebody else. Only where somebody outside is dialled
// for it (Originate, but for a transfer's target) it is the agent of the call, unless all attempts
// come to nothing and the call leads on: where the phone goes unserved then, they were all.
// The role in the record stays AGENT: the phone is busy.
void CallSwitch::NoteCallers(Call& call, CallChange change) {
  const bool tries = std::any_of(call.legs.begin(), call.legs.end(), [this](LegHandle handle) {
    Leg& leg = *FindLeg(handle);
    return leg.for_caller && IsLive(leg);
  });
  for (LegHandle handle : call.legs) {
    Leg& leg = *FindLeg(handle);
    if (!leg.calls) continue;
    const bool leads_on = !tries && !leg.reached && (leg.was_bridged || IsLive(leg));
    const bool is_caller = !leg.dials || leads_on;
    if (RecordOf(leg).is_caller == is_caller) continue;
    RecordOf(leg).is_caller = is_caller;
    NoteAnswered(call, leg);
    Touch(call, change);
  }
}

// A call is answered where somebody who is served is; `leg` is from now on, or is no more.
void CallSwitch::NoteAnswered(Call& call, Leg& leg) {
  CallRecord& record = call.record;
  if (RecordOf(leg).is_caller) {
    if (!record.answered) record.answered = RecordOf(leg).answered;
    return;
  }
  const bool served =
      std::any_of(record.legs.begin(), record.legs.end(), [](const LegRecord& each) {
        return each.answered && (each.role == LegRole::kCustomer || each.is_caller);
      });
  if (!served) record.answered.reset();
}

// Whoever has been served already stays the caller.
void CallSwitch::DialledFor(Leg& dialled) {
  for (LegHandle handle : dialled.call->legs) {
    Leg& leg = *FindLeg(handle);
    if (!leg.calls || leg.was_bridged) continue;
    leg.dials = dialled.for_caller = true;
  }
  NoteCallers(*dialled.call, CallChange::kCreated);
}

// Whose digits count, who is recorded left, whom nobody whispers to.
bool CallSwitch::IsServed(Leg& leg) {
  return RecordOf(leg).role == LegRole::kCustomer || RecordOf(leg).is_caller;
}

// Who is coached, and whose place a supervisor takes.
bool CallSwitch::Serves(Leg& leg) {
  return RecordOf(leg).role == LegRole::kAgent && !RecordOf(leg).is_caller;
}

void CallSwitch::Touch(Call& call, CallChange change) {
  ++call.record.version;
  if (std::find(call.changes.begin(), call.changes.end(), change) == call.changes.end()) {
    call.changes.push_back(change);
  }
  call.published.reset();
  if (call.dirty) return;
  call.dirty = true;
  dirty_.push_back(&call);
}

bool CallSwitch::Apply(Leg& leg, LegEvent event, Instant now) {
  LegRecord& record = RecordOf(leg);
  const auto holds = [&](LegGuard guard) {
    switch (guard) {
      case LegGuard::kAlways:
        return true;
      case LegGuard::kNotBridged:
        return !leg.was_bridged;
      case LegGuard::kFarewellDue:
        return IsFarewellDue(leg);
      case LegGuard::kOnDedicatedLine:
        return leg.line != 0;
    }
    return false;
  };
  const auto* row = fsm::Find<LegMachine>(kLegRows, record.phase, event, holds);
  if (row == nullptr) {
    ++counts_.refused_events;
    return false;
  }
  record.phase = row->to;
  const bool stays =
      row->to == LegPhase::kSetup || row->to == LegPhase::kRinging || row->to == LegPhase::kUp;
  if (!stays) StepAmd(leg, AmdStageEvent::kLegGone, now);
  for (LegEffect effect : row->effects) Perform(leg, effect, now);
  Recompute(*leg.call, now);
  return true;
}

void CallSwitch::ArmLeg(Leg& leg, SwitchTimer timer, std::chrono::milliseconds after) {
  ++leg.generation;  // One timer a leg at a time: the older one is void.
  acts_.push_back(
      act::StartTimer{{.leg = leg.handle, .timer = timer, .generation = leg.generation}, after});
}

void CallSwitch::Perform(Leg& leg, LegEffect effect, Instant now) {
  LegEnd& pending = leg.pending;
  switch (effect) {
    case LegEffect::kNone:
      break;
    case LegEffect::kMarkRinging:
      MarkRinging(leg, now);
      break;
    case LegEffect::kStartRingTimer:
      ArmLeg(leg, SwitchTimer::kRing, leg.follows.ring_timeout);
      break;
    case LegEffect::kMarkAnswered:
      MarkAnswered(leg, now);
      break;
    case LegEffect::kFollow:
      Follow(leg, now);
      break;
    case LegEffect::kMarkLateAnswer:
      if (pending.edge_reason != EdgeReason::kMachine) {
        pending.edge_reason = EdgeReason::kAnsweredAfterCancel;
      }
      break;
    case LegEffect::kMarkAbandoned:
      pending = Abandoned();
      // What is no person is not abandoned.
      if (IsMachine(VerdictOf(leg))) pending.edge_reason = EdgeReason::kMachine;
      break;
    case LegEffect::kMarkTimeout:
      pending = TimedOut(RecordOf(leg));
      break;
    case LegEffect::kSendCancel:
      acts_.push_back(act::CancelLeg{leg.handle, pending.cause.q850, pending.cause.text});
      break;
    case LegEffect::kStartCancelTimer:
      ArmLeg(leg, SwitchTimer::kCancel, CancelLimitOf(leg));
      break;
    case LegEffect::kSendAccept:
      acts_.push_back(act::AcceptLeg{leg.handle});
      break;
    case LegEffect::kSendReject:
      acts_.push_back(act::RejectLeg{leg.handle, pending.cause.sip_code, pending.cause.q850});
      break;
    case LegEffect::kSendBye:
      SendBye(leg);
      break;
    case LegEffect::kLeave:
      Leave(leg, now);
      break;
    case LegEffect::kStartClosingTimer:
      ArmLeg(leg, SwitchTimer::kClosing, config_.closing_limit);
      break;
    case LegEffect::kStartFarewell:
      StartFarewell(leg, now);
      break;
    case LegEffect::kFinish:
      Finish(leg, now);
      break;
  }
}

void CallSwitch::MarkRinging(Leg& leg, Instant now) {
  LegRecord& record = RecordOf(leg);
  record.ringing = now.wall;
  if (leg.on_trunk) trunks_.OnProgress(record.trunk, now.mono - leg.placed);
  Touch(*leg.call, CallChange::kRinging);
  if (IsTarget(leg)) StepTransfer(*leg.call, TransferEvent::kProgress, now);
}

std::chrono::milliseconds CallSwitch::CancelLimitOf(const Leg& leg) const {
  return leg.heard_anything ? config_.cancel_limit : config_.silent_cancel_limit;
}

void CallSwitch::SendBye(Leg& leg) {
  if (leg.line != 0) return;  // A view ends, the line that it is on stays up.
  const SipCause& cause = leg.pending.cause;
  acts_.push_back(act::ByeLeg{leg.handle, cause.q850, cause.text});
}

void CallSwitch::MarkAnswered(Leg& leg, Instant now) {
  LegRecord& record = RecordOf(leg);
  CallRecord& call = leg.call->record;
  ++leg.generation;  // Ring and setup timers are void.
  leg.answered = now.mono;
  record.answered = now.wall;
  record.early_answer = !record.incoming && !record.ringing && leg.line == 0;
  if (record.early_answer && leg.on_trunk) trunks_.OnProgress(record.trunk, now.mono - leg.placed);
  if (IsServed(leg) && !call.answered) call.answered = now.wall;
  Touch(*leg.call, CallChange::kAnswered);
}

void CallSwitch::HangUpLeg(Leg& leg, LegEnd why, Instant now) {
  if (!IsLive(leg)) return;
  if (leg.pending.by == EndedBy::kNobody) leg.pending = std::move(why);
  Apply(leg, LegEvent::kHangUp, now);
}

void CallSwitch::Finish(Leg& leg, Instant now) {
  LegRecord& record = RecordOf(leg);
  const bool is_supervisor = record.role == LegRole::kSupervisor;
  std::erase(followers_, leg.handle);
  ++leg.generation;
  record.ended = now.wall;
  record.end = leg.pending;
  if (!record.incoming && !record.answered && record.end.cause.sip_code == 0) {
    record.end.cause.sip_code = 408;  // No final response was seen.
  }
  ReleaseTrunk(leg, now);
  EndPlayback(leg, PlaybackEnd::kLegEnded, now);
  NoteCallers(*leg.call, CallChange::kLegEnded);
  Touch(*leg.call, CallChange::kLegEnded);
  if (leg.line == 0) {
    acts_.push_back(act::CloseLeg{leg.handle});
    leg.figures_due = true;
    ++leg.call->awaited_figures;
  } else if (Leg* line = FindLeg(leg.line); line != nullptr) {
    line->view = 0;
    Deafen(line->handle);
    if (!RecordOf(*line).follows_agent.empty()) seeking_.emplace_back(line->handle, now);
  }
  if (Leg* view = FindLeg(leg.view); view != nullptr) {
    view->pending = leg.pending;
    Apply(*view, LegEvent::kRemoteEnd, now);
  }
  Leave(leg, now);
  RefreshRows(*leg.call);
  if (is_supervisor) Touch(*leg.call, CallChange::kSupervision);
}

void CallSwitch::ReleaseTrunk(Leg& leg, Instant now) {
  if (!leg.on_trunk) return;
  leg.on_trunk = false;
  LegRecord& record = RecordOf(leg);
  if (record.incoming || !record.placed) {
    trunks_.Release(record.trunk, std::nullopt, now.mono);
    return;
  }
  AttemptOutcome outcome{.answered = record.answered.has_value(),
                         .early_answer = record.early_answer};
  if (outcome.answered) {
    outcome.talk = now.mono - leg.answered;
  } else if (leg.pending.edge_reason == EdgeReason::kSetupTimeout) {
    outcome.fault = !leg.heard_anything;
  } else if (leg.pending.by == EndedBy::kRemote || leg.pending.by == EndedBy::kEdge) {
    outcome.fault = IsTrunkFault(leg.pending.cause, leg.heard_anything);
  }
  trunks_.Release(record.trunk, outcome, now.mono);
}

void CallSwitch::Recompute(Call& call, Instant now) {
  if (call.record.state == CallState::kEnded) return;
  bool any_live = false;
  bool any_answered = false;
  bool any_arrived = false;
  bool any_closing = false;
  for (const auto& leg : call.record.legs) {
    any_live |= leg.phase != LegPhase::kEnded;
    if (leg.role == LegRole::kSupervisor && leg.supervise_mode != SuperviseMode::kTakeOver) {
      continue;  // Who only takes part beside makes no state.
    }
    any_answered |= leg.phase == LegPhase::kUp || leg.phase == LegPhase::kAccepted;
    any_arrived |= leg.phase == LegPhase::kArrived;
    any_closing |= leg.phase == LegPhase::kClosing || leg.phase == LegPhase::kFarewell;
  }
  const bool bridged = std::any_of(call.record.bridges.begin(), call.record.bridges.end(),
                                   [](const BridgeSpan& span) { return !span.end; });
  if (!any_live) {
    EndCall(call, now);
  } else if (bridged) {
    if (!followers_.empty()) bridged_.emplace_back(call.record.id, now);
    call.record.state = CallState::kBridged;
  } else if (any_answered || any_closing) {
    call.record.state = CallState::kWaiting;
  } else {
    call.record.state = any_arrived ? CallState::kArrived : CallState::kSetup;
  }
}

// Of the leg that decided it: who was served, else the newest.
const LegEnd& CallSwitch::EndOf(Call& call) {
  auto& legs = call.record.legs;
  const auto caller = std::find_if(call.legs.rbegin(), call.legs.rend(), [this](LegHandle handle) {
    Leg& leg = *FindLeg(handle);
    return leg.calls && RecordOf(leg).is_caller;
  });
  if (caller != call.legs.rend()) return RecordOf(*FindLeg(*caller)).end;
  const auto customer = std::find_if(
      legs.begin(), legs.end(), [](const LegRecord& l) { return l.role == LegRole::kCustomer; });
  return customer != legs.end() ? customer->end : legs.back().end;
}

void CallSwitch::EndCall(Call& call, Instant now) {
  CloseRecording(call, now);
  CallRecord& record = call.record;
  record.state = CallState::kEnded;
  record.ended = now.wall;
  record.offered.reset();
  record.offer.reset();
  call.kept.reset();
  if (!record.legs.empty()) record.end = EndOf(call);
  --counts_.active_calls;
  ++counts_.unacknowledged;
  Touch(call, CallChange::kEnded);
  acts_.push_back(
      act::StartTimer{{.call = record.id, .timer = SwitchTimer::kFigures}, config_.figures_limit});
  acts_.push_back(act::CallEnded{std::make_shared<const CallRecord>(record)});
}

}  // namespace callfleet::sip_edge
