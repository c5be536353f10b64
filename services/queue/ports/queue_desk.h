#pragma once
// Driving: what operators ask.
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/queue/domain/directory.h"
#include "services/queue/domain/number_plan.h"
#include "services/queue/domain/queue_events.h"
#include "services/queue/domain/ticket_orders.h"
#include "services/queue/ports/watchers.h"

namespace callfleet::queue {

template <class T>
using DeskReply = std::function<void(Result<T>)>;

// Queues and numbers. Thread safe, never blocks; each reply is called once, on any thread.
class QueueDesk {
 public:
  template <class T>
  using Reply = DeskReply<T>;

  virtual ~QueueDesk() = default;
  virtual void Create(RequestId request, QueueSettings settings, Reply<Queue> reply) = 0;
  virtual void Get(QueueId id, Reply<Queue> reply) = 0;
  virtual void List(std::string after, std::size_t size, Reply<Directory::Page> reply) = 0;
  virtual void Update(QueueId id, QueueSettings settings, Reply<Queue> reply) = 0;
  virtual void SetState(QueueId id, QueueState state, Reply<Queue> reply) = 0;
  virtual void Remove(QueueId id, Reply<Queue> reply) = 0;
  virtual void SetRoute(Route route, Reply<Route> reply) = 0;
  // Replies how many routes have changed.
  virtual void SetCallerIds(std::map<CampaignId, std::string> caller_ids,
                            Reply<std::size_t> reply) = 0;
  virtual void RemoveRoute(std::string number, RouteMatch match, Reply<Route> reply) = 0;
  virtual void ListRoutes(std::string after, std::size_t size, Reply<NumberPlan::Page> reply) = 0;
  virtual void Resolve(std::string number, std::optional<WallTime> at, Reply<Decision> reply) = 0;
};

struct TicketQuery {
  std::string after;  // The last one of the page before; empty: from the head.
  std::size_t size = 0;
  std::set<TicketState> states{};  // Empty: in any.
  bool callbacks = false;          // Those of callbacks alone.
  bool Wants(const Ticket& ticket) const {
    return (!callbacks || ticket.IsCallback()) && (states.empty() || states.contains(ticket.state));
  }
};

struct TicketPage {
  std::vector<TicketView> tickets;
  std::string next;
};

// Tickets and figures. As above. A ticket without its queue is looked for in all of them. What has
// a request id is done once: a repeat is answered with the ticket as it is by then, also by a
// successor, or as it was refused; IDEMPOTENCY_KEY_REUSED where the id was for something else.
class TicketDesk {
 public:
  template <class T>
  using Reply = DeskReply<T>;

  virtual ~TicketDesk() = default;
  virtual void List(QueueId queue, TicketQuery query, Reply<TicketPage> reply) = 0;
  virtual void Get(TicketId id, Reply<TicketView> reply) = 0;
  virtual void Stats(QueueId queue, Reply<QueueView> reply) = 0;
  virtual void SetPriority(TicketId id, int priority, Reply<TicketView> reply) = 0;
  virtual void Force(RequestId request, TicketId id, AgentId agent, bool override_rules,
                     Reply<TicketView> reply) = 0;
  virtual void Requeue(RequeueOrder order, Reply<TicketView> reply) = 0;
  virtual void Remove(TicketId id, Reply<TicketView> reply) = 0;
  virtual void CallBack(CallbackOrder order, Reply<TicketView> reply) = 0;
  // A call that a queue controls, by its id.
  virtual void SteerCall(Steer steer, std::function<void(Status)> reply) = 0;
};

}  // namespace callfleet::queue
