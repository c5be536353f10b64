#include "services/agent_registry/actors/agent_actor.h"

#include <utility>

namespace callfleet::agent_registry {
namespace {

// Timers do not keep an actor alive.
template <class Message>
std::function<void()> Later(const caf::actor& actor, Message message) {
  return [weak = caf::actor_cast<caf::weak_actor_ptr>(actor), message = std::move(message)] {
    if (auto strong = caf::actor_cast<caf::actor>(weak)) caf::anon_send(strong, message);
  };
}

}  // namespace

void AgentActorState::Begin(const RegistryPorts* p, caf::actor mm,
                            std::shared_ptr<const AgentProfile> profile, const AgentRules& rules,
                            const AgentSaved& saved) {
  ports = p;
  matchmaker = std::move(mm);
  agent.emplace(std::move(profile), rules);
  last_activity = saved.presence.since;
  const Instant now = ports->clock->Now();
  AgentStep step = agent->Restore(saved, now);
  face_told = true;
  caf::anon_send(matchmaker, AgentJoins{View(false), caf::actor_cast<caf::actor>(self)});
  step.standing_changed = false;
  Run(std::move(step), now);
  Show();
}

// Acts do not wait for the writes (they are local or harmless to repeat); answers to operators do.
void AgentActorState::Run(AgentStep step, Instant now, ReplyTo<AgentRecordRef> reply) {
  if (step.refused) {
    ports->log->Debug("an event did not fit the agent's state",
                      {{"agent_id", agent->profile().id}});
  }
  Perform(step);
  if (step.shown_changed) {
    last_activity = now.wall;
    if (reply || step.fresh_presence) {
      Show();
    } else if (!std::exchange(show_due, true)) {
      ports->shows->Add(caf::actor_cast<caf::actor>(self));
    }
  }
  if (!step.writes.empty() || reply) Write(std::move(step.writes), std::move(reply));
}

void AgentActorState::Perform(const AgentStep& step) {
  TellMatchmaker(step);
  for (const StartAgentTimer& t : step.timers) {
    ports->timers->Start(
        t.after, Later(caf::actor_cast<caf::actor>(self), AgentTimerFired{t.timer, t.generation}));
  }
  if (step.dial) ports->edges->DialDedicated(agent->profile(), step.dial->leg, agent->edge());
}

void AgentActorState::TellMatchmaker(const AgentStep& step) {
  if (slot == kNoSlot) return;  // Told as a whole once it is seated.
  const bool answer = step.ask_reply || step.redeclare_reply;
  if (!answer && !step.standing_changed && !FaceIsStale()) return;
  caf::anon_send(matchmaker,
                 AgentSays{slot, View(step.fresh_rank), step.ask_reply, step.redeclare_reply});
}

bool AgentActorState::FaceIsStale() const {
  return !face || face->profile != agent->profile_ref() || face->edge != agent->edge() ||
         face->edges != agent->edges() || face->dedicated_leg != agent->dedicated_leg();
}

AgentView AgentActorState::View(bool fresh_rank) {
  AgentView view;
  view.standing = agent->standing();
  view.record = {agent->figures().calls, static_cast<std::uint64_t>(agent->figures().talk.count())};
  view.fresh_rank = fresh_rank;
  if (FaceIsStale()) {
    face = std::make_shared<const AgentFace>(
        AgentFace{agent->profile_ref(), agent->edge(), agent->edges(), agent->dedicated_leg()});
    face_told = false;
  }
  if (!std::exchange(face_told, true) || slot == kNoSlot) view.face = face;
  return view;
}

void AgentActorState::Write(std::vector<AgentWrite> writes, ReplyTo<AgentRecordRef> reply) {
  RegistryWrites rows;
  rows.reserve(writes.size() + 1);
  const AgentId& id = agent->profile().id;
  for (AgentWrite& write : writes) {
    rows.push_back(SaveAgentRow{id, std::move(write)});
  }
  if (rows.empty()) return reply(RecordOf(*agent, last_activity, version));
  Journal::Done done;
  if (reply) {
    done = [reply = std::move(reply),
            record = RecordOf(*agent, last_activity, version)](Status status) {
      reply(status ? Result<AgentRecordRef>(record) : Fail(status.error()));
    };
  }
  ports->journal->Commit(agent->profile().pool, std::move(rows), std::move(done));
}

void AgentActorState::Obey(const ToAgent& order) {
  const Instant now = ports->clock->Now();
  struct Visit {
    Agent& a;
    Instant now;
    AgentStep operator()(const AskSlot& m) { return a.OnAsk(m, now); }
    AgentStep operator()(const ReleaseSlot& m) { return a.OnRelease(m.key, now); }
    AgentStep operator()(const LapseSlot& m) { return a.OnLeaseLapsed(m, now); }
    AgentStep operator()(const CompleteSlot& m) { return a.OnComplete(m, now); }
    AgentStep operator()(const OfferReport& m) { return a.OnOfferEnd(m.key, m.end, now); }
    AgentStep operator()(const RedeclareSlot& m) { return a.OnRedeclare(m, now); }
  };
  Run(std::visit(Visit{*agent, now}, order), now);
}

void AgentActorState::Seat(Slot given) {
  slot = given;
  face_told = false;
  caf::anon_send(matchmaker, AgentSays{slot, View(false), std::nullopt, std::nullopt});
}

void AgentActorState::Show() { ports->feed->Changed(RecordOf(*agent, last_activity, ++version)); }

void AgentActorState::Retire(const AgentRetire& message) {
  if (agent->load() > 0) {
    return message.reply(FailedPrecondition(
        "AGENT_BUSY", "The agent has a slot in use; deactivate it and try again."));
  }
  if (slot != kNoSlot) caf::anon_send(matchmaker, AgentLeaves{slot});
  message.reply({});
  self->quit();
}

caf::behavior AgentActor(AgentActorRef* self, const RegistryPorts* ports, caf::actor matchmaker,
                         std::shared_ptr<const AgentProfile> profile, AgentRules rules,
                         AgentSaved saved) {
  AgentActorState& state = self->state;
  state.Begin(ports, std::move(matchmaker), std::move(profile), rules, saved);
  return {
      [&state](const AgentOrder& m) { state.Obey(m.order); },
      [&state](const AgentNews& m) {
        const Instant now = state.ports->clock->Now();
        struct Visit {
          Agent& a;
          Instant now;
          AgentStep operator()(const AgentLeg& n) { return a.OnLeg(n, now); }
          AgentStep operator()(const EdgeSnapshot& n) { return a.OnSnapshot(n, now); }
          AgentStep operator()(const EdgeSight& n) { return a.OnSight(n, now); }
          AgentStep operator()(const Reachability& n) { return a.OnReachability(n, now); }
        };
        state.Run(std::visit(Visit{*state.agent, now}, m.news), now);
      },
      [&state](const AgentTimerFired& m) {
        const Instant now = state.ports->clock->Now();
        state.Run(state.agent->OnTimer(m, now), now);
      },
      [&state](const AgentProfileChanged& m) {
        const Instant now = state.ports->clock->Now();
        state.Run(state.agent->OnProfile(m.profile, now), now);
        state.Show();
      },
      [&state](const AgentPresenceWish& m) {
        const Instant now = state.ports->clock->Now();
        state.Run(state.agent->OnPresenceWish(m.wish, m.reason, now), now, m.reply);
      },
      [&state](const AgentWrapUpWish& m) {
        const Instant now = state.ports->clock->Now();
        auto step = state.agent->OnWrapUpWish(m.key, m.left, now);
        if (!step) return m.reply(Fail(step.error()));
        state.Run(*std::move(step), now, m.reply);
      },
      [&state](const AgentDispositionWish& m) {
        const Instant now = state.ports->clock->Now();
        auto step = state.agent->OnDisposition(m.wish, now);
        if (!step) return m.reply(Fail(step.error()));
        state.Run(*std::move(step), now, m.reply);
      },
      [&state](const AgentRecordWish& m) {
        m.reply(RecordOf(*state.agent, state.last_activity, state.version));
      },
      [&state](const AgentSeated& m) { state.Seat(m.slot); },
      [&state](const AgentRetire& m) { state.Retire(m); },
      [&state](const AgentShow&) {
        state.show_due = false;
        state.Show();
      },
  };
}

}  // namespace callfleet::agent_registry
