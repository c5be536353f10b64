#pragma once
// The queues that are open in this process: opens and closes their actors, passes on what is for
// them, and lets each hear of its calls, also of those that the edge told before it was open.
#include <caf/all.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/logging/logger.h"
#include "common/steering/used_requests.h"
#include "services/queue/actors/queue_actor.h"
#include "services/queue/ports/call_facts.h"
#include "services/queue/ports/queue_desk.h"
#include "services/queue/ports/queue_inbox.h"
#include "services/queue/ports/queue_store.h"

namespace callfleet::queue {

struct HousePorts {
  QueueStore* store;
  QueuePorts queue;    // `queues`, `numbers` and `pool` are filled by who builds the house.
  CallFacts* routing;  // Hears every fact too.
};

// Thread safe; the ports outlive it.
class QueueHouse final : public QueueInbox, public TicketDesk, public CallFacts {
 public:
  QueueHouse(caf::actor_system& system, HousePorts ports, const logging::Logger& log);
  void UsePool(agent_pool::AgentPool* pool) { ports_.queue.pool = pool; }
  void UseNumbers(QueueDesk* numbers) { ports_.queue.numbers = numbers; }

  // Takes the unit, reads its tickets and begins. Tried again each second while the database is
  // away or has too much to read; anything else that fails loses the process. Until then who asks
  // for the queue hears UNAVAILABLE QUEUE_LOADING; `opened` is called once it is there.
  void Open(const Queue& queue, std::function<void()> opened = {});
  // These will be opened.
  void Expect(const std::vector<Queue>& queues);
  // QUEUE_IN_USE while somebody is in it; else it takes nobody in any more.
  void Retire(const QueueId& queue, std::function<void(Status)> reply);
  void Close(const QueueId& queue);
  void StopAll(bool kill);
  std::size_t size() const;

  void Send(const QueueId& queue, QueueEvent event) override;

  void OnSnapshot(const EdgeId& edge, const BootId& boot) override;
  void OnFact(CallFact fact) override;
  void OnWhole(const EdgeId& edge) override;
  void OnDown(const EdgeId& edge) override;
  void OnAllHeard() override;
  void OnForgotten(CallId call) override;
  void OnRefused(const Unit& unit, CommandRefused refused) override;

  void List(QueueId queue, TicketQuery query, Reply<TicketPage> reply) override;
  void Get(TicketId id, Reply<TicketView> reply) override;
  void Stats(QueueId queue, Reply<QueueView> reply) override;
  void SetPriority(TicketId id, int priority, Reply<TicketView> reply) override;
  void Force(RequestId request, TicketId id, AgentId agent, bool override_rules,
             Reply<TicketView> reply) override;
  void Requeue(RequeueOrder order, Reply<TicketView> reply) override;
  void Remove(TicketId id, Reply<TicketView> reply) override;
  void CallBack(CallbackOrder order, Reply<TicketView> reply) override;
  void SteerCall(Steer steer, std::function<void(Status)> reply) override;

 private:
  struct Call {
    CallFact fact;
    std::set<QueueId> queues;                // That were told of it.
    std::map<QueueId, CallComing> coming{};  // To queues that are not open yet.
  };
  void Load(const Queue& queue, std::function<void()> opened);
  bool Opened(const Queue& queue, Result<std::shared_ptr<QueueModel>> model,
              const std::function<void()>& opened);
  static tl::unexpected<Error> Loading();
  tl::unexpected<Error> NoQueue(const QueueId& queue) const;
  caf::actor Find(const QueueId& queue) const;
  void Tell(const QueueId& queue, const CallFact& fact);  // Under the lock.
  EdgeUp UpFor(const QueueId& queue, const EdgeId& edge) const;
  void TellAll(const QueueEvent& event);  // Under the lock.
  void Order(OrderMessage message);
  void NewCallback(const CallbackOrder& order, Reply<TicketView> reply);
  void AnswerKept(const TicketId& id, const Reply<TicketView>& reply) const;
  Status IsFirst(const std::string& request, const std::string& what);
  void AskAll(Reply<TicketView> reply,
              std::function<void(const caf::actor&, Reply<TicketView>)> ask) const;

  caf::actor_system& system_;
  HousePorts ports_;
  logging::Logger log_;
  UsedRequests used_;         // Of all queues: a request id is for one thing.
  mutable std::mutex mutex_;  // Held while telling, so that each queue hears things in order.
  std::map<QueueId, caf::actor> queues_;
  // Being read, or soon; with the settings that were changed meanwhile.
  std::map<QueueId, std::optional<SettingsChanged>> opening_;
  std::map<CallId, Call> calls_;
  struct Edge {
    BootId boot;
    bool whole = false;  // Heard, and watched now.
  };
  std::map<EdgeId, Edge> edges_;
  bool all_heard_ = false;
  bool stopped_ = false;
};

}  // namespace callfleet::queue
