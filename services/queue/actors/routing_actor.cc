#include "services/queue/actors/routing_actor.h"

#include <utility>
#include <vector>

#include "services/queue/actors/routing_messages.h"

namespace callfleet::queue {
namespace {

using Self = caf::stateful_actor<RoutingState>*;

// One per actor; the handlers share it.
class Routing {
 public:
  Routing(Self self, RoutingPorts ports, logging::Logger log)
      : self_(self), ports_(std::move(ports)), log_(std::move(log)) {}

  void Create(const CreateQueueMessage& message) {
    auto created = self_->state.directory.Create(
        message.request, message.settings, QueueId(ports_.ids->Next()), ports_.clock->Now().wall);
    if (!created) return message.reply(Fail(std::move(created).error()));
    // A repeat waits too: its first try may not be kept yet.
    Commit(std::move(created->writes), {},
           [reply = message.reply, queue = std::move(created->queue)] { reply(queue); });
  }

  void Run(ArrivalStep step) {
    std::vector<Act> durable;
    for (auto& act : step.acts) {
      if (std::holds_alternative<Acknowledge>(act)) {
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
  void Commit(Writes writes, std::vector<Act> acts, std::function<void()> answer) {
    ports_.committer->Commit(
        std::move(writes), [actor = caf::actor_cast<caf::actor>(self_), acts = std::move(acts),
                            answer = std::move(answer)](Status status) {
          caf::anon_send(actor, CommittedMessage{std::move(status), acts, answer});
        });
  }

  void Perform(const Act& act) {
    if (self_->state.lost) return;
    std::visit([this](const auto& what) { Do(what); }, act);
  }
  void Do(const Claim& act) { ports_.calls->Claim(act.call); }
  void Do(const Refuse& act) {
    log_.Info("call refused", {{"call_id", act.call}, {"sip_code", act.sip_code}});
    ports_.calls->Refuse(act.call, act.sip_code);
  }
  void Do(const Acknowledge& act) { ports_.calls->Acknowledge(act.call); }
  void Do(const Pause& act) {
    ports_.timers->Start(act.delay, [actor = caf::actor_cast<caf::actor>(self_), act] {
      caf::anon_send(actor, RetryDueMessage{act.call, act.generation});
    });
  }

  void Lose(const Error& error) {
    if (std::exchange(self_->state.lost, true)) return;
    log_.Error("the unit is lost", {{"reason", error.reason}, {"detail", error.message}});
    ports_.on_lost(error);
    self_->quit();
  }

  Self self_;
  RoutingPorts ports_;
  logging::Logger log_;
};

}  // namespace

caf::behavior RoutingActor(Self self, RoutingPorts ports, Directory directory,
                           logging::Logger log) {
  self->state.directory = std::move(directory);
  auto routing = std::make_shared<Routing>(self, std::move(ports), std::move(log));
  auto& state = self->state;
  return {
      [routing](const CreateQueueMessage& message) { routing->Create(message); },
      [&state](const GetQueueMessage& message) { message.reply(state.directory.Get(message.id)); },
      [&state](const ListQueuesMessage& message) {
        message.reply(state.directory.List(message.after, message.size));
      },
      [&state](SnapshotMessage) { state.arrivals.Reset(); },
      [routing, &state](const FactMessage& message) {
        routing->Run(state.arrivals.OnFact(message.fact));
      },
      [routing, &state](const ForgottenMessage& message) {
        routing->Run(state.arrivals.OnForgotten(message.call));
      },
      [routing, &state](const CommandFailedMessage& message) {
        routing->Run(state.arrivals.OnCommandFailed(message.call));
      },
      [routing, &state](const RetryDueMessage& message) {
        routing->Run(state.arrivals.OnRetryDue(message.call, message.generation));
      },
      [routing](const CommittedMessage& message) { routing->Committed(message); },
  };
}

}  // namespace callfleet::queue
