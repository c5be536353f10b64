// Judging asks, presence and reachability.
#include "services/agent_registry/domain/agent.h"

#include <algorithm>

namespace callfleet::agent_registry {
namespace {

// Reasons that go away by themselves once the phone is there again.
bool IsDeviceReason(const std::string& reason) {
  return reason.empty() || reason == "device" || reason == "line_lost";
}

}  // namespace

bool Agent::reachable() const {
  return std::any_of(edges_.begin(), edges_.end(), [](const Edge& e) { return e.reachable; });
}

const EdgeId& Agent::edge() const {
  static const EdgeId none;
  if (!ringing_edges_.empty()) return ringing_edges_.front();
  const Edge* best = nullptr;
  for (const Edge& e : edges_) {
    if (e.reachable && (best == nullptr || IsDark(best->id))) best = &e;
  }
  return best == nullptr ? none : best->id;
}

bool Agent::CanRing(const EdgeId& edge) const {
  return std::find(ringing_edges_.begin(), ringing_edges_.end(), edge) != ringing_edges_.end();
}

// Who can be had for more or less than before is somebody else.
void Agent::JudgeEdges(AgentStep& step, Instant now) {
  std::vector<EdgeId> can;
  if (profile_->line_mode == LineMode::kDedicated) {
    if (dedicated_up_ && !IsDark(dedicated_edge_)) can.push_back(dedicated_edge_);
  } else {
    for (const Edge& e : edges_) {
      if (e.reachable && !IsDark(e.id)) can.push_back(e.id);
    }
  }
  if (can == ringing_edges_) return;
  ringing_edges_ = std::move(can);
  free_since_ = calm_since_ = now.mono;
  step.standing_changed = step.shown_changed = true;
}

bool Agent::blocked_by_wrap_up() const {
  if (profile_->kind == AgentKind::kAi) return false;
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const SlotRecord& s) { return s.state == SlotState::kWrapUp; });
}

// A person with any work under way gets no call that a customer has answered already.
bool Agent::Engaged() const { return profile_->kind == AgentKind::kHuman && load() > 0; }

Standing Agent::standing() const {
  Standing s;
  s.active = profile_->active;
  s.ready = s.active && presence_ == Presence::kReady && !pending_;
  s.open = s.ready && !ringing_edges_.empty() && !blocked_by_wrap_up();
  s.engaged = Engaged();
  s.load = static_cast<std::uint16_t>(load());
  return s;
}

Refusal Agent::Judge(const AskSlot& ask) const {
  if (!profile_->active || presence_ == Presence::kLoggedOut || !reachable())
    return Refusal::kOffline;
  if (!ask.forced && !standing().ready) return Refusal::kNotReady;
  if (!ask.edge.empty() && !CanRing(ask.edge)) return Refusal::kNotAtEdge;
  std::size_t used = load();
  if (ask.forced) {
    used -= static_cast<std::size_t>(
        std::count_if(slots_.begin(), slots_.end(),
                      [](const SlotRecord& s) { return s.state == SlotState::kWrapUp; }));
  } else {
    if (blocked_by_wrap_up()) return Refusal::kNotReady;
    if (ask.live_answered && Engaged()) return Refusal::kEngaged;
  }
  if (used >= profile_->max_concurrent_calls) return Refusal::kFull;
  return ask.forced || !ringing_edges_.empty() ? Refusal::kNone : Refusal::kNotReady;
}

// Both were there for each other since then. As whichever comes second is matched at once, that is
// next to nothing but for asks under way and owners that get nothing.
std::optional<std::chrono::microseconds> Agent::Avoidable(const AskSlot& ask, Instant now) const {
  if (!ask.open_since) return std::nullopt;
  const MonoTime free_since = ask.live_answered ? calm_since_ : free_since_;
  return std::max(std::chrono::microseconds(0), now.mono - std::max(*ask.open_since, free_since));
}

AgentStep Agent::OnAsk(const AskSlot& ask, Instant now) {
  const Standing before = standing();
  AgentStep step;
  const Refusal refusal = Judge(ask);
  step.ask_reply = AskReply{ask.key, refusal};
  if (refusal == Refusal::kNone) {
    // Never above the maximum: an override ends the oldest wrap-up instead.
    if (load() >= profile_->max_concurrent_calls) EndOneWrapUp(step, now);
    SlotRecord slot;
    slot.key = ask.key;
    slot.unit = ask.unit;
    slot.demand = ask.demand;
    slot.call = CallId(ask.call);
    slot.edge = ask.edge;
    slot.since = now;
    slot.live_answered = ask.live_answered;
    slot.avoidable = Avoidable(ask, now);
    slots_.push_back(std::move(slot));
    ++figures_.offers;
    figures_.Lose(LostCause::kAvoidable,
                  slots_.back().avoidable.value_or(std::chrono::microseconds(0)));
    TellBegan(step, slots_.back(), ask.seized, false, now);
  }
  Finish(step, before, now);
  return step;
}

