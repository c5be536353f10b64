// Where a demand and an agent meet.
#include <algorithm>

#include "services/agent_registry/domain/matchmaker.h"

namespace callfleet::agent_registry {

AgentTraits Matchmaker::TraitsOf(const AgentFace& face) {
  const AgentProfile& profile = *face.profile;
  AgentTraits traits;
  traits.max_load = profile.max_concurrent_calls;
  traits.answers_at_once = AnswersAtOnce(profile);
  traits.tier = profile.tier;
  for (const SkillLevel& skill : profile.skills) {
    traits.capabilities.push_back({names_.Key("skill:" + skill.name), skill.level});
  }
  for (const Membership& m : profile.memberships) {
    const std::uint8_t level = m.primary ? kPrimaryLevel : 1;
    traits.capabilities.push_back({names_.Key("member:" + ToString(m.unit)), level});
  }
  for (const EdgeId& edge : face.edges) {
    const SkillKey key = names_.Key("edge:" + edge.str());
    if (edge_names_.try_emplace(key, edge).second) edge_keys_.push_back(key);
    traits.capabilities.push_back({key, 1});
  }
  std::sort(traits.capabilities.begin(), traits.capabilities.end());
  return traits;
}

Slot Matchmaker::Join(const AgentView& view, MatchStep& out, Instant now) {
  const Slot slot = index_.Add(TraitsOf(*view.face));
  if (slot >= agents_.size()) agents_.resize(slot + std::size_t{1});
  agents_[slot] = AgentEntry{view.face->profile->id, {}, 0, false};
  slots_by_id_[agents_[slot].id] = slot;
  ApplyView(slot, view);
  Restand(slot, index_.NextRank());
  Freed(slot, out, now);
  return slot;
}

// The agent is deleted: what it held is void.
void Matchmaker::Leave(Slot slot, MatchStep& out, Instant now) {
  agents_[slot].view.standing.open = false;
  Restand(slot, index_.RankOf(slot));
  std::vector<ReservationKey> lost;
  std::vector<ReservationKey> asked;
  for (const auto& [key, hold] : reservations_) {
    if (hold.slot == slot) (hold.state == HoldState::kAsking ? asked : lost).push_back(key);
  }
  for (ReservationKey key : asked)
    OnAskReply(slot, {key, Refusal::kOffline}, agents_[slot].view, out, now);
  for (ReservationKey key : lost) {
    const StreamId stream = units_[reservations_[key].unit].stream;
    if (stream != 0) out.owners.push_back({stream, RevokedReply{key, "", "agent_deleted"}});
    EndHold(key);
  }
  std::vector<DemandHandle> waiting;
  if (auto it = sticky_.find(slot); it != sticky_.end())
    waiting.assign(it->second.begin(), it->second.end());
  for (DemandHandle h : waiting) {
    Unplace(h);
    demands_[h].sticky = kNoSlot;
    Seek(h, out, now);
  }
  slots_by_id_.erase(agents_[slot].id);
  agents_[slot] = AgentEntry{};
  index_.Remove(slot);
}

void Matchmaker::ApplyView(Slot slot, const AgentView& view) {
  AgentEntry& agent = agents_[slot];
  auto face = view.face ? view.face : agent.view.face;
  const bool redescribed =
      view.face && (!agent.view.face || view.face->profile != agent.view.face->profile ||
                    view.face->edges != agent.view.face->edges);
  agent.view = view;
  agent.view.face = std::move(face);
  agent.distrusted = false;
  if (redescribed) index_.SetTraits(slot, TraitsOf(*agent.view.face));
  index_.SetRecord(slot, view.record);
}

// The index shows the view plus the asks that the agent has not seen yet.
void Matchmaker::Restand(Slot slot, Rank rank) {
  const AgentEntry& agent = agents_[slot];
  Standing s = agent.view.standing;
  s.load = static_cast<std::uint16_t>(s.load + agent.asked);
  if (agent.distrusted) s.open = false;
  if (agent.asked > 0 && agent.view.face->profile->kind == AgentKind::kHuman) s.engaged = true;
  index_.Update(slot, s, rank);
}

MatchStep Matchmaker::OnView(Slot slot, const AgentView& view, Instant now) {
  MatchStep out;
  ApplyView(slot, view);
  Restand(slot, view.fresh_rank ? index_.NextRank() : index_.RankOf(slot));
  Freed(slot, out, now);
  return out;
}

bool Matchmaker::MayMatch(const UnitEntry& unit) const {
  if (!granting_ || !unit.declared || unit.stream == 0) return false;
  auto stream = streams_.find(unit.stream);
  return stream != streams_.end() && !stream->second.suspect;
}

bool Matchmaker::Excludes(const Demand& demand, Slot slot) const {
  const auto& excluded = demand.spec.excluded;
  return !excluded.empty() &&
         std::find(excluded.begin(), excluded.end(), agents_[slot].id) != excluded.end();
}

Slot Matchmaker::BestFor(const Demand& demand, SignatureId signature) {
  std::vector<std::pair<Slot, Standing>> hidden;
  for (const AgentId& id : demand.spec.excluded) {
    auto it = slots_by_id_.find(id);
    if (it == slots_by_id_.end() || !index_.Available(signature, it->second)) continue;
    Standing s = index_.StandingOf(it->second);
    hidden.emplace_back(it->second, s);
    s.open = false;
    index_.Update(it->second, s, index_.RankOf(it->second));
  }
  const Slot best = index_.Best(signature);
  for (const auto& [slot, standing] : hidden) index_.Update(slot, standing, index_.RankOf(slot));
  return best;
}

// Finds an agent for a demand that is in no line, or puts it into its place.
void Matchmaker::Seek(DemandHandle handle, MatchStep& out, Instant now) {
  Demand& demand = demands_[handle];
  if (!MayMatch(units_[demand.unit])) {
    demand.state = DemandState::kParked;
    return;
  }
  if (demand.deadline && *demand.deadline <= now.mono) {
    CloseDemand(handle, "expired", {}, out);
    return;
  }
  if (demand.sticky != kNoSlot && !Excludes(demand, demand.sticky)) {
    if (index_.Available(demand.signature, demand.sticky)) {
      Ask(handle, demand.sticky, demand.spec.edge, out, now);
      return;
    }
    if (demand.patience && *demand.patience > now.mono &&
        index_.Fits(demand.signature, demand.sticky)) {
      demand.state = DemandState::kSticky;
      sticky_[demand.sticky].insert(handle);
      return;
    }
  }
  if (demand.spec.strategy == Strategy::kRingAll) {
    SeekAll(handle, out, now);
    return;
  }
  const Slot best = BestFor(demand, demand.signature);
  if (best != kNoSlot) {
    Ask(handle, best, demand.spec.edge, out, now);
    return;
  }
  demand.state = DemandState::kWaiting;
  book_.Put(demand.place);
}

// They ring for one call, so one edge must be able to ring them all: where it is not given, the
// first one's.
void Matchmaker::SeekAll(DemandHandle handle, MatchStep& out, Instant now) {
  constexpr int kMostOffers = 20;
  EdgeId edge = demands_[handle].spec.edge;
  SignatureId signature = demands_[handle].signature;
  std::vector<std::pair<Slot, Standing>> chosen;
  for (int i = 0; i < kMostOffers; ++i) {
    const Slot best = BestFor(demands_[handle], signature);
    if (best == kNoSlot) break;
    if (edge.empty() && !agents_[best].view.face->edges.empty()) {
      DemandSpec there = demands_[handle].spec;
      there.edge = edge = agents_[best].view.face->edge;
      signature = SignatureOf(units_[demands_[handle].unit], there);
    }
    chosen.emplace_back(best, index_.StandingOf(best));
    Standing hidden = chosen.back().second;  // So that a roomy agent is not taken twice.
    hidden.open = false;
    index_.Update(best, hidden, index_.RankOf(best));
  }
  for (const auto& [slot, standing] : chosen) index_.Update(slot, standing, index_.RankOf(slot));
  for (const auto& [slot, standing] : chosen) Ask(handle, slot, edge, out, now);
  if (!chosen.empty()) return;
  demands_[handle].state = DemandState::kWaiting;
  book_.Put(demands_[handle].place);
}

void Matchmaker::Ask(DemandHandle handle, Slot slot, const EdgeId& edge, MatchStep& out,
                     Instant now) {
  Demand& demand = demands_[handle];
  const ReservationKey key = MakeReservationKey(token_, ++next_reservation_);
  const Rank before = index_.RankOf(slot);
  const Rank given = index_.NextRank();
  ++agents_[slot].asked;
  Restand(slot, given);
  index_.Chosen(slot, demand.signature);
  demand.state = DemandState::kAsking;
  ++demand.asks;
  reservations_[key] =
      Hold{slot, demand.unit, handle, HoldState::kAsking, 0, before, given, {}, now.mono, edge};
  AskSlot ask{key, units_[demand.unit].unit, demand.spec.id, demand.spec.call};
  ask.live_answered = demand.spec.demand_class == DemandClass::kAnsweredOutbound;
  ask.open_since = demand.open_since;
  ask.edge = edge;
  out.Tell(slot, std::move(ask));
}

// The best demand that this agent may have now, taken out of its line.
DemandHandle Matchmaker::NextFor(Slot slot, MatchStep& out, Instant now) {
  while (true) {
    const Place* best =
        book_.BestFor(index_, slot, [&](DemandHandle h) { return Excludes(demands_[h], slot); });
    auto waiting = sticky_.find(slot);
    if (waiting != sticky_.end()) {
      for (DemandHandle h : waiting->second) {
        if (!index_.Available(demands_[h].signature, slot)) continue;
        if (best == nullptr || book_.Before(demands_[h].place, *best)) best = &demands_[h].place;
      }
    }
    if (best == nullptr) return kNoDemand;
    const DemandHandle handle = best->handle;
    Unplace(handle);
    if (!demands_[handle].deadline || *demands_[handle].deadline > now.mono) return handle;
    CloseDemand(handle, "expired", {}, out);
  }
}

void Matchmaker::Freed(Slot slot, MatchStep& out, Instant now) {
  if (!granting_) return;
  for (DemandHandle h = NextFor(slot, out, now); h != kNoDemand; h = NextFor(slot, out, now)) {
    Ask(h, slot, demands_[h].spec.edge, out, now);
  }
}

void Matchmaker::Unplace(DemandHandle handle) {
  Demand& demand = demands_[handle];
  if (demand.state == DemandState::kWaiting) book_.Take(demand.place);
  if (demand.state == DemandState::kSticky) {
    auto it = sticky_.find(demand.sticky);
    if (it != sticky_.end() && it->second.erase(handle) > 0 && it->second.empty())
      sticky_.erase(it);
  }
  demand.state = DemandState::kParked;
}

MatchStep Matchmaker::OnAskReply(Slot slot, const AskReply& reply, const AgentView& view,
                                 Instant now) {
  MatchStep out;
  OnAskReply(slot, reply, view, out, now);
  Freed(slot, out, now);
  return out;
}

void Matchmaker::OnAskReply(Slot slot, const AskReply& reply, const AgentView& view, MatchStep& out,
                            Instant now) {
  auto found = reservations_.find(reply.key);
  if (found == reservations_.end()) return;
  Hold& hold = found->second;
  --agents_[slot].asked;
  ApplyView(slot, view);
  const bool granted = reply.refusal == Refusal::kNone;
  Rank rank = index_.RankOf(slot);
  if (!granted && rank == hold.rank_given) rank = hold.rank_before;
  Restand(slot, rank);
  if (!hold.seize_id.empty()) {
    SettleSeize(reply.key, reply.refusal, out, now);
    return;
  }
  const DemandHandle handle = hold.demand;
  Demand& demand = demands_[handle];
  --demand.asks;
  if (granted) {
    demand.accepted.push_back(reply.key);
  } else {
    if (index_.Available(demand.signature, slot)) {
      agents_[slot].distrusted = true;
      Restand(slot, index_.RankOf(slot));
    }
    reservations_.erase(reply.key);
  }
  if (demand.asks == 0) Settle(handle, out, now);
}

void Matchmaker::SettleSeize(ReservationKey key, Refusal refusal, MatchStep& out, Instant now) {
  Hold& hold = reservations_.at(key);
  UnitEntry& unit = units_[hold.unit];
  SeizeReply answer{hold.seize_id, std::nullopt, refusal, false};
  if (refusal != Refusal::kNone) {
    reservations_.erase(key);
  } else if (unit.stream == 0) {  // Nobody is there to take it.
    Release(key, out);
  } else {
    answer.offer = Offer{key, agents_[hold.slot].view.face, hold.edge};
    hold.state = HoldState::kTaken;
    hold.since = now.mono;
    unit.held.insert(key);
  }
  if (unit.stream != 0) out.owners.push_back({unit.stream, std::move(answer)});
}

// All agents that were asked have answered.
void Matchmaker::Settle(DemandHandle handle, MatchStep& out, Instant now) {
  Demand& demand = demands_[handle];
  const bool wanted = !demand.cancelled && MayMatch(units_[demand.unit]);
  if (!wanted) {
    for (ReservationKey key : std::exchange(demand.accepted, {})) Release(key, out);
    demand.state = DemandState::kParked;
    if (demand.cancelled) FreeHandle(handle);
    return;
  }
  if (demand.accepted.empty()) {
    demand.state = DemandState::kParked;
    Seek(handle, out, now);
    return;
  }
  SendGrant(handle, out, now);
}

void Matchmaker::SendGrant(DemandHandle handle, MatchStep& out, Instant now) {
  Demand& demand = demands_[handle];
  UnitEntry& unit = units_[demand.unit];
  StreamEntry& stream = streams_.at(unit.stream);
  const std::uint64_t number = stream.next_grant++;
  GrantReply reply{number, unit.unit, demand.spec.id, demand.spec.revision, {}};
  for (ReservationKey key : demand.accepted) {
    Hold& hold = reservations_.at(key);
    hold.state = HoldState::kGranted;
    hold.grant = number;
    out.match_time = now.mono - hold.since;
    hold.since = now.mono;
    unit.held.insert(key);
    reply.offers.push_back({key, agents_[hold.slot].view.face, hold.edge});
  }
  stream.grants[number] =
      Grant{handle, demand.unit, demand.spec.revision, std::exchange(demand.accepted, {})};
  demand.state = DemandState::kGranted;
  demand.grant = number;
  out.owners.push_back({unit.stream, std::move(reply)});
}

// Gives a slot back as if it had not been offered.
void Matchmaker::Release(ReservationKey key, MatchStep& out) { LetGo(key, ReleaseSlot{key}, out); }

void Matchmaker::LetGo(ReservationKey key, ToAgent message, MatchStep& out) {
  auto it = reservations_.find(key);
  if (it == reservations_.end()) return;
  const Hold& hold = it->second;
  if (index_.RankOf(hold.slot) == hold.rank_given) Restand(hold.slot, hold.rank_before);
  out.Tell(hold.slot, std::move(message));
  EndHold(key);
}

// Its owner no longer holds it: what was answered goes to wrap-up, what has a live leg stays as
// load.
void Matchmaker::Lapse(ReservationKey key, const char* reason, MatchStep& out) {
  LetGo(key, LapseSlot{key, reason}, out);
}

void Matchmaker::EndHold(ReservationKey key) {
  auto it = reservations_.find(key);
  if (it == reservations_.end()) return;
  units_[it->second.unit].held.erase(key);
  reservations_.erase(it);
}

void Matchmaker::SeekInOrder(std::vector<DemandHandle> handles, MatchStep& out, Instant now) {
  std::sort(handles.begin(), handles.end(), [&](DemandHandle a, DemandHandle b) {
    return book_.Before(demands_[a].place, demands_[b].place);
  });
  for (DemandHandle h : handles) {
    if (demands_[h].state == DemandState::kParked) Seek(h, out, now);
  }
}

}  // namespace callfleet::agent_registry
