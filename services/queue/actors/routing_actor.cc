#include "services/queue/actors/routing_actor.h"

#include <utility>
#include <vector>

#include "services/queue/actors/routing_messages.h"
#include "services/queue/domain/talk_offers.h"

namespace callfleet::queue {
namespace {

using Self = caf::stateful_actor<RoutingState>*;

// The queues that a route names must be there, now and while it is closed.
Status QueuesThere(const Route& route, const Directory& directory) {
  const auto missing = [&](const Destination& to) {
    const auto* queue = std::get_if<ToQueue>(&to);
    if (queue != nullptr) return queue->queue == DirectQueue() || !directory.Knows(queue->queue);
    const auto* number = std::get_if<ToNumber>(&to);
    return number != nullptr && !number->caller_id_of.empty() &&
           !directory.Knows(number->caller_id_of);
  };
  if (missing(route.destination) || (route.schedule && missing(route.schedule->closed)) ||
      (route.otherwise && missing(*route.otherwise))) {
    return NotFound("QUEUE_NOT_FOUND", "The route leads to a queue that does not exist.");
  }
  return {};
}

// One per actor; the handlers share it.
class Routing {
 public:
  Routing(Self self, RoutingPorts ports, logging::Logger log)
      : self_(self), ports_(std::move(ports)), log_(std::move(log)) {}

  void On(const CreateQueueMessage& message) {
    auto created = state().directory.Create(message.request, message.settings,
                                            QueueId(ports_.ids->Next()), ports_.clock->Now().wall);
    if (!created) return message.reply(Fail(std::move(created).error()));
    const bool fresh = !created->writes.empty();
    auto direct = DirectFor(fresh && TurnsAwayToAgent(message.settings));
    if (!direct) {
      state().directory.Remove(created->queue.id);
      return message.reply(Fail(std::move(direct).error()));
    }
    Writes writes = std::move(created->writes);
    writes.insert(writes.end(), direct->writes.begin(), direct->writes.end());
    // A repeat waits too: its first try may not be kept yet.
    Commit(std::move(writes), {},
           [this, fresh, direct, reply = message.reply, queue = std::move(created->queue)] {
             Open(*direct);
             if (!fresh) return reply(queue);
             ports_.doors.open(queue, [reply, queue] { reply(queue); });
           });
  }
  void On(const UpdateQueueMessage& message) {
    Result<Queue> updated = message.settings
                                ? state().directory.Updated(message.id, *message.settings)
                                : state().directory.Get(message.id);
    if (!updated) return message.reply(std::move(updated));
    if (!message.settings) updated->state = message.state;
    const auto before = state().directory.Get(message.id);
    state().directory.Put(*updated);
    auto direct = DirectFor(TurnsAwayToAgent(updated->settings));
    if (!direct) {
      state().directory.Put(*before);
      return message.reply(Fail(std::move(direct).error()));
    }
    Writes writes = direct->writes;
    writes.emplace_back(UpdateQueue{*updated, ports_.ids->Next(), now()});
    Commit(std::move(writes), {}, [this, direct, reply = message.reply, queue = *updated] {
      Open(*direct);
      ports_.queues->Send(queue.id, SettingsChanged{queue});
      reply(queue);
    });
  }
  void On(const RemoveQueueMessage& message) {
    if (auto may = state().directory.MayRemove(message.id); !may) {
      return message.reply(Fail(may.error()));
    }
    if (state().plan.LeadsTo(message.id)) {
      return message.reply(FailedPrecondition("QUEUE_IN_USE", "A number leads to this queue."));
    }
    ports_.doors.retire(message.id, [actor = me(), message](Status status) {
      caf::anon_send(actor, QueueRetiredMessage{message.id, std::move(status), message.reply});
    });
  }
  void On(const QueueRetiredMessage& message) {
    auto queue = state().directory.Get(message.id);
    if (!message.status) return message.reply(Fail(message.status.error()));
    if (!queue) return message.reply(std::move(queue));
    state().directory.Remove(message.id);
    Commit({RemoveQueue{*queue, now()}}, {}, [this, reply = message.reply, queue = *queue] {
      ports_.doors.close(queue.id);
      reply(queue);
    });
  }
  void On(const SetRouteMessage& message) {
    Route route = message.route;
    route.create_time = ports_.clock->Now().wall;
    if (auto may = state().plan.MaySet(route, *ports_.zones); !may) {
      return message.reply(Fail(may.error()));
    }
    if (auto there = QueuesThere(route, state().directory); !there) {
      return message.reply(Fail(there.error()));
    }
    auto direct = DirectFor(LeadsToAgent(route));
    if (!direct) return message.reply(Fail(std::move(direct).error()));
    state().plan.Set(route);
    const Route kept = state().plan.Get(route.number, route.match).value();
    Writes writes = direct->writes;
    writes.emplace_back(SaveRoute{kept, ports_.ids->Next(), now()});
    Commit(std::move(writes), {}, [this, reply = message.reply, kept, direct] {
      Open(*direct);
      reply(kept);
    });
  }
  void On(const SetCallerIdsMessage& message) {
    Writes writes;
    for (auto& route : state().plan.Follow(message.caller_ids)) {
      writes.emplace_back(SaveRoute{std::move(route), ports_.ids->Next(), now()});
    }
    const std::size_t changed = writes.size();
    if (changed == 0) return message.reply(changed);
    Commit(std::move(writes), {}, [reply = message.reply, changed] { reply(changed); });
  }
  void On(const RemoveRouteMessage& message) {
    auto route = state().plan.Get(message.number, message.match);
    if (!route) return message.reply(std::move(route));
    state().plan.Remove(message.number, message.match);
    Commit({RemoveRoute{*route, ports_.ids->Next(), now()}}, {},
           [reply = message.reply, kept = *route] { reply(kept); });
  }
  void On(const ResolveMessage& message) {
    message.reply(state().plan.Decide(message.number, *ports_.zones,
                                      message.at.value_or(ports_.clock->Now().wall)));
  }

