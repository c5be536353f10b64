#include "services/queue/actors/queue_actor.h"

#include <algorithm>
#include <utility>

namespace callfleet::queue {
namespace {

// That a call is over may be acknowledged whenever it is kept; all else is for somebody who waits.
bool IsForSomebody(const QueueAction& act) { return !std::holds_alternative<AcknowledgeCall>(act); }

// Without a change of any ticket.
bool ChangesWhatIsShown(const QueueEvent& event) {
  return std::holds_alternative<AudienceChanged>(event) ||
         std::holds_alternative<SettingsChanged>(event) ||
         std::holds_alternative<SessionChanged>(event);
}

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

QueueRunner::QueueRunner(caf::event_based_actor* self, QueuePorts ports,
                         std::shared_ptr<QueueModel> model, std::shared_ptr<Committer> committer,
                         logging::Logger log)
    : self_(self),
      ports_(std::move(ports)),
      model_(std::move(model)),
      committer_(std::move(committer)),
      log_(std::move(log)) {
  Show();
  // Whoever lists callers has not heard of those of an earlier life.
  for (const auto& [id, ticket] : model_->tickets) {
    if (!ticket.refused) ports_.watchers->OnTicket(ViewOf(ticket));
  }
}

void QueueRunner::On(QueueEventMessage& message) {
  if (lost_) return;
  QueueStep step = Apply(*model_, message.event, ports_.clock->Now(), *ports_.ids);
  Run(std::move(step), {});
  if (ChangesWhatIsShown(message.event)) Show();
  if (const auto* answer = std::get_if<SeizeAnswered>(&message.event)) AnswerForced(*answer);
  if (const auto* closed = std::get_if<DemandClosed>(&message.event)) WarnOfRefusal(*closed);
  if (std::holds_alternative<SettingsChanged>(message.event)) refused_as_.clear();
  if (model_->fenced && !lost_) {
    Lose({.code = ErrorCode::kFailedPrecondition,
          .reason = "FENCED",
          .message = "Another process owns the queue."});
  }
}

void QueueRunner::On(OrderMessage& message) {
  if (lost_) return message.reply(Unavailable("OWNER_GONE", "The queue's owner stops."));
  QueueStepper stepper(*model_, ports_.clock->Now(), *ports_.ids);
  auto done = message.order(stepper);
  QueueStep step = stepper.Finish();
  if (!done) {
    Run(std::move(step), {});
    return message.reply(Fail(std::move(done).error()));
  }
  // Its answer is the registry's; a repeat has the first one's.
  const bool asks = std::any_of(step.acts.begin(), step.acts.end(), [](const QueueAct& act) {
    return std::holds_alternative<SeizeAgent>(act.action);
  });
  if (!message.seize.empty() && (asks || forced_.contains(message.seize))) {
    forced_.emplace(message.seize, std::pair(*done, message.reply));
    return Run(std::move(step), {});
  }
  const auto over = std::find_if(step.over.begin(), step.over.end(),
                                 [&](const Ticket& ticket) { return ticket.id == *done; });
  const auto live = model_->tickets.find(*done);
  if (over == step.over.end() && live == model_->tickets.end()) {
    // A repeat, and the ticket is over since the first time: once all of it is kept.
    return Run(std::move(step), [kept = message.kept, reply = message.reply, id = *done] {
      if (kept) return kept(id, reply);
      reply(NotFound("TICKET_NOT_FOUND", "The ticket is over."));
    });
  }
  const TicketView view = ViewOf(over != step.over.end() ? *over : live->second);
  Run(std::move(step), [reply = message.reply, view] { reply(view); });
}

void QueueRunner::On(SteerMessage& message) {
  if (lost_) return message.reply(Unavailable("OWNER_GONE", "The queue's owner stops."));
  steered_.emplace(message.steer.request, std::move(message.reply));
  Run(Apply(*model_, std::move(message.steer), ports_.clock->Now(), *ports_.ids), {});
}

void QueueRunner::AnswerForced(const SeizeAnswered& event) {
  const auto [begin, end] = forced_.equal_range(event.seize);
  for (auto asked = begin; asked != end; ++asked) {
    const auto& [id, reply] = asked->second;
    const auto ticket = model_->tickets.find(id);
    if (!event.offer) {
      reply(Fail(NotTaken(event.reason)));
    } else if (ticket == model_->tickets.end()) {
      reply(NotFound("TICKET_NOT_FOUND", "The caller has left meanwhile."));
    } else {
      reply(ViewOf(ticket->second));
    }
  }
  forced_.erase(begin, end);
}

// Once a reason: what is refused of one caller is refused of all, and again at each asking.
void QueueRunner::WarnOfRefusal(const DemandClosed& event) {
  constexpr std::size_t kMostReasons = 16;
  if (event.refused.empty() || refused_as_.size() >= kMostReasons) return;
  if (!refused_as_.insert(event.refused).second) return;
  log_.Warn(
      "the registry does not take a demand; it is asked again, after pauses of up to 30 s",
      {{"queue_id", model_->queue.id}, {"ticket_id", event.demand}, {"reason", event.refused}});
}

void QueueRunner::Run(QueueStep step, std::function<void()> answer) {
  Batch batch{.acts = {}, .answer = std::move(answer)};
  for (auto& act : step.acts) {
    if (act.durable) {
      batch.acts.push_back(std::move(act.action));
    } else {
      Perform(act.action);
    }
  }
  for (const auto& id : step.changed) {
    const auto ticket = model_->tickets.find(id);
    if (ticket != model_->tickets.end()) ports_.watchers->OnTicket(ViewOf(ticket->second));
  }
  for (const auto& ticket : step.over) ports_.watchers->OnTicket(ViewOf(ticket));
  const bool writes = !step.writes.empty();
  const bool awaited = IsAwaited(batch);
  if (writes || !batch.acts.empty() || batch.answer) {
    batch.committed = !writes;
    batches_.push_back(std::move(batch));
    if (writes) {
      Keep(std::move(step.writes), awaited);
    } else if (awaited && !batches_.front().committed) {
      committer_->Hurry();  // It waits for the writes before it.
    }
    ReleaseCommitted();
  }
  if (writes || !step.changed.empty() || !step.over.empty()) Show();
}

// Where callers wait, an order to ring comes soon, and it waits for all that is written before.
bool QueueRunner::IsAwaited(const Batch& batch) const {
  return batch.answer || model_->order.size() > 0 ||
         std::any_of(batch.acts.begin(), batch.acts.end(), IsForSomebody);
}

void QueueRunner::Keep(Writes writes, bool awaited) {
  auto done = [me = me()](Status status) {
    caf::anon_send(me, QueueCommittedMessage{std::move(status)});
  };
  if (awaited) {
    committer_->Commit(std::move(writes), std::move(done));
  } else {
    committer_->CommitPatiently(std::move(writes), std::move(done));
  }
}

void QueueRunner::On(QueueCommittedMessage& message) {
  if (lost_) return;
  if (!message.status) return Lose(message.status.error());
  for (Batch& batch : batches_) {
    if (batch.committed) continue;
    batch.committed = true;  // Done comes in order of submission.
    break;
  }
  ReleaseCommitted();
}

void QueueRunner::ReleaseCommitted() {
  while (!lost_ && !batches_.empty() && batches_.front().committed) {
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    for (const auto& act : batch.acts) Perform(act);
    if (batch.answer) batch.answer();
  }
}

void QueueRunner::Lose(const Error& error) {
  lost_ = true;
  log_.Error("the queue is lost",
             {{"queue_id", model_->queue.id}, {"reason", error.reason}, {"detail", error.message}});
  batches_.clear();
  ports_.on_lost(error);
  self_->quit();
}

void QueueRunner::Perform(const QueueAction& action) {
  if (lost_) return;
  std::visit(Overloaded{[&](const ClaimCall& act) { ports_.calls->Do(unit(), act); },
                        [&](const AnswerCall& act) { ports_.calls->Do(unit(), act); },
                        [&](const RingAgent& act) { Perform(act); },
                        [&](const DialOut& act) { ports_.calls->Do(unit(), act); },
                        [&](const HangUpCall& act) { ports_.calls->Do(unit(), act); },
                        [&](const PlaySound& act) { ports_.calls->Do(unit(), act); },
                        [&](const AcknowledgeCall& act) { ports_.calls->Do(unit(), act); },
                        [&](const HoldLeg& act) { ports_.calls->Do(unit(), act); },
                        [&](const SteerTransfer& act) { ports_.calls->Do(unit(), act); },
                        [&](const DeclineOffer& act) { ports_.calls->Do(unit(), act); },
                        [&](const AnswerSteer& act) { Perform(act); },
                        [&](const HandOver& act) { Perform(act); },
                        [&](const LookUpNumber& act) { Perform(act); },
                        [&](const JoinPool& act) { Perform(act); },
                        [&](const StartTimer& act) { Perform(act); },
                        [&](const auto& wish) { PerformWish(wish); }},
             action);
}

void QueueRunner::Perform(const RingAgent& act) {
  ports_.calls->Ring(
      unit(), act,
      agent_pool::CheckFor(ports_.pool, unit().unit, act.agent.reservation,
                           [calls = ports_.calls, unit = unit(), call = act.call, leg = act.leg] {
                             calls->Do(unit, HangUpCall{.call = call, .leg = leg});
                           }));
}

// The other queue knows who comes before the edge says so.
void QueueRunner::Perform(const HandOver& act) {
  ports_.queues->Send(act.to, CallComing{act.call.call, act.with});
  ports_.calls->Do(unit(), act);
}

void QueueRunner::Perform(const LookUpNumber& act) {
  ports_.numbers->Resolve(act.number, std::nullopt, [me = me(), act](Result<Decision> found) {
    NumberFound event{.ticket = act.ticket,
                      .transfer = act.transfer,
                      .number = act.number,
                      .request = act.request,
                      .to = {},
                      .call = act.call};
    if (found && found->route) {
      event.to = found->destination;
      event.with = ComingBy(*found->route);
    }
    caf::anon_send(me, QueueEventMessage{std::move(event)});
  });
}

void QueueRunner::Perform(const AnswerSteer& act) {
  const auto [begin, end] = steered_.equal_range(act.request);
  for (auto asked = begin; asked != end; ++asked) {
    asked->second(act.refused ? Status(Fail(*act.refused)) : Status());
  }
  steered_.erase(begin, end);
}

void QueueRunner::Perform(const JoinPool& act) {
  ports_.pool->Join(unit(), PoolId(model_->queue.settings.pool), ToHeld(act.held));
}

void QueueRunner::Perform(const StartTimer& act) {
  ports_.timers->Start(act.after, [me = me(), generation = act.generation] {
    caf::anon_send(me, QueueEventMessage{TimerFired{generation}});
  });
}

caf::behavior QueueActor(caf::stateful_actor<QueueActorState>* self, QueuePorts ports,
                         std::shared_ptr<QueueModel> model, std::shared_ptr<Committer> committer,
                         logging::Logger log) {
  self->state.runner = std::make_unique<QueueRunner>(self, std::move(ports), std::move(model),
                                                     std::move(committer), std::move(log));
  auto* runner = self->state.runner.get();
  return {
      [runner](QueueEventMessage& message) { runner->On(message); },
      [runner](OrderMessage& message) { runner->On(message); },
      [runner](SteerMessage& message) { runner->On(message); },
      [runner](ListTicketsMessage& message) { runner->On(message); },
      [runner](GetTicketMessage& message) { runner->On(message); },
      [runner](StatsMessage& message) { runner->On(message); },
      [runner](RetireMessage& message) { runner->On(message); },
      [runner](QueueCommittedMessage& message) { runner->On(message); },
      [runner](ShowMessage& message) { runner->On(message); },
      [runner](ShowWaitsMessage& message) { runner->On(message); },
  };
}

}  // namespace callfleet::queue