void Agent::EndOneWrapUp(AgentStep& step, Instant now) {
  auto oldest = std::find_if(slots_.begin(), slots_.end(),
                             [](const SlotRecord& s) { return s.state == SlotState::kWrapUp; });
  if (oldest != slots_.end()) Move(step, *oldest, SlotEvent::kWrapUpOver, now);
}

AgentStep Agent::OnPresenceWish(Presence wish, const std::string& reason, Instant now) {
  const Standing before = standing();
  AgentStep step;
  switch (wish) {
    case Presence::kReady:
      MovePresence(step, PresenceEvent::kGoReady, "", now);
      break;
    case Presence::kNotReady:
      MovePresence(step, PresenceEvent::kGoNotReady, reason, now);
      break;
    case Presence::kLoggedOut:
      MovePresence(step, PresenceEvent::kSignOut, "signed_out", now);
      break;
  }
  DialIfNeeded(step, now);
  Finish(step, before, now);
  return step;
}

void Agent::MovePresence(AgentStep& step, PresenceEvent event, const std::string& reason,
                         Instant now) {
  auto holds = [&](PresenceGuard guard) {
    switch (guard) {
      case PresenceGuard::kAlways:
        return true;
      case PresenceGuard::kWorking:
        return Working();
      case PresenceGuard::kPendingNotReady:
        return pending_ == Presence::kNotReady;
      case PresenceGuard::kPendingSignOut:
        return pending_ == Presence::kLoggedOut;
    }
    return false;
  };
  const auto* row = fsm::Find<PresenceMachine>(kPresenceRows, presence_, event, holds);
  if (row == nullptr) {
    step.refused = event != PresenceEvent::kWorkOver;
    return;
  }
  const bool moved = presence_ != row->to;
  PresenceTold told{presence_, reason_, since_, pending_, presence_, reason_, since_, now.wall};
  presence_ = row->to;
  for (PresenceEffect effect : row->effects) {
    switch (effect) {
      case PresenceEffect::kNone:
        break;
      case PresenceEffect::kSetPending:
        pending_ = event == PresenceEvent::kSignOut ? Presence::kLoggedOut : Presence::kNotReady;
        pending_reason_ = reason;
        break;
      case PresenceEffect::kClearPending:
        pending_.reset();
        break;
      case PresenceEffect::kStampSince:
        if (told.was == Presence::kNotReady) {
          const bool device = !reason_.empty() && IsDeviceReason(reason_);
          figures_.Lose(device ? LostCause::kDevice : LostCause::kNotReady, now.wall - since_);
          step.writes.emplace_back(SaveFigures{figures_});
        }
        since_ = now.wall;
        reason_ = reason;
        break;
    }
  }
  if (moved) step.fresh_rank = true;
  step.shown_changed = step.fresh_presence = true;
  step.writes.emplace_back(SavePresence{presence_, reason_, since_, pending_});
  told.presence = presence_;
  told.reason = reason_;
  told.since = since_;
  told.pending = pending_;
  step.writes.emplace_back(AgentTold(std::move(told)));
}

void Agent::WorkMayBeOver(AgentStep& step, Instant now) {
  if (!Working() && pending_) {
    const std::string reason = pending_reason_;
    MovePresence(step, PresenceEvent::kWorkOver, reason, now);
    pending_.reset();
  }
}

bool Agent::MayAutoReady() const {
  if (!profile_->auto_ready || !profile_->active || pending_) return false;
  switch (presence_) {
    case Presence::kLoggedOut:
      return reason_ != "signed_out";
    case Presence::kNotReady:
      return IsDeviceReason(reason_);
    case Presence::kReady:
      return false;
  }
  return false;
}

void Agent::BecomeReadyByItself(AgentStep& step, Instant now) {
  if (!reachable() || !MayAutoReady()) return;
  // A lost line stays the reason until the line is back.
  if (reason_ == "line_lost" && profile_->line_mode == LineMode::kDedicated && !dedicated_up_)
    return;
  MovePresence(step, PresenceEvent::kGoReady, "", now);
}

