// What operators ask of tickets: passed to the queue that has the ticket.
#include <atomic>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "services/queue/actors/queue_house.h"

namespace callfleet::queue {
namespace {

// What was asked, to be told from anything else.
std::string Joined(std::initializer_list<std::string> parts) {
  std::string all;
  for (const auto& part : parts) all += std::to_string(part.size()) + ':' + part;
  return all;
}

// The first queue that knows the ticket answers; when none does, the last answer counts.
struct Gathering {
  std::atomic<std::size_t> left{0};
  std::atomic<bool> answered{false};
  std::function<void(Result<TicketView>)> reply;

  void Hear(Result<TicketView> answer) {
    const bool unknown = !answer && answer.error().reason == "TICKET_NOT_FOUND";
    const bool last = left.fetch_sub(1) == 1;
    if (unknown && !last) return;
    if (!answered.exchange(true)) reply(std::move(answer));
  }
};

}  // namespace

void QueueHouse::AskAll(Reply<TicketView> reply,
                        std::function<void(const caf::actor&, Reply<TicketView>)> ask) const {
  std::vector<caf::actor> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [queue, actor] : queues_) all.push_back(actor);
  }
  if (all.empty()) return reply(NotFound("TICKET_NOT_FOUND", "No ticket has this id."));
  auto gathering = std::make_shared<Gathering>();
  gathering->left = all.size();
  gathering->reply = std::move(reply);
  for (const auto& actor : all) {
    ask(actor, [gathering](Result<TicketView> answer) { gathering->Hear(std::move(answer)); });
  }
}

void QueueHouse::Order(OrderMessage message) {
  message.kept = [this](const TicketId& over, const Reply<TicketView>& reply) {
    AnswerKept(over, reply);
  };
  bool all = false;
  {
    const std::lock_guard lock(mutex_);
    all = opening_.empty();
  }
  auto reply = [all, reply = std::move(message.reply)](Result<TicketView> answer) {
    const bool unknown = !answer && answer.error().reason == "TICKET_NOT_FOUND";
    reply(unknown && !all ? Result<TicketView>(Loading()) : std::move(answer));
  };
  AskAll(std::move(reply), [message](const caf::actor& actor, Reply<TicketView> reply) {
    auto one = message;
    one.reply = std::move(reply);
    caf::anon_send(actor, std::move(one));
  });
}

// Of one that is over, which the store has alone.
void QueueHouse::AnswerKept(const TicketId& id, const Reply<TicketView>& reply) const {
  const WallTime now = ports_.queue.clock->Now().wall;
  ports_.store->FindTicket(id, [reply, now](Result<std::pair<QueueId, Ticket>> kept) {
    if (!kept) return reply(Fail(std::move(kept).error()));
    reply(TicketView{.queue = kept->first, .ticket = std::move(kept->second), .now = now});
  });
}

// Of all queues: a request id is for one thing.
Status QueueHouse::IsFirst(const std::string& request, const std::string& what) {
  if (auto valid = CheckRequest(request); !valid) return valid;
  return used_.Use(request, what);
}

void QueueHouse::List(QueueId queue, TicketQuery query, Reply<TicketPage> reply) {
  const auto actor = Find(queue);
  if (!actor) return reply(NoQueue(queue));
  caf::anon_send(actor, ListTicketsMessage{std::move(query), std::move(reply)});
}

void QueueHouse::Get(TicketId id, Reply<TicketView> reply) {
  auto or_from_store = [this, id, reply = std::move(reply)](Result<TicketView> live) {
    if (live || live.error().reason != "TICKET_NOT_FOUND") return reply(std::move(live));
    AnswerKept(id, reply);
  };
  AskAll(std::move(or_from_store), [id](const caf::actor& actor, Reply<TicketView> one) {
    caf::anon_send(actor, GetTicketMessage{id, std::move(one)});
  });
}

void QueueHouse::Stats(QueueId queue, Reply<QueueView> reply) {
  const auto actor = Find(queue);
  if (!actor) return reply(NoQueue(queue));
  caf::anon_send(actor, StatsMessage{std::move(reply)});
}

void QueueHouse::SetPriority(TicketId id, int priority, Reply<TicketView> reply) {
  Order({.order = [id, priority](QueueStepper& step) { return step.SetPriority(id, priority); },
         .reply = std::move(reply),
         .seize = {}});
}