  // A talk of a campaign that is offered to us, or to a queue that is not there.
  void Answer(const CallFact& fact) {
    if (auto answer = AnswerOffer(fact, state().plan, state().directory, *ports_.zones, now())) {
      Perform(*answer);
    }
  }
  void Run(ArrivalStep step) {
    std::vector<Act> durable;
    for (auto& act : step.acts) {
      if (std::holds_alternative<AcknowledgeCall>(act)) {
        durable.push_back(std::move(act));
      } else {
        Perform(act);
      }
    }
    if (!step.writes.empty() || !durable.empty()) {
      Commit(std::move(step.writes), std::move(durable), {});
    }
  }
  void Committed(const CommittedMessage& message) {
    if (!message.status) return Lose(message.status.error());
    for (const auto& act : message.acts) Perform(act);
    if (message.answer) message.answer();
  }

 private:
  RoutingState& state() { return self_->state; }
  WallTime now() const { return ports_.clock->Now().wall; }
  caf::actor me() const { return caf::actor_cast<caf::actor>(self_); }

  // The queue of the calls that lead to an agent is made with the first number, or rule of who is
  // not let in, that does.
  Result<Directory::Created> DirectFor(bool leads_to_agent) {
    if (!leads_to_agent || state().directory.Knows(DirectQueue())) return Directory::Created{};
    QueueSettings settings;
    settings.name = "Direct calls";
    return state().directory.Create(DirectRequest(), settings, DirectQueue(), now());
  }

  void Open(const Directory::Created& created) {
    if (!created.writes.empty()) ports_.doors.open(created.queue, {});
  }

  void Commit(Writes writes, std::vector<Act> acts, std::function<void()> answer) {
    ports_.committer->Commit(std::move(writes), [actor = me(), acts = std::move(acts),
                                                 answer = std::move(answer)](Status status) {
      caf::anon_send(actor, CommittedMessage{std::move(status), acts, answer});
    });
  }

