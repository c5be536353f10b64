// What phones ask for: REFER, REFER with Replaces, INVITE with Replaces (RFC 3515, 3891, 5589).
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

namespace {

const DialList& ListFor(const DialRules& rules, LegRole role) {
  static const DialList kNone;
  switch (role) {
    case LegRole::kAgent:
      return rules.agents;
    case LegRole::kCustomer:
      return rules.trunks;
    case LegRole::kSupervisor:
      break;
  }
  return kNone;
}

}  // namespace

bool CallSwitch::AgentMayDial(const std::string& dialled) const {
  return MayDial(config_.dial.agents, dialled);
}

int CallSwitch::Refer(LegHandle handle, const ReferTo& to, Instant now) {
  Leg* leg = FindLeg(handle);
  if (leg == nullptr || !IsAnswered(*leg)) return 481;
  Call& call = *leg->call;
  if (call.transfer || call.record.offer) return 491;  // One at a time.
  Leg* customer = FindLeg(leg->peer);
  if (customer == nullptr) return 403;  // Nobody to pass on.
  const DialList& list = ListFor(config_.dial, RecordOf(*leg).role);
  if (to.replaces) {
    Leg* consult = FindLeg(to.replaced);
    if (consult == nullptr || !IsLive(*consult) || consult == leg) return 481;
    // A dialog of somebody else is none of its business.
    const AgentId& agent = RecordOf(*leg).agent;
    if (agent.empty() || RecordOf(*consult).agent != agent) return 403;
    return ReferAttended(*leg, *consult, now);
  }
  if (!MayDial(list, to.dialled)) return 403;
  OpenTransfer(
      call,
      {.id = ids_.Next(), .kind = TransferKind::kBlind, .dialled = to.dialled, .by_phone = true},
      *leg, *customer, now);
  acts_.push_back(act::Notify{leg->handle, 100, false});
  acts_.push_back(act::StartTimer{{.call = call.record.id,
                                   .timer = SwitchTimer::kVerdict,
                                   .generation = ++call.verdict_generation},
                                  config_.verdict_limit});
  return 202;
}

// Whom an agent's other call is with: bridged, or still being rung for it.
CallSwitch::Leg* CallSwitch::OtherPartyOf(Leg& leg) {
  if (Leg* peer = FindLeg(leg.peer)) return peer;
  for (LegHandle handle : leg.call->legs) {
    Leg* other = FindLeg(handle);
    if (other == nullptr || other == &leg || !IsLive(*other)) continue;
    if (other->follows.bridge_with == RecordOf(leg).id) return other;
  }
  return nullptr;
}

// The far ends of an agent's two calls are put together, in the customer's call.
int CallSwitch::ReferAttended(Leg& leg, Leg& consult, Instant now) {
  Leg* keep = FindLeg(leg.peer);
  Leg* moved = OtherPartyOf(consult);
  Leg* at_home = &leg;  // The agent's leg in the call that stays.
  if (moved == nullptr || moved == keep || leg.call == consult.call) return 481;
  if (consult.call->transfer) return 491;
  if (IsServed(*moved) && !IsServed(*keep)) {
    std::swap(keep, moved);
    at_home = &consult;
  }
  if (!IsAnswered(*keep)) return 403;
  if (keep->call->record.offer) return 491;
  if (IsFull(*keep->call)) return 403;
  Leg& away = at_home == &leg ? consult : leg;
  OpenTransfer(*keep->call,
               {.id = ids_.Next(), .kind = TransferKind::kAttended, .by_phone = at_home == &leg},
               *at_home, *keep, now);
  Call& call = *keep->call;
  Part(away, now);
  Move(*moved, call, now);
  moved->follows.bridge_with = LegId();
  call.transfer->target = moved->handle;
  RecordOf(call).target = RecordOf(*moved).id;
  StepTransfer(call, TransferEvent::kAccepted, now);
  if (at_home != &leg) acts_.push_back(act::Notify{leg.handle, 200, true});
  if (IsAnswered(*moved)) StepTransfer(call, TransferEvent::kTargetUp, now);
  HangUpLeg(away,
            {.by = EndedBy::kEdge,
             .cause = {.q850 = 16, .text = "transferred"},
             .edge_reason = EdgeReason::kTransferred},
            now);
  return 202;
}

