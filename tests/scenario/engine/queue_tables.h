#pragma once
// The queue's tables, and the store that one process has of them.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "services/queue/domain/directory.h"
#include "services/queue/domain/number_plan.h"
#include "services/queue/ports/queue_store.h"
#include "tests/scenario/engine/database.h"
#include "tests/scenario/engine/event_log.h"

namespace callfleet::engine {

// Of a person: "+1900" and the figures of the name.
inline std::string DirectNumberOf(const std::string& agent) { return "+1900" + agent.substr(5); }

// Outlives all processes. What must not be written breaks a promise.
class QueueTables {
 public:
  struct TicketRow {
    QueueId queue;
    std::string record;  // As kept: what is not in it is lost with the process.
    CallId call{};
    std::string caller{};
    AgentId agent{};
    queue::TicketEnd end = queue::TicketEnd::kNone;
    WallTime since{};
    WallTime ended{};
    bool waits = false;  // For any agent, with the caller on the line.
    bool callback = false;
    std::optional<WallTime> answered{};
    bool open() const { return end == queue::TicketEnd::kNone; }
  };
  // Of tickets, since a queue was loaded last.
  struct Counts {
    std::uint64_t answered = 0;
    std::map<queue::TicketEnd, std::uint64_t> ends{};
  };
  // What one start of the process gets.
  struct Taken {
    UnitToken unit;
    queue::Directory directory;
    queue::NumberPlan plan;
  };

  explicit QueueTables(Kernel* kernel) : kernel_(kernel) {}

  void AddQueue(const queue::Queue& queue) { queues_[queue.id] = queue; }
  void AddRoute(const queue::Route& route) { routes_.push_back(route); }
  const std::map<QueueId, queue::Queue>& queues() const { return queues_; }

  // --- Transactions
  Taken Take(Database* database) const;
  std::shared_ptr<queue::QueueModel> Load(Database* database, const queue::Queue& queue,
                                          WallTime now) const;
  void Write(const Unit& unit, const queue::Writes& writes);

  // Null: the call has no ticket that is open.
  const TicketRow* OpenTicketOf(const CallId& call) const;
  bool HadTicket(const CallId& call) const { return by_call_.contains(call); }

  std::map<TicketId, TicketRow> tickets;
  std::set<CallId> refused;  // Calls that were not let in, or left before.
  mutable std::map<QueueId, Counts> since_load;
  std::map<std::string, int> callback_tries;  // By number, each of which is one callback's.
  bool may_return = false;  // A call may come to a queue a second time: people pass it around.
  EventLog events{"callfleet/queue"};

 private:
  void Apply(const queue::SaveTicket& write);
  void Apply(const queue::CallRefused& write) { refused.insert(write.call); }
  // Queues and numbers are there from the start and stay as they are.
  template <class Other>
  void Apply(const Other&) {}

  std::map<QueueId, std::map<std::string, queue::KeepRequest>> requests_;
  Kernel* kernel_;
  std::map<QueueId, queue::Queue> queues_;
  std::vector<queue::Route> routes_;
  std::unordered_map<CallId, std::vector<TicketId>> by_call_;
  std::map<QueueId, std::vector<TicketId>> ended_;  // In order.
};

// One process's way to the tables.
class QueueStoreRun final : public queue::QueueStore {
 public:
  QueueStoreRun(QueueTables* tables, Database* database, LifeRef life)
      : tables_(tables),
        database_(database),
        life_(life),
        writer_(std::make_shared<GroupCommit>(database, life)) {}

  void Load(const queue::Queue& queue, WallTime now,
            Reply<std::shared_ptr<queue::QueueModel>> reply) override;
  std::unique_ptr<queue::Committer> Open(const UnitToken& unit) override;
  void FindTicket(const TicketId& id, Reply<std::pair<QueueId, queue::Ticket>> reply) override;

 private:
  QueueTables* tables_;
  Database* database_;
  LifeRef life_;
  std::shared_ptr<GroupCommit> writer_;
};

}  // namespace callfleet::engine
