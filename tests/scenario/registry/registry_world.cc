#include "tests/scenario/registry/registry_world.h"

#include <algorithm>

namespace callfleet::agent_registry {

void MemoryJournal::Commit(const PoolId&, RegistryWrites writes, Done done) {
  for (RegistryWrite& write : writes) {
    if (const auto* profile = std::get_if<SaveProfile>(&write)) {
      agents_[profile->profile->id].profile = *profile->profile;
    } else if (const auto* row = std::get_if<SaveAgentRow>(&write)) {
      AgentSaved& saved = agents_[row->agent].saved;
      if (const auto* p = std::get_if<SavePresence>(&row->row)) saved.presence = *p;
      if (const auto* f = std::get_if<SaveFigures>(&row->row)) saved.figures = f->figures;
      if (const auto* w = std::get_if<SaveWrapUp>(&row->row)) saved.wrap_ups.push_back(*w);
      if (const auto* d = std::get_if<DropWrapUp>(&row->row)) {
        std::erase_if(saved.wrap_ups, [&](const SaveWrapUp& w) { return w.key == d->key; });
      }
    } else if (const auto* unit = std::get_if<SaveUnit>(&write)) {
      units_[unit->unit.unit] = *unit;
    }
  }
  if (done) done({});
}

KeptPool MemoryJournal::Kept(Token token) const {
  KeptPool pool;
  pool.token = {{UnitKind::kPool, "default"}, token};
  for (const auto& [id, agent] : agents_) pool.agents.push_back(agent);
  for (const auto& [unit, row] : units_) pool.units.push_back(row);
  return pool;
}

void World::StartRegistry() {
  RegistryPorts ports;
  ports.clock = &actors.timers;
  ports.timers = &actors.timers;
  ports.journal = &journal;
  ports.edges = this;
  ports.feed = this;
  ports.owners = this;
  ports.secrets = this;
  ports.ids = this;
  ports.log = &log_;
  log_.SetLevel(logging::Level::kError);
  ports.on_lost = [](const Error&) {};
  std::vector<KeptPool> kept;
  kept.push_back(journal.Kept(++token_));
  DirectoryOptions options;
  options.edges = 0;
  service = Build(ports, actors.system, options, std::move(kept));
  actors.Settle();
  for (auto& [name, owner] : owners) owner->Connect();
  actors.Settle();
}

void World::CrashRegistry() {
  if (!service) return;
  for (auto& [name, owner] : owners) owner->Disconnect();
  service->Kill();
  actors.Settle();
  service.reset();
}

void World::AddAgent(const std::string& name, int maximum,
                     const std::vector<std::string>& campaigns) {
  NewAgent wish;
  wish.name = name;
  wish.max_concurrent_calls = maximum;
  wish.contact_uri = "sip:" + name + "@machine";
  AgentId id;
  service->desk().Create(RequestId(name), wish, [&](Result<CreatedAgent> made) {
    if (!made) return faults.push_back(made.error().message);
    id = made->record->profile->id;
  });
  actors.Settle();
  for (const std::string& campaign : campaigns) {
    service->desk().SetMembers({UnitKind::kCampaign, campaign}, {{name, false}}, false,
                               [](Result<int>) {});
  }
  actors.Settle();
}

Owner& World::AddOwner(const std::string& campaign, std::size_t calls) {
  auto& owner = owners[campaign] = std::make_unique<Owner>(this, campaign, calls);
  owner->Connect();
  actors.Settle();
  return *owner;
}

void World::Second() {
  for (auto& [name, owner] : owners) owner->Work();
  actors.Settle();
  for (int tenth = 0; tenth < 10; ++tenth) {
    actors.Advance(100ms);
    for (auto& [name, owner] : owners) owner->EndCalls();
    actors.Settle();
  }
  for (auto& [name, owner] : owners) owner->Beat();
  actors.Settle();
}

void World::Changed(AgentRecordRef record) {
  const AgentProfile& p = *record->profile;
  peak[p.id] = std::max(peak[p.id], record->slots.size());
  if (record->slots.size() > p.max_concurrent_calls)
    faults.push_back(p.name + " above its maximum");
  shown[p.id] = std::move(record);
}

void World::Send(StreamId stream, OwnerReply reply) {
  for (auto& [name, owner] : owners) owner->Hear(stream, reply);
}

void Owner::Say(OwnerMessage message) {
  if (stream_ != 0)
    world_->service->owners().OnMessage(PoolId("default"), stream_, std::move(message));
}

void Owner::Connect() {
  if (!world_->service) return;
  stream_ = ++world_->last_stream;
  seen_ = 0;
  Say(Hello{{{unit_, 1}}, "scenario"});
  for (const auto& [key, call] : calls_)
    Say(HeldClaim{key, "", unit_, call.agent, call.demand, ""});
  for (auto& [id, revision] : wanted_) Want(id);
  Say(DeclareEnd{{unit_}});
}

void Owner::Disconnect() {
  if (stream_ == 0) return;
  world_->service->owners().OnDown(PoolId("default"), stream_);
  stream_ = 0;
}

void Owner::Die() {
  Disconnect();
  left_ += open();  // Its calls are dialled again by the next process.
  for (const auto& [key, call] : calls_) world_->in_call[call.agent].erase(key);
  calls_.clear();
  wanted_.clear();
}

void Owner::Want(const std::string& id) {
  DemandSpec spec;
  spec.unit = spec.audience = unit_;
  spec.id = id;
  spec.revision = ++wanted_[id];
  spec.since = world_->actors.timers.Now().wall;
  Say(std::move(spec));
}

void Owner::Work() {
  if (stream_ == 0) return;
  while (left_ > 0 && wanted_.size() < 12) {
    --left_;
    Want(unit_.id + std::to_string(++next_));
  }
  if (!wanted_.empty() && world_->Chance(20)) {
    const std::string id = wanted_.begin()->first;
    wanted_.erase(id);
    ++left_;
    Say(CancelDemand{unit_, id});
  }
}

void Owner::OnGrant(const GrantReply& grant) {
  seen_ = grant.grant;
  const Offer& offer = grant.offers.at(0);
  if (!world_->given.insert(offer.key).second)
    world_->faults.push_back("a reservation given twice");
  if (!wanted_.contains(grant.demand)) return;  // It crossed our cancel: Closed releases it.
  if (world_->Chance(3)) return Say(Returned{grant.grant});
  Say(Taken{grant.grant, {}});
  wanted_.erase(grant.demand);
  const AgentId agent = offer.face->profile->id;
  const MonoTime end =
      world_->actors.timers.Now().mono + std::chrono::milliseconds(100 + world_->rng() % 4000);
  calls_[offer.key] = {grant.demand, agent, end};
  auto& busy = world_->in_call[agent];
  busy.insert(offer.key);
  if (busy.size() > offer.face->profile->max_concurrent_calls) {
    world_->faults.push_back("more calls at " + agent.str() + " than its maximum");
  }
}

void Owner::Hear(StreamId stream, const OwnerReply& reply) {
  if (stream != stream_) return;
  if (std::holds_alternative<ReadyReply>(reply) || std::holds_alternative<HeartbeatAck>(reply)) {
    proved_ = world_->actors.timers.Now().mono;
  }
  if (const auto* grant = std::get_if<GrantReply>(&reply)) OnGrant(*grant);
  if (const auto* lost = std::get_if<RevokedReply>(&reply)) {
    auto call = calls_.find(lost->key);
    if (call == calls_.end()) return;
    ++revoked;
    ++left_;
    world_->in_call[call->second.agent].erase(lost->key);
    calls_.erase(call);
  }
}

void Owner::Beat() {
  if (stream_ == 0) return;
  Heartbeat beat{++beats_, seen_, {}};
  for (const auto& [key, call] : calls_) beat.held.push_back({key, "", unit_, call.agent, "", ""});
  Say(std::move(beat));
}

void Owner::EndCalls() {
  const MonoTime now = world_->actors.timers.Now().mono;
  // An owner acts on a reservation until 8 s after the heartbeat that was acknowledged last.
  if (now - proved_ > 8s) {
    revoked += calls_.size();
    left_ += calls_.size();
    for (const auto& [key, call] : calls_) world_->in_call[call.agent].erase(key);
    calls_.clear();
  }
  if (stream_ == 0) return;
  for (auto it = calls_.begin(); it != calls_.end();) {
    if (it->second.end > now) {
      ++it;
      continue;
    }
    Say(CompleteSlot{it->first, "completed", 1s, {}});
    world_->in_call[it->second.agent].erase(it->first);
    ++served;
    it = calls_.erase(it);
  }
}

}  // namespace callfleet::agent_registry
