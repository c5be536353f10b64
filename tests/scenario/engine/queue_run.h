#pragma once
// One process of queue: the real queues, numbers and pool session on simulated ways.
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "common/ids/id_source.h"
#include "services/queue/app/core.h"
#include "tests/scenario/engine/house.h"
#include "tests/scenario/engine/queue_link.h"
#include "tests/scenario/engine/queue_tables.h"

namespace callfleet::engine {

class QueueRun final : public queue::Watchers, public queue::AgentDesk, public IdSource {
 public:
  // `on_lost`: it wants to end itself.
  QueueRun(House* house, LifeRef life, QueueTables::Taken taken, Task on_lost);
  ~QueueRun() override;  // As kill -9: what was not committed is gone.

  void Start();
  // SIGTERM: nothing is begun any more, what was begun is written.
  void Close();
  const LifeRef& life() const { return life_; }
  queue::TicketDesk& tickets() { return core_->tickets(); }
  // Somebody has waited in this queue for so long, and is asked for at the registry.
  MonoDuration LongestWait(const QueueId& queue) const;

  // --- Ports
  void OnQueue(const queue::QueueView& view) override { views[view.queue.id] = view; }
  void OnTicket(const queue::TicketView& view) override;
  void OnRemoved(const QueueId&) override {}
  void Do(const queue::AgentWish& wish, std::function<void(Status)> reply) override;
  std::string Next() override;

  std::map<QueueId, queue::QueueView> views;

 private:
  // No number of a scenario has hours.
  class NoZones final : public queue::ZoneRules {
   public:
    std::optional<queue::LocalTime> LocalAt(const std::string&, WallTime) const override {
      return std::nullopt;
    }
  };
  struct Waiting {
    QueueId queue;
    WallTime place{};  // Since when, less the priority's bonus.
    MonoDuration asked{0};
  };
  void ProveToken();
  void OnLost();
  void CheckOrder(const queue::TicketView& granted) const;

  House* house_;
  LifeRef life_;
  UnitToken unit_;
  Task on_lost_;
  bool lost_ = false;
  std::uint64_t ids_ = 0;
  NoZones zones_;
  QueueStoreRun store_;
  std::unique_ptr<queue::Committer> committer_;
  QueueEdgeLink link_;
  std::map<TicketId, Waiting> waiting_;
  std::unique_ptr<queue::Core> core_;
};

}  // namespace callfleet::engine
