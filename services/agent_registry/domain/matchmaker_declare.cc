// Sessions: hello, declaration, heartbeat, leases.
#include <algorithm>
#include <utility>

#include "services/agent_registry/domain/matchmaker.h"

namespace callfleet::agent_registry {

Matchmaker::Matchmaker(MatchRules rules, Token token, std::vector<SaveUnit> expected, Instant now)
    : rules_(rules),
      index_(rules.seed),
      book_(rules.book),
      token_(token),
      started_(now.mono),
      last_tick_(now.mono) {
  for (const SaveUnit& row : expected) {
    const UnitIx ix = UnitOf(row.unit.unit);
    units_[ix].token = row.unit.token;
    if (row.in_session) awaited_.insert(ix);
  }
}

Matchmaker::UnitIx Matchmaker::UnitOf(const Unit& unit) {
  auto [it, fresh] = unit_ixs_.try_emplace(unit, static_cast<UnitIx>(units_.size()));
  if (fresh) {
    units_.emplace_back();
    units_.back().unit = std::make_shared<const Unit>(unit);
  }
  return it->second;
}

Matchmaker::UnitEntry* Matchmaker::OwnUnit(StreamId s, const Unit& unit) {
  auto it = unit_ixs_.find(unit);
  return it != unit_ixs_.end() && units_[it->second].stream == s ? &units_[it->second] : nullptr;
}

std::size_t Matchmaker::suspects() const {
  return static_cast<std::size_t>(std::count_if(streams_.begin(), streams_.end(),
                                                [](const auto& s) { return s.second.suspect; }));
}

void Matchmaker::On(StreamId s, const Hello& m, MatchStep& out, Instant now) {
  FencedReply fenced;
  StreamEntry& stream = streams_[s];
  stream.heard = now.mono;
  for (const UnitToken& held : m.units) {
    const UnitIx ix = UnitOf(held.unit);
    UnitEntry& unit = units_[ix];
    if (held.token < unit.token) {
      fenced.units.push_back({held.unit, unit.token});
      out.repairs.push_back({RepairKind::kOwnerFenced, "lower_token", {}, unit.unit, {}, now.wall});
      continue;
    }
    // A newer session closes the older, also one of the same owner whose stream is half open.
    if (unit.stream != 0 && unit.stream != s) {
      out.owners.push_back({unit.stream, FencedReply{{{held.unit, held.token}}}});
    }
    DetachUnit(ix);
    if (unit.in_session && held.token > unit.token) unit.earlier_until = unit.lease_until;
    if (unit.token != held.token || !unit.in_session) out.writes.push_back({held, true});
    unit.token = held.token;
    unit.in_session = true;
    unit.stream = s;
    unit.declaring = true;
    unit.declared = false;
    unit.lease_until = now.mono + rules_.lease;
    unit.claims.clear();
    unit.named.clear();
    unit.told.reset();
    streams_[s].units.insert(ix);
  }
  if (!fenced.units.empty()) out.owners.push_back({s, std::move(fenced)});
}

// Takes the unit off its stream: its demands keep their place and get nothing, its reservations
// stay until the lease lapses or a new declaration decides.
void Matchmaker::DetachUnit(UnitIx ix) {
  UnitEntry& unit = units_[ix];
  auto stream = streams_.find(unit.stream);
  if (stream != streams_.end()) {
    stream->second.units.erase(ix);
    std::erase_if(stream->second.grants, [&](const auto& g) { return g.second.unit == ix; });
  }
  unit.stream = 0;
  unit.declared = unit.declaring = false;
  for (const auto& [id, handle] : unit.demands) {
    Demand& demand = demands_[handle];
    if (demand.state == DemandState::kGranted) demand.state = DemandState::kParked;
    if (demand.state != DemandState::kAsking) Unplace(handle);
  }
}

void Matchmaker::On(StreamId s, const HeldClaim& m, MatchStep&, Instant) {
  UnitEntry* unit = OwnUnit(s, m.unit);
  if (unit != nullptr && unit->declaring) unit->claims.push_back(m);
}

void Matchmaker::On(StreamId s, const DeclareEnd& m, MatchStep& out, Instant now) {
  ReadyReply ready{{}, rules_.lease};
  for (const Unit& name : m.units) {
    UnitEntry* unit = OwnUnit(s, name);
    if (unit == nullptr || !unit->declaring) continue;
    ready.units.push_back(name);
    ReplaceUnit(unit_ixs_.at(name), out, now);
  }
  out.owners.push_back({s, std::move(ready), true});
  for (const Unit& name : m.units) {
    UnitEntry* unit = OwnUnit(s, name);
    if (unit == nullptr || !unit->declared) continue;
    TellAudience(*unit, out);
    std::vector<DemandHandle> handles;
    for (const auto& [id, handle] : unit->demands) handles.push_back(handle);
    SeekInOrder(std::move(handles), out, now);
  }
  MayStartGranting(out, now);
}

// The declaration replaces what was known of the unit; what is missing in it ends.
void Matchmaker::ReplaceUnit(UnitIx ix, MatchStep& out, Instant now) {
  UnitEntry& unit = units_[ix];
  std::vector<DemandHandle> dropped;
  for (const auto& [id, handle] : unit.demands) {
    if (!unit.named.contains(id)) dropped.push_back(handle);
  }
  for (DemandHandle h : dropped) CloseDemand(h, "not_declared", {}, out);
  std::unordered_set<ReservationKey> missing = unit.held;
  const bool trusted = !granting_;
  for (const HeldClaim& claim : unit.claims) {
    missing.erase(claim.key);
    auto known = reservations_.find(claim.key);
    if (claim.key && known != reservations_.end() && known->second.unit == ix) {
      if (known->second.state == HoldState::kGranted) known->second.state = HoldState::kTaken;
      known->second.grant = 0;
      known->second.demand = kNoDemand;
      continue;
    }
    auto agent = slots_by_id_.find(claim.agent);
    if (!claim.key || known != reservations_.end() || agent == slots_by_id_.end()) {
      out.owners.push_back({unit.stream, RevokedReply{claim.key, claim.wire_key, "unknown"}});
      out.repairs.push_back(
          {RepairKind::kRevoked, "unknown", claim.key, unit.unit, CallId(claim.call), now.wall});
      continue;
    }
    const Rank rank = index_.RankOf(agent->second);
    reservations_[claim.key] =
        Hold{agent->second, ix, kNoDemand, HoldState::kRedeclaring, 0, rank, rank, {}, now.mono};
    unit.held.insert(claim.key);
    out.Tell(agent->second, RedeclareSlot{claim.key, unit.unit, claim.demand, claim.call, trusted});
  }
  EndMissing(unit, missing, out, now);
  unit.claims.clear();
  unit.named.clear();
  unit.declaring = false;
  unit.declared = true;
  unit.lease_until = now.mono + rules_.lease;
  awaited_.erase(ix);
}

// An owner that was replaced and cannot hear of it acts on what it has read until its lease ends,
// and what it has rung a moment ago is still being told: its agents are not free before.
void Matchmaker::EndMissing(UnitEntry& unit, const std::unordered_set<ReservationKey>& missing,
                            MatchStep& out, Instant now) {
  const auto may_ring = std::chrono::ceil<std::chrono::milliseconds>(
      std::exchange(unit.earlier_until, MonoTime{}) - now.mono);
  for (ReservationKey key : missing) {
    const HoldState state = reservations_.at(key).state;
    if (may_ring.count() > 0 && state != HoldState::kAsking) {
      LetGo(key, LapseSlot{key, "not_declared", may_ring}, out);
    } else if (state == HoldState::kGranted) {
      Release(key, out);  // Never taken: as if it had not been offered.
    } else {
      Lapse(key, "not_declared", out);
    }
  }
}

MatchStep Matchmaker::OnRedeclareReply(Slot slot, const RedeclareReply& reply,
                                       const AgentView& view, Instant now) {
  MatchStep out;
  ApplyView(slot, view);
  Restand(slot, index_.RankOf(slot));
  auto it = reservations_.find(reply.key);
  if (it != reservations_.end() && it->second.state == HoldState::kRedeclaring) {
    if (reply.adopted) {
      it->second.state = HoldState::kTaken;
    } else {
      const StreamId stream = units_[it->second.unit].stream;
      EndHold(reply.key);
      if (stream != 0) out.owners.push_back({stream, RevokedReply{reply.key, "", "no_live_leg"}});
    }
  }
  Freed(slot, out, now);
  return out;
}

MatchStep Matchmaker::OnEdgesSeen(Instant now) {
  MatchStep out;
  edges_seen_ = true;
  MayStartGranting(out, now);
  return out;
}

void Matchmaker::MayStartGranting(MatchStep& out, Instant now) {
  if (granting_) return;
  const bool all = awaited_.empty() && edges_seen_;
  if (!all && now.mono - started_ < rules_.lease) return;
  granting_ = true;
  std::vector<DemandHandle> handles;
  for (const UnitEntry& unit : units_) {
    for (const auto& [id, handle] : unit.demands) handles.push_back(handle);
  }
  SeekInOrder(std::move(handles), out, now);
}

void Matchmaker::On(StreamId s, const Heartbeat& m, MatchStep& out, Instant now) {
  auto it = streams_.find(s);
  if (it == streams_.end()) return;
  StreamEntry& stream = it->second;
  stream.heard = now.mono;
  for (UnitIx ix : stream.units) units_[ix].lease_until = now.mono + rules_.lease;
  const bool all_said = JudgeHeld(s, m, out, now);
  if (stream.suspect) {
    stream.suspect = false;
    std::vector<DemandHandle> handles;
    for (UnitIx ix : stream.units) {
      for (const auto& [id, handle] : units_[ix].demands) handles.push_back(handle);
    }
    SeekInOrder(std::move(handles), out, now);
  }
  if (all_said) out.owners.push_back({s, HeartbeatAck{m.number}});
}

// The full form: a grant that was seen and is not held was returned. False: an agent has not yet
// said whether a declared reservation stands, so the next beat is acknowledged.
bool Matchmaker::JudgeHeld(StreamId s, const Heartbeat& m, MatchStep& out, Instant now) {
  StreamEntry& stream = streams_.at(s);
  std::unordered_set<ReservationKey> held;
  for (const HeldClaim& claim : m.held) {
    held.insert(claim.key);
    auto known = reservations_.find(claim.key);
    if (!claim.key || known == reservations_.end() || !stream.units.contains(known->second.unit)) {
      out.owners.push_back({s, RevokedReply{claim.key, claim.wire_key, "unknown"}});
    }
  }
  JudgeGrants(stream, m.highest_grant_seen, held, out, now);
  bool all_said = true;
  for (UnitIx ix : stream.units) {
    if (!JudgeTaken(units_[ix], m.highest_grant_seen, held, out, now)) all_said = false;
  }
  return all_said;
}

void Matchmaker::JudgeGrants(StreamEntry& stream, std::uint64_t seen,
                             const std::unordered_set<ReservationKey>& held, MatchStep& out,
                             Instant now) {
  for (auto g = stream.grants.begin(); g != stream.grants.end() && g->first <= seen;) {
    auto grant = g++;
    std::vector<ReservationKey> kept;
    for (ReservationKey key : grant->second.keys) {
      if (held.contains(key)) kept.push_back(key);
    }
    if (kept.empty()) {
      GiveBack(stream, grant, out, now);
    } else {
      Take(stream, grant, kept, out);
    }
  }
}

bool Matchmaker::JudgeTaken(const UnitEntry& unit, std::uint64_t seen,
                            const std::unordered_set<ReservationKey>& held, MatchStep& out,
                            Instant now) {
  std::vector<ReservationKey> gone;
  bool all_said = true;
  for (ReservationKey key : unit.held) {
    const Hold& hold = reservations_.at(key);
    if (hold.state == HoldState::kRedeclaring) all_said = false;
    if (hold.state != HoldState::kTaken || hold.grant > seen || held.contains(key)) continue;
    // A seized slot has no number; it may still be on its way.
    const bool on_its_way = !hold.seize_id.empty() && now.mono - hold.since < rules_.seize_unseen;
    if (!on_its_way) gone.push_back(key);
  }
  for (ReservationKey key : gone) Lapse(key, "not_held", out);
  return all_said;
}

void Matchmaker::On(StreamId s, const agent_registry::Leave& m, MatchStep& out, Instant) {
  for (const Unit& name : m.units) {
    if (OwnUnit(s, name) == nullptr) continue;
    const UnitIx ix = unit_ixs_.at(name);
    units_[ix].stream = 0;  // No words after its own goodbye.
    streams_.at(s).units.erase(ix);
    Expire(ix, "left", out);
  }
}

MatchStep Matchmaker::OnStreamDown(StreamId s, Instant) {
  auto it = streams_.find(s);
  if (it == streams_.end()) return {};
  const std::set<UnitIx> units = it->second.units;
  for (UnitIx ix : units) DetachUnit(ix);
  streams_.erase(s);
  return {};
}

// The owner has given no sign for a whole lease (or has left): all it had here ends. A slot with a
// live leg stays as load with its agent.
void Matchmaker::Expire(UnitIx ix, const char* reason, MatchStep& out) {
  UnitEntry& unit = units_[ix];
  const StreamId stream = unit.stream;
  const std::unordered_set<ReservationKey> held = unit.held;
  for (ReservationKey key : held) {
    out.Tell(reservations_.at(key).slot, LapseSlot{key, reason});
    if (stream != 0) out.owners.push_back({stream, RevokedReply{key, "", reason}});
    EndHold(key);
  }
  std::vector<DemandHandle> handles;
  for (const auto& [id, handle] : unit.demands) handles.push_back(handle);
  for (DemandHandle h : handles) CloseDemand(h, "expired", {}, out);
  DetachUnit(ix);
  unit.in_session = false;
  awaited_.erase(ix);
  out.writes.push_back({{*unit.unit, unit.token}, false});
}

}  // namespace callfleet::agent_registry
