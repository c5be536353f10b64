// The slots: from the grant to the end of wrap-up.
#include <algorithm>

#include "services/agent_registry/domain/agent.h"

namespace callfleet::agent_registry {

namespace {
// An edge that is in sight shows a leg within this; longer than it takes to notice that it is not.
constexpr std::chrono::seconds kShownWithin{3};
constexpr std::size_t kWithdrawnKept = 16;

std::chrono::milliseconds UnseenFor(const SlotRecord& slot, Instant now) {
  using std::chrono::milliseconds;
  return std::max<milliseconds>(kShownWithin,
                                std::chrono::ceil<milliseconds>(slot.may_ring_until - now.mono));
}
}  // namespace

SlotRecord* Agent::Find(ReservationKey key) {
  for (SlotRecord& slot : slots_) {
    if (slot.key == key) return &slot;
  }
  return nullptr;
}

void Agent::Move(AgentStep& step, SlotRecord& slot, SlotEvent event, Instant now,
                 std::chrono::milliseconds wrap_up) {
  auto holds = [&](SlotGuard guard) {
    switch (guard) {
      case SlotGuard::kAlways:
        return true;
      case SlotGuard::kLegLive:  // Out of sight is not over.
        return slot.leg_live || slot.up_unseen;
      case SlotGuard::kLegToEnd:
        // The phone is still in this call: a next one now would meet the hang-up on its way.
        return slot.up_unseen || (slot.leg_live && slot.leg != dedicated_leg_);
      case SlotGuard::kWantsWrapUp:
        return wrap_up.count() > 0 && slot.answered;
    }
    return false;
  };
  const auto* row = fsm::Find<SlotMachine>(kSlotRows, slot.state, event, holds);
  if (row == nullptr) {
    step.refused = true;
    return;
  }
  const SlotState from = slot.state;
  const Instant from_since = slot.since;
  const bool was_wrap_up = from == SlotState::kWrapUp;
  if (slot.state != row->to && row->to != SlotState::kFree && !was_wrap_up) slot.since = now;
  slot.state = row->to;
  slot.let_go |= event == SlotEvent::kRelease || event == SlotEvent::kComplete;
  if (slot.state == SlotState::kOrphaned && slot.up_unseen) {
    slot.wrap_up_generation = Start(step, AgentTimer::kWrapUp, UnseenFor(slot, now));
  }
  step.shown_changed = true;
  for (SlotEffect effect : row->effects) {
    switch (effect) {
      case SlotEffect::kNone:
        break;
      case SlotEffect::kCountAnswered:
        slot.answered = true;
        ++figures_.answered;
        EndOffer(step, slot, OfferEnd::kAnswered, now);
        break;
      case SlotEffect::kCountWork:
        if (!slot.answered) break;  // A withdrawn offer leaves the idle order as it was.
        ++figures_.calls;
        step.fresh_rank = true;
        break;
      case SlotEffect::kStartWrapUp:
        StartWrapUp(step, slot, wrap_up, now);
        break;
      case SlotEffect::kStopWrapUp:
        figures_.wrap_up +=
            std::chrono::duration_cast<std::chrono::milliseconds>(now.mono - slot.since.mono);
        step.fresh_rank = true;
        step.writes.emplace_back(DropWrapUp{slot.key});
        step.writes.emplace_back(SaveFigures{figures_});
        break;
    }
  }
  TellMove(step, slot, from, event, now, from_since);
  if (slot.state != SlotState::kFree) return;
  slots_.erase(slots_.begin() + (&slot - slots_.data()));
  WorkMayBeOver(step, now);
}

void Agent::StartWrapUp(AgentStep& step, SlotRecord& slot, std::chrono::milliseconds wrap_up,
                        Instant now) {
  slot.wrap_up_until = now.wall + wrap_up;
  if (!slot.after_work_limit) slot.after_work_limit = wrap_up;
  slot.wrap_up_generation = Start(step, AgentTimer::kWrapUp, wrap_up);
  step.writes.emplace_back(SaveWrapUp{slot.key, slot.wrap_up_until});
}

// Returned, cancelled or withdrawn: no effect on idle order, figures or presence.
AgentStep Agent::OnRelease(ReservationKey key, Instant now) {
  const Standing before = standing();
  AgentStep step;
  if (SlotRecord* slot = Find(key)) Move(step, *slot, SlotEvent::kRelease, now);
  Finish(step, before, now);
  return step;
}

AgentStep Agent::OnOfferEnd(ReservationKey key, OfferEnd end, Instant now) {
  const Standing before = standing();
  AgentStep step;
  SlotRecord* slot = Find(key);
  if (slot == nullptr) return step;
  auto miss = [&](const char* reason) {
    step.fresh_rank = true;
    Move(step, *slot, SlotEvent::kRelease, now);
    step.writes.emplace_back(SaveFigures{figures_});
    if (reason != nullptr && presence_ == Presence::kReady) {
      MovePresence(step, PresenceEvent::kForceNotReady, reason, now);
    }
  };
  const bool rona = rules_.missed_offer_makes_not_ready;
  slot->offer_end = end;
  switch (end) {
    case OfferEnd::kAnswered:
      slot->up_unseen = slot->leg.empty();
      if (!slot->answered) Move(step, *slot, SlotEvent::kAnswer, now);
      break;
    case OfferEnd::kNoAnswer:
      ++figures_.missed;
      miss(rona ? "no_answer" : nullptr);
      break;
    case OfferEnd::kDeclined:
      ++figures_.missed;
      miss(rona ? "declined" : nullptr);
      break;
    case OfferEnd::kDeviceFault:
      ++figures_.device_faults;
      miss("device");
      if (profile_->auto_ready) {
        retry_generation_ = Start(step, AgentTimer::kDeviceRetry, rules_.device_retry);
      }
      break;
    case OfferEnd::kWithdrawn:
      // Picked up a moment too late, perhaps: nobody talked, so nothing is to be wrapped up.
      slot->wrap_up = std::chrono::milliseconds(0);
      withdrawn_.push_back(key);
      if (withdrawn_.size() > kWithdrawnKept) withdrawn_.erase(withdrawn_.begin());
      // Rung a moment ago, perhaps: the edge tells of that, or of nothing, in a while.
      slot->up_unseen |= slot->leg.empty();
      Move(step, *slot, SlotEvent::kRelease, now);
      break;
  }
  Finish(step, before, now);
  return step;
}

AgentStep Agent::OnComplete(const CompleteSlot& complete, Instant now) {
  const Standing before = standing();
  AgentStep step;
  SlotRecord* slot = Find(complete.key);
  if (slot == nullptr) return step;
  const auto wrap_up = complete.wrap_up.value_or(profile_->wrap_up);
  if (complete.talk.count() > 0 && !slot->answered) {  // The owner heard of the answer first.
    slot->answered = true;
    ++figures_.answered;
    EndOffer(step, *slot, OfferEnd::kAnswered, now);
  }
  WorkDone done{complete.key,  {}, slot->demand, slot->call.str(), complete.outcome,
                complete.talk, {}, now.wall};
  if (slot->unit) done.unit = *slot->unit;
  if (slot->answered) done.wrap_up = wrap_up;
  slot->wrap_up = wrap_up;
  Move(step, *slot, SlotEvent::kComplete, now, wrap_up);
  if (step.refused) return step;  // Completed before, by an owner that has died since.
  figures_.talk += complete.talk;
  step.writes.emplace_back(SaveFigures{figures_});
  step.writes.emplace_back(std::move(done));
  Finish(step, before, now);
  return step;
}

AgentStep Agent::OnLeaseLapsed(const LapseSlot& lapse, Instant now) {
  const Standing before = standing();
  AgentStep step;
  const std::string& reason = lapse.reason;
  if (SlotRecord* slot = Find(lapse.key)) {
    if (slot->state != SlotState::kWrapUp && slot->state != SlotState::kOrphaned) {
      const bool silent = reason == "lease_expired";
      TellRepair(step, *slot, silent ? RepairKind::kLeaseLapsed : RepairKind::kNotDeclared, reason,
                 now);
      slot->up_unseen |= MayHaveUnseenLeg(*slot);
      if (slot->state == SlotState::kReserved && lapse.may_ring.count() > 0) {
        slot->up_unseen = true;
        slot->may_ring_until = now.mono + lapse.may_ring;
      }
      Move(step, *slot, SlotEvent::kLeaseLapsed, now, profile_->wrap_up);
      slot = Find(lapse.key);
      if (slot != nullptr && slot->state == SlotState::kOrphaned) {
        TellRepair(step, *slot, RepairKind::kSlotOrphaned, reason, now);
      }
    }
  }
  Finish(step, before, now);
  return step;
}

AgentStep Agent::OnRedeclare(const RedeclareSlot& declared, Instant now) {
  const Standing before = standing();
  AgentStep step;
  step.redeclare_reply = RedeclareReply{declared.key, false};
  SlotRecord* slot = Find(declared.key);
  if (slot == nullptr && declared.trusted && load() < profile_->max_concurrent_calls) {
    SlotRecord adopted;
    adopted.key = declared.key;
    adopted.since = now;
    slots_.push_back(std::move(adopted));
    slot = &slots_.back();
  }
  if (slot != nullptr && slot->state != SlotState::kWrapUp) {
    const bool fresh = slot->began == WallTime{};
    const bool orphaned = slot->state == SlotState::kOrphaned;
    slot->unit = declared.unit;
    slot->demand = declared.demand;
    slot->let_go = false;
    if (!declared.call.empty()) slot->call = CallId(declared.call);
    if (fresh) TellBegan(step, *slot, false, true, now);
    Move(step, *slot, SlotEvent::kRedeclare, now);
    if (orphaned) TellRepair(step, *slot, RepairKind::kOrphanAdopted, "declared", now);
    step.redeclare_reply->adopted = true;
  } else {
    SlotRecord refused;
    refused.key = declared.key;
    refused.unit = declared.unit;
    refused.call = CallId(declared.call);
    TellRepair(step, refused, RepairKind::kRevoked, "no_live_leg", now);
  }
  Finish(step, before, now);
  return step;
}

Result<AgentStep> Agent::OnWrapUpWish(ReservationKey key, std::chrono::milliseconds left,
                                      Instant now) {
  const Standing before = standing();
  AgentStep step;
  std::vector<ReservationKey> meant;
  for (const SlotRecord& slot : slots_) {
    if (slot.state == SlotState::kWrapUp && (!key || slot.key == key)) meant.push_back(slot.key);
  }
  if (meant.empty()) return FailedPrecondition("NO_WORK", "No such slot of this agent in wrap-up");
  for (ReservationKey k : meant) {
    SlotRecord* slot = Find(k);
    if (left.count() <= 0) {
      Move(step, *slot, SlotEvent::kWrapUpOver, now);
    } else {
      StartWrapUp(step, *slot, left, now);
      step.shown_changed = true;
    }
  }
  Finish(step, before, now);
  return step;
}

Result<AgentStep> Agent::OnDisposition(const DispositionWish& wish, Instant now) {
  const Standing before = standing();
  AgentStep step;
  SlotRecord* slot = nullptr;
  for (SlotRecord& s : slots_) {
    const bool meant = wish.key ? s.key == wish.key : slot == nullptr || s.began >= slot->began;
    if (s.answered && meant) slot = &s;
  }
  if (slot == nullptr) return FailedPrecondition("NO_WORK", "No such slot with work of this agent");
  slot->disposition = wish.disposition;
  step.shown_changed = true;
  step.writes.emplace_back(AgentTold(
      DispositionTold{slot->key, slot->unit, slot->call, wish.disposition, wish.note, now.wall}));
  if (wish.end_wrap_up && slot->state == SlotState::kWrapUp) {
    Move(step, *slot, SlotEvent::kWrapUpOver, now);
  }
  Finish(step, before, now);
  return step;
}

}  // namespace callfleet::agent_registry
