#include "services/agent_registry/actors/matchmaker_actor.h"

#include <utility>

namespace callfleet::agent_registry {

void MatchmakerActorState::Begin(const RegistryPorts* p, PoolId of, const MatchRules& rules,
                                 Token token, std::vector<SaveUnit> expected,
                                 std::shared_ptr<PoolStats> s) {
  ports = p;
  pool = std::move(of);
  stats = std::move(s);
  tick = rules.tick;
  matchmaker.emplace(rules, token, std::move(expected), ports->clock->Now());
  Tick();
}

void MatchmakerActorState::Run(MatchStep step) {
  for (AgentAct& act : step.agents) {
    caf::anon_send(agents[act.slot], AgentOrder{std::move(act.message)});
  }
  if (step.match_time && ports->on_match) ports->on_match(pool, *step.match_time);
  std::vector<OwnerAct> waiting;
  for (OwnerAct& act : step.owners) {
    if (std::holds_alternative<GrantReply>(act.reply)) ++stats->grants;
    if (Waits(act, !step.writes.empty())) {
      waiting.push_back(std::move(act));
    } else {
      Send(std::move(act));
    }
  }
  if (!step.repairs.empty()) {
    RegistryWrites told;
    for (Repair& repair : step.repairs) told.emplace_back(TellRepair{std::move(repair)});
    ports->journal->Commit(pool, std::move(told), nullptr);
  }
  if (step.writes.empty()) {
    for (OwnerAct& act : waiting) held_back.push_back(std::move(act));
    return;
  }
  ++uncommitted;
  RegistryWrites rows;
  for (SaveUnit& write : step.writes) rows.emplace_back(std::move(write));
  auto released = std::make_shared<std::vector<OwnerAct>>(std::move(waiting));
  ports->journal->Commit(
      pool, std::move(rows), [actor = caf::actor_cast<caf::actor>(self), released](Status status) {
        caf::anon_send(actor, MatchCommitted{std::move(status), std::move(*released)});
      });
}

bool MatchmakerActorState::Waits(const OwnerAct& act, bool writes) {
  if (!act.durable || (uncommitted == 0 && !writes)) return false;
  if (std::holds_alternative<ReadyReply>(act.reply)) ++unready[act.stream].readies;
  return true;
}

// Were we to die before it is kept that a unit has a session, the next life would not wait for it
// before it grants: what is granted on a stream comes after its Ready.
void MatchmakerActorState::Send(OwnerAct act) {
  const StreamId stream = act.stream;
  const auto behind = unready.find(stream);
  if (behind != unready.end() && std::holds_alternative<GrantReply>(act.reply)) {
    behind->second.grants.push_back(std::move(act));
    return;
  }
  const bool ready = std::holds_alternative<ReadyReply>(act.reply);
  ports->owners->Send(stream, std::move(act.reply));
  if (!ready || behind == unready.end() || --behind->second.readies > 0) return;
  const auto grants = std::exchange(behind->second.grants, {});
  unready.erase(behind);
  for (const OwnerAct& grant : grants) ports->owners->Send(stream, grant.reply);
}

void MatchmakerActorState::Committed(MatchCommitted& message) {
  --uncommitted;
  if (!message.status) {
    if (!std::exchange(lost, true)) ports->on_lost(message.status.error());
    return;
  }
  for (OwnerAct& act : message.released) Send(std::move(act));
  if (uncommitted > 0) return;
  for (OwnerAct& act : std::exchange(held_back, {})) Send(std::move(act));
}

void MatchmakerActorState::Seat(const AgentJoins& message) {
  MatchStep step;
  const Slot slot = matchmaker->Join(message.view, step, ports->clock->Now());
  if (slot >= agents.size()) agents.resize(slot + std::size_t{1});
  agents[slot] = message.agent;
  caf::anon_send(message.agent, AgentSeated{slot});
  Run(std::move(step));
}

void MatchmakerActorState::Unseat(Slot slot) {
  MatchStep step;
  matchmaker->Leave(slot, step, ports->clock->Now());
  Run(std::move(step));
  agents[slot] = caf::actor{};
}

void MatchmakerActorState::Hear(const AgentSays& message) {
  const Instant now = ports->clock->Now();
  if (message.ask_reply) {
    if (message.ask_reply->refusal != Refusal::kNone) ++stats->refusals;
    Run(matchmaker->OnAskReply(message.slot, *message.ask_reply, message.view, now));
  } else if (message.redeclare_reply) {
    Run(matchmaker->OnRedeclareReply(message.slot, *message.redeclare_reply, message.view, now));
  } else {
    Run(matchmaker->OnView(message.slot, message.view, now));
  }
}

void MatchmakerActorState::Tick() {
  Run(matchmaker->OnTick(ports->clock->Now()));
  stats->demands = matchmaker->demands();
  stats->waiting = matchmaker->waiting();
  stats->reservations = matchmaker->reservations();
  stats->suspects = matchmaker->suspects();
  stats->granting = matchmaker->granting();
  ports->timers->Start(tick, [weak = caf::actor_cast<caf::weak_actor_ptr>(self->ctrl())] {
    if (auto strong = caf::actor_cast<caf::actor>(weak)) caf::anon_send(strong, MatchTick{});
  });
}

caf::behavior MatchmakerActor(MatchmakerActorRef* self, const RegistryPorts* ports, PoolId pool,
                              MatchRules rules, Token token, std::vector<SaveUnit> expected,
                              std::shared_ptr<PoolStats> stats) {
  MatchmakerActorState& state = self->state;
  state.Begin(ports, std::move(pool), rules, token, std::move(expected), std::move(stats));
  return {
      [&state](const AgentJoins& m) { state.Seat(m); },
      [&state](const AgentSays& m) { state.Hear(m); },
      [&state](const AgentLeaves& m) { state.Unseat(m.slot); },
      [&state](const OwnerSays& m) {
        state.Run(state.matchmaker->OnOwner(m.stream, m.message, state.ports->clock->Now()));
      },
      [&state](const OwnerGone& m) {
        state.unready.erase(m.stream);
        state.Run(state.matchmaker->OnStreamDown(m.stream, state.ports->clock->Now()));
      },
      [&state](EdgesSeen) { state.Run(state.matchmaker->OnEdgesSeen(state.ports->clock->Now())); },
      [&state](MatchTick) { state.Tick(); },
      [&state](MatchCommitted& m) { state.Committed(m); },
  };
}

}  // namespace callfleet::agent_registry
