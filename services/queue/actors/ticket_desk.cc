// What operators ask of tickets: passed to the queue that has the ticket.
#include <atomic>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "services/queue/actors/queue_house.h"

namespace callfleet::queue {
namespace {

tl::unexpected<Error> NoQueue() {
  return NotFound("QUEUE_NOT_FOUND", "No queue of this id is open.");
}

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

void QueueHouse::AskAll(const TicketId& id, Reply<TicketView> reply,
                        std::function<void(const caf::actor&, Reply<TicketView>)> ask) const {
  std::vector<caf::actor> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [queue, actor] : queues_) all.push_back(actor);
  }
  if (all.empty()) return reply(NotFound("TICKET_NOT_FOUND", "No ticket has the id " + id.str()));
  auto gathering = std::make_shared<Gathering>();
  gathering->left = all.size();
  gathering->reply = std::move(reply);
  for (const auto& actor : all) {
    ask(actor, [gathering](Result<TicketView> answer) { gathering->Hear(std::move(answer)); });
  }
}

void QueueHouse::Order(const TicketId& id, OrderMessage message) {
  AskAll(id, std::move(message.reply), [message](const caf::actor& actor, Reply<TicketView> reply) {
    auto one = message;
    one.reply = std::move(reply);
    caf::anon_send(actor, std::move(one));
  });
}

void QueueHouse::List(QueueId queue, std::string after, std::size_t size, Reply<TicketPage> reply) {
  const auto actor = Find(queue);
  if (!actor) return reply(NoQueue());
  caf::anon_send(actor, ListTicketsMessage{std::move(after), size, std::move(reply)});
}

void QueueHouse::Get(TicketId id, Reply<TicketView> reply) {
  // An ended one is in the store only.
  auto or_from_store = [this, id, reply = std::move(reply)](Result<TicketView> live) {
    if (live || live.error().reason != "TICKET_NOT_FOUND") return reply(std::move(live));
    const WallTime now = ports_.queue.clock->Now().wall;
    ports_.store->FindTicket(id, [reply, now](Result<std::pair<QueueId, Ticket>> kept) {
      if (!kept) return reply(Fail(std::move(kept).error()));
      reply(TicketView{.queue = kept->first, .ticket = std::move(kept->second), .now = now});
    });
  };
  AskAll(id, std::move(or_from_store), [id](const caf::actor& actor, Reply<TicketView> one) {
    caf::anon_send(actor, GetTicketMessage{id, std::move(one)});
  });
}

void QueueHouse::Stats(QueueId queue, Reply<QueueView> reply) {
  const auto actor = Find(queue);
  if (!actor) return reply(NoQueue());
  caf::anon_send(actor, StatsMessage{std::move(reply)});
}

void QueueHouse::SetPriority(TicketId id, int priority, Reply<TicketView> reply) {
  Order(id, {.order = [id, priority](QueueStepper& step) { return step.SetPriority(id, priority); },
             .reply = std::move(reply),
             .seize = {}});
}

void QueueHouse::Force(RequestId request, TicketId id, AgentId agent, bool override_rules,
                       Reply<TicketView> reply) {
  if (request.empty() || request.str().size() > 64) {
    return reply(InvalidField("request_id", "1 to 64 characters."));
  }
  const std::string seize = request.str();
  const std::string what = Joined({"assign", id.str(), agent.str(), override_rules ? "1" : "0"});
  if (auto used = used_.Use(seize, what); !used) return reply(Fail(used.error()));
  Order(id,
        {.order = [id, agent, override_rules, seize](
                      QueueStepper& step) { return step.Force(id, agent, override_rules, seize); },
         .reply = std::move(reply),
         .seize = seize});
}

void QueueHouse::Requeue(TicketId id, QueueId to, std::optional<int> priority,
                         Reply<TicketView> reply) {
  if (to == DirectQueue() || (!to.empty() && !Find(to))) return reply(NoQueue());
  Order(id,
        {.order = [id, to, priority](QueueStepper& step) { return step.Requeue(id, to, priority); },
         .reply = std::move(reply),
         .seize = {}});
}

void QueueHouse::SteerCall(Steer steer, std::function<void(Status)> reply) {
  const std::string what =
      Joined({"steer", steer.call.str(), steer.agent.str(), std::to_string(int(steer.what)),
              steer.to_agent.str(), steer.to_number, steer.to_queue.str()});
  if (auto used = used_.Use(steer.request, what); !used) return reply(used);
  const QueueId& to = steer.to_queue;
  if (to == DirectQueue() || (!to.empty() && !Find(to))) return reply(NoQueue());
  caf::actor owner;
  {
    const std::lock_guard lock(mutex_);
    const auto call = calls_.find(steer.call);
    const auto& unit = call == calls_.end() ? std::nullopt : call->second.fact.controller;
    if (unit && unit->unit.kind == UnitKind::kQueue) {
      const auto queue = queues_.find(QueueId(unit->unit.id));
      if (queue != queues_.end()) owner = queue->second;
    }
  }
  if (!owner) return reply(NotFound("CALL_NOT_FOUND", "No such call of a queue."));
  caf::anon_send(owner, SteerMessage{std::move(steer), std::move(reply)});
}

void QueueHouse::Remove(TicketId id, Reply<TicketView> reply) {
  Order(id, {.order = [id](QueueStepper& step) { return step.Remove(id); },
             .reply = std::move(reply),
             .seize = {}});
}

void QueueHouse::CallBack(TicketId id, std::string number, WallTime not_before,
                          Reply<TicketView> reply) {
  Order(id, {.order = [id, number, not_before](
                          QueueStepper& step) { return step.CallBack(id, number, not_before); },
             .reply = std::move(reply),
             .seize = {}});
}

void QueueHouse::NewCallback(QueueId queue, std::string number, int priority, WallTime not_before,
                             Reply<TicketView> reply) {
  const auto actor = Find(queue);
  if (!actor) return reply(NoQueue());
  caf::anon_send(actor, OrderMessage{.order =
                                         [number, priority, not_before](QueueStepper& step) {
                                           return step.NewCallback(number, priority, not_before);
                                         },
                                     .reply = std::move(reply),
                                     .seize = {}});
}

}  // namespace callfleet::queue