// The leg goes on in another call: a new leg there, the end of one here, the same dialog.
void CallSwitch::Move(Leg& leg, Call& to, Instant now) {
  Call& from = *leg.call;
  Part(leg, now);
  LegRecord record = RecordOf(leg);
  LegRecord& old = RecordOf(leg);
  old.phase = LegPhase::kEnded;
  old.ended = now.wall;
  old.end = {.by = EndedBy::kEdge,
             .cause = {.q850 = 16, .text = "transferred"},
             .edge_reason = EdgeReason::kTransferred};
  Touch(from, CallChange::kLegEnded);
  std::erase(from.legs, leg.handle);
  leg_ids_.erase(record.id);
  record.replaces = record.id;
  record.id = LegId(ids_.Next());
  record.is_caller = leg.calls = leg.for_caller = false;  // It has called nobody there.
  leg_ids_.emplace(record.id, leg.handle);
  leg.call = &to;
  leg.index = to.record.legs.size();
  to.record.legs.push_back(std::move(record));
  to.legs.push_back(leg.handle);
  Touch(to, CallChange::kCreated);
  Recompute(from, now);
}

// Until it has the place it is nobody: its INVITE may still be refused.
LegHandle CallSwitch::Replacing(const Arrival& arrival, LegHandle replaced, Instant now) {
  Leg* old = FindLeg(replaced);
  if (old == nullptr || !IsLive(*old)) return 0;
  const LegRecord was = RecordOf(*old);
  if (was.role != LegRole::kAgent || arrival.agent.empty() || old->line != 0) return 0;
  if (IsFull(*old->call)) return 0;
  const bool same = was.agent == arrival.agent;
  Leg& leg = AddLeg(*old->call,
                    {.id = LegId(ids_.Next()),
                     .role = LegRole::kAgent,
                     .agent = arrival.agent,
                     .reservation = same ? was.reservation : ReservationId(),
                     .remote = arrival.caller,
                     .sip_call_id = arrival.sip_call_id,
                     .incoming = true,
                     .replaces = was.id},
                    old->follows, now);
  Apply(leg, LegEvent::kOffered, now);
  Touch(*leg.call, CallChange::kCreated);
  return leg.handle;
}

// The new leg is answered, hears what the old one heard, and the old one ends (RFC 3891 3).
void CallSwitch::TakePlace(LegHandle handle, LegHandle replaced, Instant now) {
  Leg* leg = FindLeg(handle);
  Leg* old = FindLeg(replaced);
  if (leg == nullptr || old == nullptr) return;
  const LegId old_id = RecordOf(*old).id;
  for (LegHandle h : leg->call->legs) {
    Leg* other = FindLeg(h);
    if (other->follows.bridge_with == old_id) other->follows.bridge_with = RecordOf(*leg).id;
  }
  if (auto& transfer = leg->call->transfer) {
    if (transfer->referrer == replaced) transfer->referrer = handle;
    if (transfer->customer == replaced) transfer->customer = handle;
    if (transfer->target == replaced) transfer->target = handle;
  }
  Leg* peer = FindLeg(old->peer);
  Part(*old, now);  // Its partner is free for the new one, which would else have come too late.
  RecordOf(*leg).is_caller = RecordOf(*old).is_caller;
  leg->calls = old->calls;
  leg->dials = old->dials;
  leg->reached = old->reached;
  leg->was_bridged = old->was_bridged;
  Apply(*leg, LegEvent::kAccept, now);
  if (peer != nullptr && leg->peer == 0) Join(*leg, *peer, old->follows.on_peer_end, now);
  HangUpLeg(*old,
            {.by = EndedBy::kEdge,
             .cause = {.q850 = 16, .text = "replaced"},
             .edge_reason = EdgeReason::kReplaced},
            now);
}

}  // namespace callfleet::sip_edge
