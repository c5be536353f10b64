// Who talks with whom: what an answered leg is joined with, and what its end means for the others.
#include <algorithm>
#include <utility>

#include "services/sip_edge/domain/call_switch.h"

namespace callfleet::sip_edge {

// A leg is bridged with the one that it named, or with one that named it, as soon as both are
// answered.
void CallSwitch::Follow(Leg& leg, Instant now) {
  if (leg.follows.not_bridged_within) {
    ArmLeg(leg, SwitchTimer::kAbandon, *leg.follows.not_bridged_within);
  }
  if (Listens(leg)) {
    ArmAmd(leg, leg.follows.amd->thresholds.max_from_answer);
    RefreshRows(*leg.call);  // An agent who waits hears the greeting.
    return;
  }
  if (RecordOf(leg).role == LegRole::kSupervisor) {
    SupervisorAnswered(leg, now);
    return;
  }
  if (IsTarget(leg)) {
    StepTransfer(*leg.call, TransferEvent::kTargetUp, now);
    return;
  }
  JoinWhoWaits(leg, now);
}

void CallSwitch::JoinWhoWaits(Leg& leg, Instant now) {
  if (Leg* other = FindLeg(leg.follows.bridge_with); other != nullptr && other->call == leg.call) {
    if (other->peer != 0 && other->peer != leg.handle) {
      // Another phone that was rung for it answered first: that one keeps it.
      HangUpLeg(leg, {.by = EndedBy::kPeerLeg, .edge_reason = EdgeReason::kAnsweredElsewhere}, now);
    } else if (Listens(*other) && IsAnswered(*other)) {
      WithdrawRivals(leg, now);
      RefreshRows(*leg.call);
    } else if (IsAnswered(*other)) {
      Join(leg, *other, leg.follows.on_peer_end, now);
      WithdrawRivals(leg, now);
    } else if (!IsLive(*other)) {
      HangUpLeg(leg, {.by = EndedBy::kPeerLeg, .edge_reason = EdgeReason::kPeerEnded}, now);
    }
    return;
  }
  for (LegHandle handle : std::vector<LegHandle>(leg.call->legs)) {
    Leg* other = FindLeg(handle);
    if (other == nullptr || other == &leg || !IsAnswered(*other) || other->peer != 0) continue;
    if (other->follows.bridge_with == RecordOf(leg).id) {
      if (Listens(*other)) {
        RefreshRows(*leg.call);
      } else {
        Join(*other, leg, other->follows.on_peer_end, now);
      }
      return;
    }
  }
}

// Phones that ring to be bridged with the leg that this one has got.
void CallSwitch::WithdrawRivals(Leg& winner, Instant now) {
  for (LegHandle handle : std::vector<LegHandle>(winner.call->legs)) {
    Leg* rival = FindLeg(handle);
    if (rival == nullptr || rival == &winner || !IsLive(*rival) || rival->was_bridged) continue;
    if (rival->follows.bridge_with != winner.follows.bridge_with) continue;
    HangUpLeg(*rival,
              {.by = EndedBy::kPeerLeg,
               .cause = {.q850 = 26, .text = "Call completed elsewhere"},
               .edge_reason = EdgeReason::kAnsweredElsewhere},
              now);
  }
}

void CallSwitch::Join(Leg& a, Leg& b, OnPeerEnd on_peer_end, Instant now) {
  if (a.peer == b.handle) return;
  Part(a, now);
  Part(b, now);
  a.peer = b.handle;
  b.peer = a.handle;
  const auto reached = [](const Leg& leg, const Leg& peer) {
    return leg.calls && !leg.was_bridged && peer.for_caller;
  };
  a.reached |= reached(a, b);
  b.reached |= reached(b, a);
  a.was_bridged = b.was_bridged = true;
  a.follows.on_peer_end = b.follows.on_peer_end = on_peer_end;
  RecordOf(a).held_by_us = RecordOf(b).held_by_us = false;  // Who was parked waits no more.
  Call& call = *a.call;
  FollowPolicies(a, b, now);  // Before the rows: a file that has to end hears nobody new.
  // A row that was open before (progress from dial) is set anew: that ends what plays in front.
  for (const Leg* leg : {&a, &b}) {
    Leg* heard = leg->sound != 0 ? FindLeg(MediaOf(*leg)) : nullptr;
    if (heard != nullptr) heard->row.clear();
  }
  RefreshRows(call);
  PlayToTheHeld(call, now);  // A phone may hold already: whoever comes to it waits with music.
  call.record.bridges.push_back(
      {.id = BridgeId(ids_.Next()), .legs = {RecordOf(a).id, RecordOf(b).id}, .start = now.wall});
  if (!call.record.bridged) call.record.bridged = now.wall;
  ++counts_.active_bridges;
  Touch(call, CallChange::kBridged);
  Recompute(call, now);
  RecordBridge(call, now);
  for (Leg* leg : {&a, &b}) StepAmd(*leg, AmdStageEvent::kBridged, now);
}

void CallSwitch::Part(Leg& leg, Instant now) {
  Leg* peer = FindLeg(std::exchange(leg.peer, 0));
  if (peer == nullptr) return;
  peer->peer = 0;
  const LegId& id = RecordOf(leg).id;
  for (auto& span : leg.call->record.bridges) {
    const bool has = std::find(span.legs.begin(), span.legs.end(), id) != span.legs.end();
    if (has && !span.end) span.end = now.wall;
  }
  RecordOf(leg).held_by_us = RecordOf(*peer).held_by_us = false;
  Deafen(MediaOf(leg));
  Deafen(MediaOf(*peer));
  --counts_.active_bridges;
  Touch(*leg.call, CallChange::kUnbridged);
}

void CallSwitch::Leave(Leg& leg, Instant now) {
  if (!LeftTransfer(leg, now)) {
    Leg* peer = FindLeg(leg.peer);
    Part(leg, now);
    if (peer != nullptr) AfterPeerEnd(*peer, now);
  }
  // Whoever waits to be bridged with this leg waits in vain.
  for (LegHandle handle : std::vector<LegHandle>(leg.call->legs)) {
    Leg* other = FindLeg(handle);
    if (other == nullptr || !IsLive(*other) || other->was_bridged) continue;
    if (other->follows.bridge_with != RecordOf(leg).id) continue;
    HangUpLeg(
        *other,
        {.by = EndedBy::kPeerLeg, .cause = {.q850 = 16}, .edge_reason = EdgeReason::kPeerEnded},
        now);
  }
  EndIdleSupervisors(*leg.call, now);
}

void CallSwitch::AfterPeerEnd(Leg& leg, Instant now) {
  if (!IsLive(leg)) return;
  if (leg.follows.on_peer_end == OnPeerEnd::kKeepWithMusic) {
    if (IsAnswered(leg)) PlayMusic(leg, now);
    return;
  }
  HangUpLeg(leg, {.by = EndedBy::kPeerLeg, .cause = {.q850 = 16}}, now);
}

}  // namespace callfleet::sip_edge