  void Perform(const Act& act) {
    if (state().lost) return;
    std::visit([this](const auto& what) { Do(what); }, act);
  }
  template <class Command>
  void Do(const Command& act) {
    ports_.calls->Do(ports_.unit, act);
  }
  void Do(const HangUpCall& act) {
    log_.Info("call refused", {{"call_id", act.call.call}, {"sip_code", act.sip_code}});
    ports_.calls->Do(ports_.unit, act);
  }
  // A caller id belongs to the queue that shows it: taken as it is now.
  void Do(const DialOut& act) {
    DialOut dial = act;
    const auto* number = std::get_if<ToNumber>(&act.to);
    if (number != nullptr && !number->caller_id_of.empty()) {
      const auto queue = state().directory.Get(number->caller_id_of);
      if (queue) dial.caller_id = queue->settings.caller_id;
    }
    ports_.calls->Do(ports_.unit, dial);
  }
  void Do(const PassCall& act) {
    ports_.queues->Send(act.to, CallComing{.call = act.call.call,
                                           .incoming = act.with,
                                           .claim = true,
                                           .edge = act.call.edge,
                                           .boot = act.call.boot});
  }
  // The queue knows who comes before the edge says so.
  void Do(const HandOver& act) {
    ports_.queues->Send(act.to, CallComing{act.call.call, act.with});
    ports_.calls->Do(ports_.unit, act);
  }
  void Do(const ServeAgent& act) {
    ports_.agents->Do(act.wish, [actor = me(), call = act.call](Status status) {
      caf::anon_send(actor, ServedMessage{call, std::move(status)});
    });
  }
  void Do(const Pause& act) {
    ports_.timers->Start(act.delay,
                         [actor = me(), act] { caf::anon_send(actor, RetryDueMessage{act}); });
  }

  void Lose(const Error& error) {
    if (std::exchange(state().lost, true)) return;
    log_.Error("the unit is lost", {{"reason", error.reason}, {"detail", error.message}});
    ports_.on_lost(error);
    self_->quit();
  }

  Self self_;
  RoutingPorts ports_;
  logging::Logger log_;
};

}  // namespace

caf::behavior RoutingActor(Self self, RoutingPorts ports, Directory directory, NumberPlan plan,
                           logging::Logger log) {
  self->state.directory = std::move(directory);
  self->state.plan = std::move(plan);
  auto& state = self->state;
  const auto* zones = ports.zones;
  const auto* clock = ports.clock;
  auto routing = std::make_shared<Routing>(self, std::move(ports), std::move(log));
  return {
      [routing](const CreateQueueMessage& message) { routing->On(message); },
      [routing](const UpdateQueueMessage& message) { routing->On(message); },
      [routing](const RemoveQueueMessage& message) { routing->On(message); },
      [routing](const QueueRetiredMessage& message) { routing->On(message); },
      [routing](const SetRouteMessage& message) { routing->On(message); },
      [routing](const SetCallerIdsMessage& message) { routing->On(message); },
      [routing](const RemoveRouteMessage& message) { routing->On(message); },
      [routing](const ResolveMessage& message) { routing->On(message); },
      [&state](const GetQueueMessage& message) { message.reply(state.directory.Get(message.id)); },
      [&state](const ListQueuesMessage& message) {
        message.reply(state.directory.List(message.after, message.size));
      },
      [&state](const ListRoutesMessage& message) {
        message.reply(state.plan.List(message.after, message.size));
      },
      [&state](const SnapshotMessage& message) { state.arrivals.Reset(message.edge); },
      [routing, &state, zones, clock](const FactMessage& message) {
        routing->Answer(message.fact);
        routing->Run(state.arrivals.OnFact(message.fact, state.plan, *zones, clock->Now().wall));
      },
      [routing, &state](const ForgottenMessage& message) {
        routing->Run(state.arrivals.OnForgotten(message.call));
      },
      [routing, &state](const RefusedMessage& message) {
        const auto& refused = message.refused;
        routing->Run(refused.reason == "CALL_NOT_FOUND"
                         ? state.arrivals.OnForgotten(refused.call)
                         : state.arrivals.OnCommandFailed(refused.call));
      },
      [routing, &state](const ServedMessage& message) {
        routing->Run(state.arrivals.OnServed(message.call, static_cast<bool>(message.status)));
      },
      [routing, &state](const RetryDueMessage& message) {
        const auto& pause = message.pause;
        routing->Run(pause.announcement
                         ? state.arrivals.OnAnnouncementOver(pause.call, pause.generation)
                         : state.arrivals.OnRetryDue(pause.call, pause.generation));
      },
      [routing](const CommittedMessage& message) { routing->Committed(message); },
  };
}

}  // namespace callfleet::queue
