// Lines of the outbox: what a slot did, from its beginning to its end.
#include "services/agent_registry/domain/agent.h"

namespace callfleet::agent_registry {
namespace {

std::chrono::milliseconds Between(Instant from, Instant to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to.mono - from.mono);
}

std::optional<LostCause> LostBy(OfferEnd end) {
  switch (end) {
    case OfferEnd::kAnswered:
      return std::nullopt;
    case OfferEnd::kNoAnswer:
      return LostCause::kNoAnswer;
    case OfferEnd::kDeclined:
      return LostCause::kDeclined;
    case OfferEnd::kDeviceFault:
      return LostCause::kDeviceFault;
    case OfferEnd::kWithdrawn:
      return LostCause::kWithdrawn;
  }
  return std::nullopt;
}

const char* EndReason(const SlotRecord& slot, SlotEvent event) {
  switch (event) {
    case SlotEvent::kComplete:
      return "completed";
    case SlotEvent::kLeaseLapsed:
      return "lease_lapsed";
    case SlotEvent::kLegEnded:
      return "leg_ended";
    case SlotEvent::kWrapUpOver:
      return "wrap_up_over";
    case SlotEvent::kRing:
    case SlotEvent::kAnswer:
    case SlotEvent::kHold:
    case SlotEvent::kResume:
    case SlotEvent::kRelease:
    case SlotEvent::kRedeclare:
      break;
  }
  switch (slot.offer_end) {
    case OfferEnd::kNoAnswer:
      return "no_answer";
    case OfferEnd::kDeclined:
      return "declined";
    case OfferEnd::kDeviceFault:
      return "device_fault";
    case OfferEnd::kAnswered:
    case OfferEnd::kWithdrawn:
      break;
  }
  return "returned";
}

const char* ChangeReason(SlotEvent event) {
  switch (event) {
    case SlotEvent::kRelease:
      return "released";
    case SlotEvent::kLeaseLapsed:
      return "lease_lapsed";
    case SlotEvent::kRedeclare:
      return "redeclared";
    case SlotEvent::kLegEnded:
      return "leg_ended";
    case SlotEvent::kWrapUpOver:
      return "wrap_up_over";
    case SlotEvent::kRing:
    case SlotEvent::kAnswer:
    case SlotEvent::kHold:
    case SlotEvent::kResume:
    case SlotEvent::kComplete:
      return "";
  }
  return "";
}

}  // namespace

void Agent::TellBegan(AgentStep& step, SlotRecord& slot, bool seized, bool adopted, Instant now) {
  slot.began = slot.offered = now.wall;
  slot.offer_open = !adopted;
  step.writes.emplace_back(
      AgentTold(ReservationBegan{slot.key, slot.unit, slot.demand, slot.call, now.wall,
                                 static_cast<std::uint32_t>(load()), seized, adopted}));
}

void Agent::EndOffer(AgentStep& step, SlotRecord& slot, OfferEnd end, Instant now) {
  if (!std::exchange(slot.offer_open, false)) return;
  if (const auto cause = LostBy(end)) {
    figures_.Lose(*cause, now.wall - slot.offered);
    step.writes.emplace_back(SaveFigures{figures_});
  }
  step.writes.emplace_back(
      AgentTold(OfferEnded{slot.key, slot.unit, end, slot.offered, now.wall, slot.avoidable}));
}

// The slot has moved already and is still there. Times are added where they end.
void Agent::TellMove(AgentStep& step, SlotRecord& slot, SlotState from, SlotEvent event,
                     Instant now, Instant from_since) {
  if (slot.state == from) return;
  if (from == SlotState::kOrphaned && event == SlotEvent::kLegEnded && !slot.let_go) {
    TellRepair(step, slot, RepairKind::kOrphanEnded, "leg_ended", now);
  }
  const auto passed = Between(from_since, now);
  if (from == SlotState::kConnected) slot.talk += passed;
  if (from == SlotState::kOrphaned && slot.answered) slot.talk += passed;
  if (from == SlotState::kHeld) slot.hold += passed;
  if (from == SlotState::kWrapUp) slot.after_work += passed;
  const bool over = slot.state == SlotState::kFree || slot.state == SlotState::kWrapUp;
  if (over || slot.state == SlotState::kOrphaned) EndOffer(step, slot, slot.offer_end, now);
  SlotChanged changed{slot.key,        slot.unit,  slot.call, slot.leg,     from,
                      from_since.wall, slot.state, now.wall,  std::nullopt, ChangeReason(event)};
  if (slot.state == SlotState::kWrapUp) changed.wrap_up_until = slot.wrap_up_until;
  step.writes.emplace_back(AgentTold(std::move(changed)));
  if (slot.state != SlotState::kFree) return;
  step.writes.emplace_back(AgentTold(
      ReservationEnded{slot.key, slot.unit, slot.demand, slot.call, EndReason(slot, event),
                       slot.began, now.wall, slot.answered, slot.talk, slot.hold, slot.after_work,
                       slot.after_work_limit, static_cast<std::uint32_t>(load() - 1)}));
}

void Agent::TellManual(AgentStep& step, const AgentLeg& leg, std::optional<SlotState> from,
                       WallTime from_time, SlotState to, Instant now) {
  if (from == to) return;
  step.writes.emplace_back(AgentTold(SlotChanged{
      {}, nullptr, leg.call, leg.leg, from, from_time, to, now.wall, std::nullopt, ""}));
}

void Agent::TellRepair(AgentStep& step, const SlotRecord& slot, RepairKind kind, std::string reason,
                       Instant now) {
  step.writes.emplace_back(
      AgentTold(Repair{kind, std::move(reason), slot.key, slot.unit, slot.call, now.wall}));
}

}  // namespace callfleet::agent_registry
