// What the edges tell: legs with a reservation, legs without one, the dedicated line.
#include <algorithm>
#include <utility>

#include "services/agent_registry/domain/agent.h"

namespace callfleet::agent_registry {
namespace {

SlotState StateOf(LegPhase phase) {
  switch (phase) {
    case LegPhase::kSetup:
    case LegPhase::kRinging:
      return SlotState::kRinging;
    case LegPhase::kAnswered:
      return SlotState::kConnected;
    case LegPhase::kHeld:
      return SlotState::kHeld;
    case LegPhase::kEnded:
      return SlotState::kFree;
  }
  return SlotState::kFree;
}

}  // namespace

AgentStep Agent::OnLeg(const AgentLeg& leg, Instant now) {
  const Standing before = standing();
  AgentStep step;
  ApplyLeg(step, leg, now);
  Finish(step, before, now);
  return step;
}

void Agent::ApplyLeg(AgentStep& step, const AgentLeg& leg, Instant now) {
  if (leg.reservation.empty()) {
    if (leg.dedicated || (!dedicated_leg_.empty() && leg.leg == dedicated_leg_)) {
      DedicatedLeg(step, leg, now);
    } else {
      ManualLeg(step, leg, now);
    }
    return;
  }
  const auto key = FromWire(leg.reservation, profile_->pool);
  if (!key) return ManualLeg(step, leg, now);
  SlotRecord* slot = Find(*key);
  if (slot == nullptr) {
    if (leg.phase == LegPhase::kEnded) return;
    // A live leg of a reservation that was let go, or of an earlier life of this process: it is
    // load whoever owns it, until its owner declares it or the leg ends.
    SlotRecord orphan;
    orphan.key = *key;
    orphan.since = now;
    orphan.leg_live = true;
    orphan.call = leg.call;
    if (std::find(withdrawn_.begin(), withdrawn_.end(), *key) != withdrawn_.end()) {
      orphan.wrap_up = std::chrono::milliseconds(0);
    }
    slots_.push_back(std::move(orphan));
    slot = &slots_.back();
    TellBegan(step, *slot, false, true, now);
    TellRepair(step, *slot, RepairKind::kLegUnknown, "no_reservation", now);
    Move(step, *slot, SlotEvent::kLeaseLapsed, now);
  }
  LegOfSlot(step, *slot, leg, now);
}

void Agent::LegOfSlot(AgentStep& step, SlotRecord& slot, const AgentLeg& leg, Instant now) {
  if (slot.state == SlotState::kWrapUp) return;
  const bool other_leg_ended =
      leg.phase == LegPhase::kEnded && slot.leg_live && slot.leg != leg.leg && !slot.leg.empty();
  if (other_leg_ended) return;  // An earlier try for the same reservation.
  if (slot.leg != leg.leg || slot.call != leg.call) step.shown_changed = true;
  slot.edge = leg.edge;
  slot.leg = leg.leg;
  slot.up_unseen = false;
  if (!leg.call.empty()) slot.call = leg.call;
  slot.leg_live = leg.phase != LegPhase::kEnded;
  switch (leg.phase) {
    case LegPhase::kSetup:
    case LegPhase::kRinging:
      if (slot.state == SlotState::kReserved) Move(step, slot, SlotEvent::kRing, now);
      break;
    case LegPhase::kAnswered:
      if (slot.state == SlotState::kHeld) {
        Move(step, slot, SlotEvent::kResume, now);
      } else if (!slot.answered) {
        Move(step, slot, SlotEvent::kAnswer, now);
      }
      break;
    case LegPhase::kHeld:
      if (!slot.answered) Move(step, slot, SlotEvent::kAnswer, now);
      if (slot.state == SlotState::kConnected) Move(step, slot, SlotEvent::kHold, now);
      break;
    case LegPhase::kEnded: {
      if (slot.state == SlotState::kReserved) break;
      const bool counts_now = slot.state == SlotState::kOrphaned;
      Move(step, slot, SlotEvent::kLegEnded, now, slot.wrap_up.value_or(profile_->wrap_up));
      if (counts_now) step.writes.push_back(SaveFigures{figures_});
      break;
    }
  }
}

void Agent::ManualLeg(AgentStep& step, const AgentLeg& leg, Instant now) {
  auto known = std::find_if(manual_legs_.begin(), manual_legs_.end(), [&](const AgentLeg& l) {
    return l.edge == leg.edge && l.leg == leg.leg;
  });
  step.shown_changed = true;
  if (leg.phase == LegPhase::kEnded) {
    if (known == manual_legs_.end()) return;
    TellManual(step, *known, StateOf(known->phase), known->since, SlotState::kFree, now);
    manual_legs_.erase(known);
    step.fresh_rank = true;
    WorkMayBeOver(step, now);
    return;
  }
  if (known == manual_legs_.end()) {
    manual_legs_.push_back(leg);
    manual_legs_.back().since = now.wall;
    return TellManual(step, leg, std::nullopt, {}, StateOf(leg.phase), now);
  }
  const AgentLeg was = std::exchange(*known, leg);
  const bool moved = StateOf(was.phase) != StateOf(leg.phase);
  known->since = moved ? now.wall : was.since;
  TellManual(step, leg, StateOf(was.phase), was.since, StateOf(leg.phase), now);
}

void Agent::DedicatedLeg(AgentStep& step, const AgentLeg& leg, Instant now) {
  if (leg.phase == LegPhase::kEnded) {
    if (leg.leg != dedicated_leg_) return;
    dedicated_up_ = line_dialled_ = false;
    dedicated_leg_ = LegId{};
    if (presence_ == Presence::kReady) {
      MovePresence(step, PresenceEvent::kForceNotReady, "line_lost", now);
    }
    line_generation_ = Start(step, AgentTimer::kLineRetry, rules_.line_retry);
    return JudgeEdges(step, now);
  }
  dedicated_leg_ = leg.leg;
  dedicated_edge_ = leg.edge;
  line_dialled_ = true;
  if (leg.phase == LegPhase::kAnswered || leg.phase == LegPhase::kHeld) {
    if (!dedicated_up_) step.shown_changed = true;
    dedicated_up_ = true;
    JudgeEdges(step, now);
    BecomeReadyByItself(step, now);
  }
}

void Agent::DialIfNeeded(AgentStep& step, Instant now) {
  if (profile_->line_mode != LineMode::kDedicated || !profile_->active || line_dialled_) return;
  if (presence_ == Presence::kLoggedOut || !reachable()) return;
  line_dialled_ = true;
  dedicated_edge_ = edge();
  dedicated_leg_ = LegId("d" + std::to_string(now.wall.time_since_epoch().count()) + "-" +
                         std::to_string(++dials_) + "-" + profile_->id.str().substr(0, 36));
  step.dial = DialDedicated{dedicated_leg_};
}

bool Agent::IsDark(const EdgeId& edge) const {
  return std::find(dark_edges_.begin(), dark_edges_.end(), edge) != dark_edges_.end();
}

// Where nobody has said which edge, it may be any that has the agent's phone.
bool Agent::OutOfSight(const SlotRecord& slot) const {
  if (dark_edges_.empty()) return false;
  if (!slot.edge.empty()) return IsDark(slot.edge);
  return !reachable() || std::any_of(edges_.begin(), edges_.end(),
                                     [&](const Edge& e) { return e.reachable && IsDark(e.id); });
}

// Out of sight until now and not there: it has ended, or never was.
void Agent::SettleUnseen(const EdgeSnapshot& snapshot, std::vector<AgentLeg>* gone, Instant now) {
  std::erase(dark_edges_, snapshot.edge);
  for (SlotRecord& slot : slots_) {
    const bool elsewhere = !slot.edge.empty() && slot.edge != snapshot.edge;
    if (elsewhere || slot.may_ring_until > now.mono || OutOfSight(slot)) continue;
    if (!std::exchange(slot.up_unseen, false) || slot.state != SlotState::kOrphaned) continue;
    const std::string reservation = ToWire(slot.key, profile_->pool).str();
    const bool there =
        std::any_of(snapshot.legs.begin(), snapshot.legs.end(),
                    [&](const AgentLeg& leg) { return leg.reservation == reservation; });
    if (!there) {
      gone->push_back(
          {snapshot.edge, slot.call, LegId(), reservation, LegPhase::kEnded, false, {}});
    }
  }
}

AgentStep Agent::OnSight(const EdgeSight& sight, Instant now) {
  const Standing before = standing();
  AgentStep step;
  const auto known = std::find(dark_edges_.begin(), dark_edges_.end(), sight.edge);
  if (!sight.in_sight && known == dark_edges_.end()) dark_edges_.push_back(sight.edge);
  if (sight.in_sight && known != dark_edges_.end()) {
    // Of the same watch: what began meanwhile was told before this.
    std::vector<AgentLeg> gone;
    SettleUnseen({sight.edge, {}}, &gone, now);
    for (const AgentLeg& leg : gone) ApplyLeg(step, leg, now);
  }
  JudgeEdges(step, now);
  Finish(step, before, now);
  return step;
}

AgentStep Agent::OnSnapshot(const EdgeSnapshot& snapshot, Instant now) {
  const Standing before = standing();
  AgentStep step;
  std::vector<AgentLeg> gone;
  auto present = [&](const LegId& id) {
    return std::any_of(snapshot.legs.begin(), snapshot.legs.end(),
                       [&](const AgentLeg& l) { return l.leg == id; });
  };
  SettleUnseen(snapshot, &gone, now);
  for (SlotRecord& slot : slots_) {
    if (slot.leg_live && slot.edge == snapshot.edge && !present(slot.leg)) {
      gone.push_back({slot.edge,
                      slot.call,
                      slot.leg,
                      ToWire(slot.key, profile_->pool).str(),
                      LegPhase::kEnded,
                      false,
                      {}});
      TellRepair(step, slot, RepairKind::kLegGhost, "not_at_its_edge", now);
    }
  }
  for (const AgentLeg& leg : manual_legs_) {
    if (leg.edge == snapshot.edge && !present(leg.leg)) {
      gone.push_back(leg);
      gone.back().phase = LegPhase::kEnded;
    }
  }
  if (dedicated_up_ && dedicated_edge_ == snapshot.edge && !present(dedicated_leg_)) {
    gone.push_back({snapshot.edge, {}, dedicated_leg_, "", LegPhase::kEnded, true, {}});
  }
  for (const AgentLeg& leg : gone) ApplyLeg(step, leg, now);
  for (const AgentLeg& leg : snapshot.legs) ApplyLeg(step, leg, now);
  JudgeEdges(step, now);
  Finish(step, before, now);
  return step;
}

}  // namespace callfleet::agent_registry
