#include "services/agent_registry/actors/directory_actor.h"

#include <algorithm>
#include <utility>

namespace callfleet::agent_registry {
namespace {

tl::unexpected<Error> PoolNotServed(const PoolId& pool) {
  Error error{ErrorCode::kFailedPrecondition, "POOL_NOT_SERVED",
              "This process does not serve the pool \"" + pool.str() + "\"."};
  error.fields.push_back({"pool_id", "must be one of the configured pools"});
  return Fail(std::move(error));
}

}  // namespace

void DirectoryActorState::Begin(const RegistryPorts* p, DirectoryOptions o,
                                std::map<PoolId, caf::actor> pools, std::vector<KeptPool> kept) {
  ports = p;
  options = std::move(o);
  matchmakers = std::move(pools);
  for (KeptPool& pool : kept) {
    for (KeptAgent& agent : pool.agents) {
      auto profile = std::make_shared<const AgentProfile>(std::move(agent.profile));
      directory.Restore(profile, agent.request_id);
      Spawn(profile, agent.saved);
    }
  }
  EdgeMayBeComplete();
}

void DirectoryActorState::Spawn(const ProfileRef& profile, const AgentSaved& saved) {
  ports->edges->PutAccount(*profile);
  AgentRules rules = options.agents;
  rules.edges = options.edges;
  agents[profile->id] = self->spawn<caf::linked>(AgentActor, ports, matchmakers.at(profile->pool),
                                                 profile, rules, saved);
}

void DirectoryActorState::Commit(const PoolId& pool, RegistryWrites writes, Journal::Done done) {
  ports->journal->Commit(pool, std::move(writes), std::move(done));
}

void DirectoryActorState::Create(const DirectoryCreate& m) {
  const PoolId pool(m.wish.pool.empty() ? "default" : m.wish.pool);
  if (!matchmakers.contains(pool)) return m.reply(PoolNotServed(pool));
  Directory::Generated generated{AgentId(ports->ids->Next()), "", ports->secrets->Next(),
                                 ports->clock->Now().wall};
  generated.sip_user = "a" + ports->secrets->Next().substr(0, 11);
  auto created = directory.Create(m.request.str(), m.wish, generated);
  if (!created) return m.reply(Fail(std::move(created).error()));
  const ProfileRef profile = created->profile;
  const std::string request = m.request.empty() ? profile->id.str() : m.request.str();
  if (created->repeat && !creating.contains(request)) {
    caf::anon_send(agents.at(profile->id),
                   AgentRecordWish{[reply = m.reply, profile](Result<AgentRecordRef> record) {
                     reply(CreatedAgent{*record, profile->sip_secret});
                   }});
    return;
  }
  creating[request].push_back(m.reply);
  if (created->repeat) return;  // Its first try is not kept yet: it answers both.
  RegistryWrites writes{
      SaveProfile{profile, m.request.str()},
      TellAgentEvent{"created", profile->id, profile->name, generated.now, profile}};
  Commit(profile->pool, std::move(writes),
         [actor = caf::actor_cast<caf::actor>(self), request, id = profile->id](Status status) {
           caf::anon_send(actor, DirectoryCreated{request, id, std::move(status)});
         });
}

void DirectoryActorState::Created(const DirectoryCreated& m) {
  auto replies = std::move(creating[m.request]);
  creating.erase(m.request);
  if (!m.status) {
    directory.Undo(m.request, m.agent);
    for (auto& reply : replies) reply(Fail(m.status.error()));
    return;
  }
  const ProfileRef profile = *directory.Find(m.agent.str());
  Spawn(profile, {});
  // It starts with what the edges have told already: nobody is registered as this agent yet.
  for (const EdgeId& edge : reach_edges) Tell(m.agent, Reachability{edge, false, ""});
  for (const EdgeId& edge : dark_edges) Tell(m.agent, EdgeSight{edge, false});
  caf::anon_send(agents.at(m.agent),
                 AgentRecordWish{[replies, profile](Result<AgentRecordRef> record) {
                   for (auto& reply : replies) reply(CreatedAgent{*record, profile->sip_secret});
                 }});
}

void DirectoryActorState::Update(const DirectoryUpdate& m) {
  auto updated = directory.Update(m.agent, m.patch);
  if (!updated) return m.reply(Fail(std::move(updated).error()));
  const ProfileRef profile = *updated;
  auto agent = agents.find(profile->id);
  if (agent == agents.end())
    return m.reply(Unavailable("AGENT_STARTING", "Its creation is not kept yet."));
  ports->edges->PutAccount(*profile);
  caf::anon_send(agent->second, AgentProfileChanged{profile});
  RegistryWrites writes{
      SaveProfile{profile, ""},
      TellAgentEvent{"updated", profile->id, profile->name, ports->clock->Now().wall, profile}};
  Commit(profile->pool, std::move(writes), [actor = agent->second, reply = m.reply](Status status) {
    if (!status) return reply(Fail(status.error()));
    caf::anon_send(actor, AgentRecordWish{reply});
  });
}

void DirectoryActorState::Delete(const DirectoryDelete& m) {
  auto found = directory.Find(m.agent.str());
  auto agent = found ? agents.find((*found)->id) : agents.end();
  if (agent == agents.end()) {
    return m.reply(found ? Fail(Error{ErrorCode::kUnavailable, "AGENT_STARTING", "Not kept yet."})
                         : Fail(found.error()));
  }
  caf::anon_send(agent->second, AgentRetire{[actor = caf::actor_cast<caf::actor>(self),
                                             id = (*found)->id, reply = m.reply](Status status) {
                   caf::anon_send(actor, DirectoryRetired{id, std::move(status), reply});
                 }});
}

void DirectoryActorState::Retired(const DirectoryRetired& m) {
  if (!m.status) return m.reply(Fail(m.status.error()));
  const ProfileRef profile = *directory.Find(m.agent.str());
  directory.Erase(m.agent);
  agents.erase(m.agent);
  ports->edges->RemoveAccount(profile->account_name());
  ports->feed->Gone(m.agent);
  RegistryWrites writes{DropAgent{m.agent}, TellAgentEvent{"deleted", m.agent, profile->name,
                                                           ports->clock->Now().wall, nullptr}};
  Commit(profile->pool, std::move(writes), [reply = m.reply](Status status) {
    reply(status ? Result<bool>(true) : Fail(status.error()));
  });
}

void DirectoryActorState::Pass(const DirectoryPass& m) {
  auto found = directory.Find(m.agent.str());
  auto agent = found ? agents.find((*found)->id) : agents.end();
  std::visit(
      [&](auto message) {
        if (agent == agents.end()) {
          return message.reply(
              found ? Fail(Error{ErrorCode::kUnavailable, "AGENT_STARTING", "Not kept yet."})
                    : Fail(found.error()));
        }
        if constexpr (!std::is_same_v<decltype(message), AgentPresenceWish>) {
          if (!m.reservation.empty()) {
            auto key = FromWire(m.reservation.str(), (*found)->pool);
            if (!key)
              return message.reply(InvalidField("reservation_id", "is none of this pool's"));
            if constexpr (std::is_same_v<decltype(message), AgentWrapUpWish>) {
              message.key = *key;
            } else {
              message.wish.key = *key;
            }
          }
        }
        caf::anon_send(agent->second, std::move(message));
      },
      m.message);
}

void DirectoryActorState::Members(const DirectoryMembers& m) {
  std::vector<std::string> names;
  for (const MemberChange& member : m.members) names.push_back(member.agent);
  auto changed = m.remove ? directory.RemoveMembers(m.unit, names)
                          : directory.SetMembers(m.unit, m.members, m.replace_all);
  if (!changed) return m.reply(Fail(std::move(changed).error()));
  const WallTime now = ports->clock->Now().wall;
  std::map<PoolId, RegistryWrites> writes;
  for (const ProfileRef& profile : *changed) {
    auto agent = agents.find(profile->id);
    if (agent != agents.end()) caf::anon_send(agent->second, AgentProfileChanged{profile});
    auto& rows = writes[profile->pool];
    rows.push_back(SaveProfile{profile, ""});
    const auto member = std::ranges::find(profile->memberships, m.unit, &Membership::unit);
    const bool in = member != profile->memberships.end();
    rows.push_back(TellMembership{m.unit, profile->id, in, in && member->primary, now});
  }
  KeepMembers(std::move(writes), directory.MemberCount(m.unit), m.reply);
}

void DirectoryActorState::KeepMembers(std::map<PoolId, RegistryWrites> writes, int count,
                                      const ReplyTo<int>& reply) {
  // Nothing new: perhaps a repeat of what is not kept yet. Behind it, in the pools' order.
  if (writes.empty()) {
    for (const auto& [pool, matchmaker] : matchmakers) writes[pool];
  }
  // One batch a pool; the answer comes with the last.
  auto left = std::make_shared<std::atomic<std::size_t>>(writes.size());
  for (auto& [pool, rows] : writes) {
    Commit(pool, std::move(rows), [left, count, reply](Status status) {
      if (!status) {
        if (left->exchange(0) > 0) reply(Fail(status.error()));
        return;
      }
      if (left->load() > 0 && left->fetch_sub(1) == 1) reply(count);
    });
  }
}

void DirectoryActorState::Tell(const AgentId& agent,
                               std::variant<AgentLeg, EdgeSight, Reachability> news) {
  auto it = agents.find(agent);
  if (it == agents.end()) return;
  std::visit([&](auto&& one) { caf::anon_send(it->second, AgentNews{std::move(one)}); },
             std::move(news));
}

void DirectoryActorState::Sight(const DirectorySight& m) {
  if (m.sight.in_sight) {
    dark_edges.erase(m.sight.edge);
  } else {
    dark_edges.insert(m.sight.edge);
  }
  for (const auto& [id, actor] : agents) caf::anon_send(actor, AgentNews{m.sight});
}

void DirectoryActorState::Legs(const DirectoryLegs& m) {
  std::unordered_map<AgentId, std::vector<AgentLeg>> by_agent;
  for (const LegOfAgent& leg : m.legs) by_agent[leg.agent].push_back(leg.leg);
  for (const auto& [id, actor] : agents) {
    caf::anon_send(actor, AgentNews{EdgeSnapshot{m.edge, std::move(by_agent[id])}});
  }
  leg_edges.insert(m.edge);
  dark_edges.erase(m.edge);
  EdgeMayBeComplete();
  if (auto early = early_reaches.extract(m.edge); !early.empty()) {
    DirectoryReaches reaches{m.edge, {}};
    for (auto& [agent, report] : early.mapped()) reaches.reports.push_back({agent, report});
    Reaches(reaches);
  }
}

void DirectoryActorState::Reach(const DirectoryReach& m) {
  const auto early = early_reaches.find(m.report.report.edge);
  if (early == early_reaches.end()) return Tell(m.report.agent, m.report.report);
  early->second.insert_or_assign(m.report.agent, m.report.report);
}

// A phone counts as reachable when what it is doing is known: else an edge that comes back long
// after our start would have its agents granted between its two snapshots.
void DirectoryActorState::Reaches(const DirectoryReaches& m) {
  if (!leg_edges.contains(m.edge)) {
    auto& early = early_reaches[m.edge];
    early.clear();
    for (const UserReachability& r : m.reports) early.insert_or_assign(r.agent, r.report);
    return;
  }
  std::unordered_map<AgentId, Reachability> by_agent;
  for (const UserReachability& r : m.reports) by_agent[r.agent] = r.report;
  for (const auto& [id, actor] : agents) {
    auto it = by_agent.find(id);
    caf::anon_send(actor,
                   AgentNews{it == by_agent.end() ? Reachability{m.edge, false, ""} : it->second});
  }
  reach_edges.insert(m.edge);
  EdgeMayBeComplete();
}

void DirectoryActorState::EdgeMayBeComplete() {
  if (leg_edges.size() < options.edges || reach_edges.size() < options.edges) return;
  for (const auto& [pool, matchmaker] : matchmakers) caf::anon_send(matchmaker, EdgesSeen{});
}

caf::behavior DirectoryActor(DirectoryActorRef* self, const RegistryPorts* ports,
                             DirectoryOptions options, std::map<PoolId, caf::actor> matchmakers,
                             std::vector<KeptPool> kept) {
  DirectoryActorState& state = self->state;
  state.Begin(ports, std::move(options), std::move(matchmakers), std::move(kept));
  return {
      [&state](const DirectoryCreate& m) { state.Create(m); },
      [&state](const DirectoryCreated& m) { state.Created(m); },
      [&state](const DirectoryUpdate& m) { state.Update(m); },
      [&state](const DirectoryDelete& m) { state.Delete(m); },
      [&state](const DirectoryRetired& m) { state.Retired(m); },
      [&state](const DirectoryPass& m) { state.Pass(m); },
      [&state](const DirectoryMembers& m) { state.Members(m); },
      [&state](const DirectoryLeg& m) { state.Tell(m.leg.agent, m.leg.leg); },
      [&state](const DirectoryLegs& m) { state.Legs(m); },
      [&state](const DirectorySight& m) { state.Sight(m); },
      [&state](const DirectoryReach& m) { state.Reach(m); },
      [&state](const DirectoryReaches& m) { state.Reaches(m); },
  };
}

}  // namespace callfleet::agent_registry