AgentStep Agent::OnReachability(const Reachability& report, Instant now) {
  const Standing before = standing();
  AgentStep step;
  auto edge = std::find_if(edges_.begin(), edges_.end(),
                           [&](const Edge& e) { return e.id == report.edge; });
  if (edge == edges_.end()) edge = edges_.insert(edges_.end(), Edge{report.edge, false});
  const bool was = reachable();
  edge->reachable = report.reachable;
  if (report.reachable) contact_ = report.contact;
  if (reachable()) {
    ++grace_generation_;  // A running grace timer is void.
    BecomeReadyByItself(step, now);
  } else {
    if (was) contact_.clear();
    if (presence_ == Presence::kReady) {
      const bool all = edges_.size() >= rules_.edges;
      grace_generation_ =
          Start(step, AgentTimer::kDeviceGrace,
                all ? rules_.device_grace : std::max(rules_.device_grace, rules_.edge_patience));
    }
  }
  JudgeEdges(step, now);
  DialIfNeeded(step, now);
  if (was != reachable()) step.shown_changed = true;
  Finish(step, before, now);
  return step;
}

AgentStep Agent::OnProfile(std::shared_ptr<const AgentProfile> profile, Instant now) {
  const Standing before = standing();
  AgentStep step;
  profile_ = std::move(profile);
  free_since_ = calm_since_ = now.mono;  // Who can do something else from now on is somebody else.
  JudgeEdges(step, now);
  BecomeReadyByItself(step, now);
  DialIfNeeded(step, now);
  step.shown_changed = true;
  Finish(step, before, now);
  return step;
}

void Agent::OnSlotTimer(AgentStep& step, std::uint32_t generation, Instant now) {
  const auto slot = std::ranges::find(slots_, generation, &SlotRecord::wrap_up_generation);
  if (slot == slots_.end()) return;
  if (slot->state == SlotState::kWrapUp) {
    Move(step, *slot, SlotEvent::kWrapUpOver, now);
  } else if (slot->state == SlotState::kOrphaned && slot->up_unseen && !OutOfSight(*slot)) {
    // Its owner heard of an answer late: the leg is over and was never shown here.
    ApplyLeg(step,
             {slot->edge.empty() ? edge() : slot->edge,
              slot->call,
              LegId(),
              ToWire(slot->key, profile_->pool).str(),
              LegPhase::kEnded,
              false,
              {}},
             now);
  }
}

AgentStep Agent::OnTimer(const AgentTimerFired& fired, Instant now) {
  const Standing before = standing();
  AgentStep step;
  switch (fired.timer) {
    case AgentTimer::kWrapUp:
      OnSlotTimer(step, fired.generation, now);
      break;
    case AgentTimer::kDeviceGrace:
      if (fired.generation != grace_generation_ || reachable()) break;
      if (presence_ == Presence::kReady)
        MovePresence(step, PresenceEvent::kForceNotReady, "device", now);
      break;
    case AgentTimer::kDeviceRetry:
      if (fired.generation == retry_generation_ && reason_ == "device")
        BecomeReadyByItself(step, now);
      break;
    case AgentTimer::kLineRetry:
      if (fired.generation == line_generation_) DialIfNeeded(step, now);
      break;
  }
  Finish(step, before, now);
  return step;
}

AgentStep Agent::Restore(const AgentSaved& saved, Instant now) {
  AgentStep step;
  presence_ = saved.presence.presence;
  reason_ = saved.presence.reason;
  since_ = saved.presence.since;
  pending_ = saved.presence.pending;
  figures_ = saved.figures;
  for (const SaveWrapUp& row : saved.wrap_ups) {
    SlotRecord slot;
    slot.key = row.key;
    slot.since = now;
    slot.began = now.wall;  // When it was first seen is not kept; readers have it.
    slot.answered = true;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(row.until - now.wall);
    // Over while nobody ran: let the timer end it the usual way.
    StartWrapUp(step, slot, std::max(left, std::chrono::milliseconds{0}), now);
    slot.state = SlotState::kWrapUp;
    slots_.push_back(std::move(slot));
  }
  step.writes.clear();  // They are what was just read.
  BecomeReadyByItself(step, now);
  WorkMayBeOver(step, now);
  DialIfNeeded(step, now);
  free_since_ = calm_since_ = now.mono;
  step.standing_changed = step.shown_changed = true;
  return step;
}

void Agent::Finish(AgentStep& step, const Standing& before, Instant now) {
  const Standing after = standing();
  const auto limit = profile_->max_concurrent_calls;
  const bool was_free = before.open && before.load < limit;
  if (after.open && after.load < limit) {
    if (!was_free) free_since_ = now.mono;
    if (!was_free || before.engaged) calm_since_ = now.mono;
  }
  if (step.fresh_rank || after != before) step.standing_changed = step.shown_changed = true;
}

std::uint32_t Agent::Start(AgentStep& step, AgentTimer timer, std::chrono::milliseconds after) {
  step.timers.push_back({timer, ++generation_, after});
  return generation_;
}

}  // namespace callfleet::agent_registry