void QueueHouse::Force(RequestId request, TicketId id, AgentId agent, bool override_rules,
                       Reply<TicketView> reply) {
  const std::string seize = request.str();
  const std::string what = Joined({"assign", id.str(), agent.str(), override_rules ? "1" : "0"});
  if (auto first = IsFirst(seize, what); !first) return reply(Fail(first.error()));
  Order({.order = [id, agent, override_rules, seize](
                      QueueStepper& step) { return step.Force(id, agent, override_rules, seize); },
         .reply = std::move(reply),
         .seize = seize});
}

void QueueHouse::Requeue(RequeueOrder order, Reply<TicketView> reply) {
  const std::string what =
      Joined({"requeue", order.ticket.str(), order.to.str(),
              order.priority ? std::to_string(*order.priority) : std::string()});
  if (auto first = IsFirst(order.request, what); !first) return reply(Fail(first.error()));
  if (order.to == DirectQueue() || (!order.to.empty() && !Find(order.to))) {
    return reply(NoQueue(order.to));
  }
  Order({.order = [order = std::move(order)](QueueStepper& step) { return step.Requeue(order); },
         .reply = std::move(reply),
         .seize = {}});
}

void QueueHouse::SteerCall(Steer steer, std::function<void(Status)> reply) {
  const std::string what =
      Joined({"steer", steer.call.str(), steer.agent.str(), std::to_string(int(steer.what)),
              steer.to_agent.str(), steer.to_number, steer.to_queue.str()});
  if (auto first = IsFirst(steer.request, what); !first) return reply(first);
  const QueueId& to = steer.to_queue;
  if (to == DirectQueue() || (!to.empty() && !Find(to))) return reply(NoQueue(to));
  caf::actor owner;
  bool loading = false;
  {
    const std::lock_guard lock(mutex_);
    const auto call = calls_.find(steer.call);
    const auto& unit = call == calls_.end() ? std::nullopt : call->second.fact.controller;
    if (unit && unit->unit.kind == UnitKind::kQueue) {
      const auto queue = queues_.find(QueueId(unit->unit.id));
      if (queue != queues_.end()) owner = queue->second;
      loading = opening_.contains(QueueId(unit->unit.id));
    }
  }
  if (!owner) {
    return reply(loading ? Status(Loading())
                         : NotFound("CALL_NOT_FOUND", "No such call of a queue."));
  }
  caf::anon_send(owner, SteerMessage{std::move(steer), std::move(reply)});
}

void QueueHouse::Remove(TicketId id, Reply<TicketView> reply) {
  Order({.order = [id](QueueStepper& step) { return step.Remove(id); },
         .reply = std::move(reply),
         .seize = {}});
}

void QueueHouse::CallBack(CallbackOrder order, Reply<TicketView> reply) {
  const std::string what = Joined({"callback", order.ticket.str(), order.queue.str(), order.number,
                                   std::to_string(order.priority),
                                   std::to_string(order.not_before.time_since_epoch().count())});
  if (auto first = IsFirst(order.request, what); !first) return reply(Fail(first.error()));
  if (order.ticket.empty()) return NewCallback(order, std::move(reply));
  Order({.order = [order = std::move(order)](QueueStepper& step) { return step.CallBack(order); },
         .reply = std::move(reply),
         .seize = {}});
}

// An earlier owner may have made it; it may be over since then, and no queue knows it any more.
void QueueHouse::NewCallback(const CallbackOrder& order, Reply<TicketView> reply) {
  const auto actor = Find(order.queue);
  if (!actor) return reply(NoQueue(order.queue));
  const TicketId id = CallbackTicket(order.request);
  auto make = [this, actor, order, reply](Result<std::pair<QueueId, Ticket>> made) {
    if (made) {
      const bool same = made->first == order.queue && made->second.caller == order.number;
      return same ? Get(CallbackTicket(order.request), reply) : reply(RequestReused());
    }
    if (made.error().reason != "TICKET_NOT_FOUND") return reply(Fail(std::move(made).error()));
    caf::anon_send(
        actor,
        OrderMessage{.order = [order](QueueStepper& step) { return step.NewCallback(order); },
                     .reply = reply,
                     .seize = {},
                     .kept =
                         [this, number = order.number](const TicketId& over,
                                                       const Reply<TicketView>& asked) {
                           AnswerKept(over, [number, asked](Result<TicketView> kept) {
                             const bool same = !kept || kept->ticket.caller == number;
                             asked(same ? std::move(kept) : Result<TicketView>(RequestReused()));
                           });
                         }});
  };
  ports_.store->FindTicket(id, std::move(make));
}

}  // namespace callfleet::queue
