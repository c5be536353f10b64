// Who answered, and what follows from it. While a leg listens, bridges wait for its verdict.
#include <algorithm>
#include <utility>
#include <vector>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

LegEnd MachineAnswered() {
  return {.by = EndedBy::kEdge,
          .cause = {.q850 = 16, .text = "answering machine"},
          .edge_reason = EdgeReason::kMachine};
}

AmdStageEvent EventFor(AmdAction action, AmdVerdict verdict) {
  switch (action) {
    case AmdAction::kHangUp:
      return AmdStageEvent::kHangUp;
    case AmdAction::kLeaveMessage:
      return verdict == AmdVerdict::kBeep ? AmdStageEvent::kMessageNow
                                          : AmdStageEvent::kLeaveMessage;
    case AmdAction::kHandToAgent:
      return AmdStageEvent::kHandToAgent;
    case AmdAction::kConnect:
    case AmdAction::kNone:
      break;
  }
  return AmdStageEvent::kConnect;
}

}  // namespace

Status CallSwitch::CheckAmd(const OriginateCommand& command) const {
  const auto& amd = command.follows.amd;
  if (!amd) return {};
  if (command.follows.transfer) {
    return InvalidField("what_follows.amd", "not for the target of a transfer");
  }
  return CheckPrompt(amd->message, "what_follows.amd.message");
}

void CallSwitch::BeginAmd(Leg& leg) {
  if (!leg.follows.amd) return;
  leg.amd = AmdStage::kListening;
  RecordOf(leg).amd = AmdResult{};
  acts_.push_back(act::Listen{leg.handle, leg.follows.amd->thresholds});
}

AmdVerdict CallSwitch::VerdictOf(Leg& leg) {
  const auto& amd = RecordOf(leg).amd;
  return amd ? amd->finding.verdict : AmdVerdict::kNone;
}

bool CallSwitch::Listens(const Leg& leg) { return leg.amd == AmdStage::kListening; }

// No agent is wanted for it any more: a message is left, or it has been hung up on.
bool CallSwitch::TakesNoAgent(const Leg& leg) {
  return leg.amd == AmdStage::kAwaitingCue || leg.amd == AmdStage::kMessage;
}

void CallSwitch::AmdFound(LegHandle handle, const AmdFinding& finding, Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr || !Listens(*leg)) return;
  const LegPhase phase = RecordOf(*leg).phase;
  AmdAction action = ActionFor(*leg->follows.amd, finding.verdict);
  // Before the answer there is nobody to leave a message on; who is bridged stays so.
  const bool up = phase == LegPhase::kUp;
  if (leg->was_bridged || (!up && action != AmdAction::kHangUp)) action = AmdAction::kConnect;
  AmdResult& told = *RecordOf(*leg).amd;
  told.finding = finding;
  told.decided = now.wall;
  told.action = action;
  Touch(*leg->call, CallChange::kAmd);
  StepAmd(*leg, EventFor(action, finding.verdict), now);
}

// The beep, or the machine's greeting, is over.
void CallSwitch::AmdCue(LegHandle handle, Instant now) {
  if (Leg* leg = FindLeg(handle); leg != nullptr && leg->amd) {
    StepAmd(*leg, AmdStageEvent::kCue, now);
  }
}

void CallSwitch::StepAmd(Leg& leg, AmdStageEvent event, Instant now) {
  if (!leg.amd) return;
  const auto* row = fsm::Find<AmdStageMachine>(kAmdStageRows, *leg.amd, event,
                                               [](AmdStageGuard) { return true; });
  if (row == nullptr) return;  // A second cue, a bridge after the verdict.
  leg.amd = row->to;
  ++leg.amd_generation;
  for (AmdStageEffect effect : row->effects) Perform(leg, effect, now);
}

void CallSwitch::Perform(Leg& leg, AmdStageEffect effect, Instant now) {
  switch (effect) {
    case AmdStageEffect::kNone:
      break;
    case AmdStageEffect::kMarkUnsure:
      MarkUnsure(leg, now);
      break;
    case AmdStageEffect::kStopListening:
      acts_.push_back(act::StopListening{leg.handle});
      break;
    case AmdStageEffect::kLetJoin:
      if (IsAnswered(leg) && leg.peer == 0) JoinWhoWaits(leg, now);
      RefreshRows(*leg.call);
      break;
    case AmdStageEffect::kLeaveAgents:
      LeaveAgents(leg, now);
      break;
    case AmdStageEffect::kStopPatience:
      ++leg.generation;
      break;
    case AmdStageEffect::kStartMessageWait:
      ArmAmd(leg, leg.follows.amd->message_wait);
      break;
    case AmdStageEffect::kStartAgentWait:
      ArmAmd(leg, leg.follows.amd->agent_wait);
      break;
    case AmdStageEffect::kPlayMessage:
      PlayMessage(leg, now);
      break;
    case AmdStageEffect::kEndCall:
      HangUpLeg(leg, MachineAnswered(), now);
      break;
  }
}

void CallSwitch::ArmAmd(Leg& leg, std::chrono::milliseconds after) {
  acts_.push_back(act::StartTimer{
      {.leg = leg.handle, .timer = SwitchTimer::kAmd, .generation = leg.amd_generation}, after});
}

// Media has not decided by itself: a person.
void CallSwitch::MarkUnsure(Leg& leg, Instant now) {
  AmdResult& told = *RecordOf(leg).amd;
  told.finding = {.verdict = AmdVerdict::kPerson,
                  .reason = AmdReason::kDeadline,
                  .after_answer = leg.follows.amd->thresholds.max_from_answer};
  told.decided = now.wall;
  told.action = AmdAction::kConnect;
  Touch(*leg.call, CallChange::kAmd);
}

void CallSwitch::PlayMessage(Leg& leg, Instant now) {
  RecordOf(leg).amd->message = now.wall;
  Touch(*leg.call, CallChange::kAmd);
  Deafen(MediaOf(leg));
  StartSound(leg, Sound::Of(leg.follows.amd->message), {}, true, now);
  leg.amd_message = leg.sound;
}

void CallSwitch::MessageOver(Leg& leg, bool finished, Instant now) {
  RecordOf(leg).amd->message_left = finished;
  Touch(*leg.call, CallChange::kAmd);
  StepAmd(leg, AmdStageEvent::kMessageOver, now);
}

// Agents who are rung for it or wait for it, in either order of dialling.
void CallSwitch::LeaveAgents(Leg& leg, Instant now) {
  const LegId& id = RecordOf(leg).id;
  for (LegHandle handle : std::vector<LegHandle>(leg.call->legs)) {
    Leg* other = FindLeg(handle);
    if (other == nullptr || other == &leg || !IsLive(*other) || other->was_bridged) continue;
    if (RecordOf(*other).role != LegRole::kAgent) continue;
    const bool waits =
        other->follows.bridge_with == id || leg.follows.bridge_with == RecordOf(*other).id;
    if (!waits) continue;
    HangUpLeg(
        *other,
        {.by = EndedBy::kPeerLeg, .cause = {.q850 = 16}, .edge_reason = EdgeReason::kPeerEnded},
        now);
  }
  RefreshRows(*leg.call);
}

}  // namespace callfleet::sip_edge
