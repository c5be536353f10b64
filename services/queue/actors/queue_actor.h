#pragma once
// One queue: mailbox -> domain step -> writes and acts. Durable acts leave in order once the writes
// of their step and of all earlier ones are committed; urgent ones leave at once.
#include <caf/all.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/agent_pool/agent_pool.h"
#include "common/clock/clock.h"
#include "common/clock/timers.h"
#include "common/ids/id_source.h"
#include "common/logging/logger.h"
#include "services/queue/actors/pool_words.h"
#include "services/queue/actors/queue_messages.h"
#include "services/queue/ports/call_control.h"
#include "services/queue/ports/committer.h"
#include "services/queue/ports/queue_desk.h"
#include "services/queue/ports/queue_inbox.h"
#include "services/queue/ports/watchers.h"

namespace callfleet::queue {

// All outlive the actors.
struct QueuePorts {
  agent_pool::AgentPool* pool;
  CallControl* calls;
  QueueInbox* queues;            // The others, for calls that are sent on.
  QueueDesk* numbers = nullptr;  // Where a dialled number leads.
  Timers* timers;
  Watchers* watchers;
  const Clock* clock;
  IdSource* ids;
  // The unit is lost or its writes are: nothing more may be done in its name. Once; any thread.
  std::function<void(const Error&)> on_lost;
};

// What runs inside the actor; one thread at a time, lives as long as the actor.
class QueueRunner {
 public:
  QueueRunner(caf::event_based_actor* self, QueuePorts ports, std::shared_ptr<QueueModel> model,
              std::shared_ptr<Committer> committer, logging::Logger log);

  void On(QueueEventMessage& message);
  void On(OrderMessage& message);
  void On(SteerMessage& message);
  void On(ListTicketsMessage& message);
  void On(GetTicketMessage& message);
  void On(StatsMessage& message);
  void On(RetireMessage& message);
  void On(QueueCommittedMessage& message);
  void On(ShowMessage& message);
  void On(ShowWaitsMessage& message);

 private:
  struct Batch {
    std::vector<QueueAction> acts;
    std::function<void()> answer;
    bool committed = false;
  };

  void Run(QueueStep step, std::function<void()> answer);
  bool IsAwaited(const Batch& batch) const;
  void Keep(Writes writes, bool awaited);
  void ReleaseCommitted();
  void Lose(const Error& error);
  void Show();
  void AnswerForced(const SeizeAnswered& event);
  void WarnOfRefusal(const DemandClosed& event);
  TicketView ViewOf(const Ticket& ticket) const;
  QueueView ViewOfAll() const;

  void Perform(const QueueAction& action);
  void Perform(const RingAgent& act);
  void Perform(const HandOver& act);
  void Perform(const LookUpNumber& act);
  void Perform(const JoinPool& act);
  void Perform(const StartTimer& act);
  void Perform(const AnswerSteer& act);
  template <class Wish>
  void PerformWish(const Wish& wish) {
    ports_.pool->Ask(unit().unit, ToWish(wish));
  }

  UnitToken unit() const {
    return {.unit = {UnitKind::kQueue, model_->queue.id.str()}, .token = model_->token};
  }
  caf::actor me() const { return caf::actor_cast<caf::actor>(self_); }

  caf::event_based_actor* self_;
  QueuePorts ports_;
  std::shared_ptr<QueueModel> model_;
  std::shared_ptr<Committer> committer_;
  logging::Logger log_;
  std::deque<Batch> batches_;
  std::multimap<std::string, std::pair<TicketId, DeskReply<TicketView>>> forced_;  // By seize id.
  std::multimap<std::string, std::function<void(Status)>> steered_;                // By request.
  std::set<std::string> refused_as_;  // Why the registry takes no demand, as told.
  bool show_armed_ = false;
  bool show_again_ = false;
  bool waits_armed_ = false;
  bool lost_ = false;
};

struct QueueActorState {
  static inline constexpr const char* name = "queue";
  std::unique_ptr<QueueRunner> runner;
};

caf::behavior QueueActor(caf::stateful_actor<QueueActorState>* self, QueuePorts ports,
                         std::shared_ptr<QueueModel> model, std::shared_ptr<Committer> committer,
                         logging::Logger log);

}  // namespace callfleet::queue
