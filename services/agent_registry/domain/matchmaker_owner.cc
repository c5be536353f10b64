// What an owner says about its demands and reservations; and the passing of time.
#include <algorithm>

#include "services/agent_registry/domain/matchmaker.h"

namespace callfleet::agent_registry {

MatchStep Matchmaker::OnOwner(StreamId stream, const OwnerMessage& message, Instant now) {
  MatchStep out;
  std::visit([&](const auto& m) { On(stream, m, out, now); }, message);
  return out;
}

void Matchmaker::On(StreamId s, const DemandSpec& m, MatchStep& out, Instant now) {
  UnitEntry* unit = OwnUnit(s, m.unit);
  if (unit == nullptr) {
    out.owners.push_back({s, ClosedReply{m.unit, m.id, {}, "no_such_unit"}});
    return;
  }
  if (unit->declaring) unit->named.insert(m.id);
  Upsert(unit_ixs_.at(m.unit), m, out, now);
}

void Matchmaker::Upsert(UnitIx ix, const DemandSpec& spec, MatchStep& out, Instant now) {
  UnitEntry& unit = units_[ix];
  auto known = unit.demands.find(spec.id);
  if (known == unit.demands.end()) {
    const bool full = unit.demands.size() >= rules_.most_demands_a_unit ||
                      index_.signatures() >= rules_.most_signatures;
    if (full) {
      out.owners.push_back({unit.stream, ClosedReply{spec.unit, spec.id, {}, "too_many"}});
      return;
    }
    DemandHandle handle = static_cast<DemandHandle>(demands_.size());
    if (free_demands_.empty()) {
      demands_.emplace_back();
    } else {
      handle = free_demands_.back();
      free_demands_.pop_back();
    }
    demands_[handle].unit = ix;
    demands_[handle].place.handle = handle;
    demands_[handle].open_since = now.mono;
    known = unit.demands.emplace(spec.id, handle).first;
  } else if (spec.revision <= demands_[known->second].spec.revision && !unit.declaring) {
    return;  // A repeat.
  }
  const DemandHandle handle = known->second;
  Demand& demand = demands_[handle];
  const bool at_rest =
      demand.state != DemandState::kAsking && demand.state != DemandState::kGranted;
  if (at_rest) Unplace(handle);
  Describe(demand, spec, now);
  // While an agent is asked, or a grant is open, the newer revision waits for how that ends.
  if (at_rest) Seek(handle, out, now);
}

SignatureId Matchmaker::SignatureOf(UnitEntry& unit, const DemandSpec& spec) {
  constexpr std::size_t kMostEdges = 16;  // Kept; of more the last ones take turns.
  const bool live = spec.demand_class == DemandClass::kAnsweredOutbound;
  auto known = std::ranges::find(
      unit.last, spec.edge, [](const UnitEntry::Words& w) -> auto& { return w.words.edge; });
  if (known == unit.last.end()) {
    if (unit.last.size() < kMostEdges) unit.last.emplace_back();
    known = unit.last.end() - 1;
  } else {
    const DemandSpec& last = known->words;
    const bool was_live = last.demand_class == DemandClass::kAnsweredOutbound;
    if (live == was_live && last.audience == spec.audience && last.strategy == spec.strategy &&
        last.instant_only == spec.instant_only && last.skills == spec.skills) {
      return known->signature;
    }
  }
  Requirement need;
  need.audience = names_.Key("member:" + ToString(spec.audience));
  for (const SkillLevel& skill : spec.skills) {
    need.skills.push_back({names_.Key("skill:" + skill.name), skill.level});
  }
  std::sort(need.skills.begin(), need.skills.end());
  need.strategy = spec.strategy;
  need.instant_only = spec.instant_only;
  need.live_answered = live;
  if (!spec.edge.empty()) need.edge = names_.Key("edge:" + spec.edge.str());
  *known = {spec, index_.Intern(need)};
  return known->signature;
}

void Matchmaker::Describe(Demand& demand, const DemandSpec& spec, Instant now) {
  demand.spec = spec;
  const SignatureId before =
      std::exchange(demand.signature, SignatureOf(units_[demand.unit], spec));
  if (before != demand.signature) demand.open_since = now.mono;
  demand.deadline.reset();
  demand.patience.reset();
  ++demand.life;
  const DemandHandle handle = demand.place.handle;
  if (spec.time_left) {
    demand.deadline = now.mono + *spec.time_left;
    dues_.insert({*demand.deadline, handle, demand.life});
  }
  auto sticky = spec.sticky.empty() ? slots_by_id_.end() : slots_by_id_.find(spec.sticky);
  demand.sticky = sticky == slots_by_id_.end() ? kNoSlot : sticky->second;
  if (demand.sticky != kNoSlot && spec.sticky_patience.count() > 0) {
    demand.patience = now.mono + spec.sticky_patience;
    dues_.insert({*demand.patience, handle, demand.life});
  }
  // Class 0 by its deadline, the others by since less the bonus: no priority starves anybody.
  const bool by_deadline = spec.demand_class == DemandClass::kAnsweredOutbound && demand.deadline;
  const std::chrono::microseconds bonus = spec.bonus;
  const std::int64_t key = by_deadline ? demand.deadline->time_since_epoch().count()
                                       : (spec.since - bonus).time_since_epoch().count();
  demand.place =
      Place{spec.demand_class, key, units_[demand.unit].unit, spec.id, handle, demand.signature};
}

void Matchmaker::On(StreamId s, const CancelDemand& m, MatchStep& out, Instant) {
  UnitEntry* unit = OwnUnit(s, m.unit);
  auto known = unit == nullptr ? decltype(unit->demands.find(""))() : unit->demands.find(m.demand);
  if (unit == nullptr || known == unit->demands.end()) {
    out.owners.push_back({s, ClosedReply{m.unit, m.demand, {}, "no_such_demand"}});
    return;
  }
  const DemandHandle handle = known->second;
  ReservationKey crossed;
  if (demands_[handle].state == DemandState::kGranted) {
    StreamEntry& stream = streams_.at(s);
    auto grant = stream.grants.find(demands_[handle].grant);
    if (grant != stream.grants.end()) {
      for (ReservationKey key : grant->second.keys) {
        crossed = key;
        Release(key, out);
      }
      stream.grants.erase(grant);
    }
  }
  CloseDemand(handle, "cancelled", crossed, out);
}

// Exactly one Closed a demand; the handle lives on while agents are still being asked for it.
void Matchmaker::CloseDemand(DemandHandle handle, const char* reason, ReservationKey key,
                             MatchStep& out) {
  Demand& demand = demands_[handle];
  UnitEntry& unit = units_[demand.unit];
  if (unit.stream != 0) {
    out.owners.push_back({unit.stream, ClosedReply{*unit.unit, demand.spec.id, key, reason}});
  }
  ForgetDemand(handle);
}

void Matchmaker::ForgetDemand(DemandHandle handle) {
  Demand& demand = demands_[handle];
  units_[demand.unit].demands.erase(demand.spec.id);
  if (demand.state == DemandState::kAsking) {
    demand.cancelled = true;
    return;
  }
  if (demand.state != DemandState::kGranted) Unplace(handle);
  FreeHandle(handle);
}

void Matchmaker::FreeHandle(DemandHandle handle) {
  const std::uint32_t life = demands_[handle].life + 1;
  demands_[handle] = Demand{};
  demands_[handle].life = life;
  demands_[handle].place.handle = handle;
  free_demands_.push_back(handle);
}

void Matchmaker::On(StreamId s, const Taken& m, MatchStep& out, Instant) {
  StreamEntry& stream = streams_[s];
  auto grant = stream.grants.find(m.grant);
  if (grant != stream.grants.end()) Take(stream, grant, m.keys, out);
}

// The demand is served; reservations of the grant that are not kept are withdrawn.
void Matchmaker::Take(StreamEntry& stream, std::map<std::uint64_t, Grant>::iterator grant,
                      const std::vector<ReservationKey>& keys, MatchStep& out) {
  const Grant taken = std::move(grant->second);
  stream.grants.erase(grant);
  for (ReservationKey key : taken.keys) {
    const bool kept = keys.empty() || std::find(keys.begin(), keys.end(), key) != keys.end();
    auto hold = reservations_.find(key);
    if (hold == reservations_.end()) continue;
    hold->second.demand = kNoDemand;
    if (kept) {
      hold->second.state = HoldState::kTaken;
    } else {
      Release(key, out);
    }
  }
  ForgetDemand(taken.demand);
}

void Matchmaker::On(StreamId s, const Returned& m, MatchStep& out, Instant now) {
  StreamEntry& stream = streams_[s];
  auto grant = stream.grants.find(m.grant);
  if (grant != stream.grants.end()) GiveBack(stream, grant, out, now);
}

// Both go back: the agent into its idle order, the demand into its place.
void Matchmaker::GiveBack(StreamEntry& stream, std::map<std::uint64_t, Grant>::iterator grant,
                          MatchStep& out, Instant now) {
  const Grant returned = std::move(grant->second);
  stream.grants.erase(grant);
  for (ReservationKey key : returned.keys) Release(key, out);
  demands_[returned.demand].state = DemandState::kParked;
  demands_[returned.demand].open_since = now.mono;
  Seek(returned.demand, out, now);
}

Matchmaker::Hold* Matchmaker::OwnHold(StreamId s, ReservationKey key, const char* if_not,
                                      MatchStep& out) {
  auto it = reservations_.find(key);
  if (it != reservations_.end() && units_[it->second.unit].stream == s) return &it->second;
  if (if_not != nullptr) out.owners.push_back({s, RevokedReply{key, "", if_not}});
  return nullptr;
}

void Matchmaker::On(StreamId s, const OfferReport& m, MatchStep& out, Instant) {
  const Hold* hold = OwnHold(s, m.key, nullptr, out);
  if (hold == nullptr) return;  // The edge or a lease was faster.
  // Unlike a grant that was given back its phone may have been rung, also out of our sight.
  if (m.end == OfferEnd::kWithdrawn) return LetGo(m.key, m, out);
  out.Tell(hold->slot, m);
  if (m.end != OfferEnd::kAnswered) EndHold(m.key);
}

// From here on the slot belongs to the agent alone.
void Matchmaker::On(StreamId s, const CompleteSlot& m, MatchStep& out, Instant) {
  const Hold* hold = OwnHold(s, m.key, nullptr, out);
  if (hold == nullptr) return;
  out.Tell(hold->slot, m);
  EndHold(m.key);
}

// As phones dial: a name or a SIP user. Walks all agents of the pool; a person has dialled it.
std::unordered_map<AgentId, Slot>::iterator Matchmaker::FindByName(const std::string& name) {
  return std::find_if(slots_by_id_.begin(), slots_by_id_.end(), [&](const auto& entry) {
    const auto& face = agents_[entry.second].view.face;
    return face && (face->profile->sip_user == name || face->profile->name == name);
  });
}

void Matchmaker::On(StreamId s, const SeizeRequest& m, MatchStep& out, Instant now) {
  UnitEntry* unit = OwnUnit(s, m.unit);
  auto agent = slots_by_id_.find(m.agent);
  if (agent == slots_by_id_.end()) agent = FindByName(m.agent.str());
  if (unit == nullptr || agent == slots_by_id_.end()) {
    SeizeReply answer{m.seize_id, std::nullopt, Refusal::kOffline, agent == slots_by_id_.end()};
    out.owners.push_back({s, std::move(answer)});
    return;
  }
  const Slot slot = agent->second;
  const ReservationKey key = MakeReservationKey(token_, ++next_reservation_);
  const Rank before = index_.RankOf(slot);
  const Rank given = index_.NextRank();
  ++agents_[slot].asked;
  Restand(slot, given);
  reservations_[key] = Hold{slot,      unit_ixs_.at(m.unit),
                            kNoDemand, HoldState::kAsking,
                            0,         before,
                            given,     m.seize_id,
                            now.mono,  m.edge};
  AskSlot ask{key, unit->unit, "", m.call};
  ask.seized = true;
  ask.forced = m.forced;
  ask.edge = m.edge;
  out.Tell(slot, std::move(ask));
}

MatchStep Matchmaker::OnTick(Instant now) {
  MatchStep out;
  // A process that was stopped for a while finds leases lapsed that were renewed long ago: the
  // heartbeats are still in the streams.
  if (now.mono - last_tick_ > rules_.tick + rules_.late_by) grace_until_ = now.mono + rules_.grace;
  last_tick_ = now.mono;
  MayStartGranting(out, now);
  if (now.mono >= grace_until_) ExpireTimes(out, now);
  while (!dues_.empty() && dues_.begin()->at <= now.mono) {
    const Due due = *dues_.begin();
    dues_.erase(dues_.begin());
    Demand& demand = demands_[due.handle];
    const bool stale = demand.life != due.life || demand.spec.id.empty() || demand.cancelled;
    if (stale || demand.state == DemandState::kAsking || demand.state == DemandState::kGranted)
      continue;
    Unplace(due.handle);
    if (demand.deadline && *demand.deadline <= now.mono) {
      CloseDemand(due.handle, "expired", {}, out);
    } else {
      demand.open_since = now.mono;  // For others than the one it was looking for.
      Seek(due.handle, out, now);
    }
  }
  if (now.mono >= audience_at_) {
    audience_at_ = now.mono + rules_.audience_every;
    for (UnitEntry& unit : units_) {
      if (unit.declared && unit.stream != 0) TellAudience(unit, out);
    }
  }
  return out;
}

// Its demands keep their place and get nothing until it is heard again.
void Matchmaker::Suspect(StreamEntry& stream) {
  stream.suspect = true;
  for (UnitIx ix : stream.units) {
    for (const auto& [name, handle] : units_[ix].demands) {
      const DemandState state = demands_[handle].state;
      if (state == DemandState::kWaiting || state == DemandState::kSticky) Unplace(handle);
    }
  }
}

void Matchmaker::ExpireTimes(MatchStep& out, Instant now) {
  for (auto& [id, stream] : streams_) {
    if (!stream.suspect && now.mono - stream.heard > rules_.suspect_after) Suspect(stream);
  }
  std::set<StreamId> ended;
  for (UnitIx ix = 0; ix < units_.size(); ++ix) {
    UnitEntry& unit = units_[ix];
    if (!unit.in_session || unit.lease_until > now.mono) continue;
    if (unit.stream != 0) ended.insert(unit.stream);
    Expire(ix, "lease_expired", out);
  }
  for (StreamId s : ended) out.owners.push_back({s, EndStream{"LEASE_EXPIRED"}});
}

void Matchmaker::TellAudience(UnitEntry& unit, MatchStep& out) {
  const SkillKey key = names_.Key("member:" + ToString(*unit.unit));
  AudienceReply reply{*unit.unit, index_.Count(key)};
  for (const EdgeHeadcount& count : index_.CountByEdge(key, edge_keys_)) {
    reply.at_edges.push_back({count.edge == 0 ? EdgeId() : edge_names_.at(count.edge), count});
  }
  if (unit.told == reply) return;
  unit.told = reply;
  out.owners.push_back({unit.stream, std::move(reply)});
}

}  // namespace callfleet::agent_registry
