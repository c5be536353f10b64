#pragma once
// A queue with many callers at once, an edge that does as it is told, and people who do as they
// like: calls, drops, callbacks, transfers, overflow, operators, an edge that is lost.
#include <random>

#include "tests/unit/queue/queue_world.h"

namespace callfleet::queue::test {

class BusyQueue : public QueueWorld {
 public:
  BusyQueue();
  // One thing that may happen now, and all that follows from it.
  void Happen(std::mt19937& random);
  // Nobody calls any more, and everybody goes.
  void Close();
  std::map<std::string, int> happened;

 private:
  // --- The edge and the registry do what was asked, each command once.
  void Obey();
  template <class Other>
  void Do(const Other&) {}
  void Do(const ClaimCall& act);
  void Do(const AnswerCall& act);
  void Do(const RingAgent& act);
  void Do(const DialOut& act);
  void Do(const HangUpCall& act);
  void Do(const HandOver& act);
  void Do(const AcknowledgeCall& act);
  void Do(const SteerTransfer& act);
  void Do(const SendDemand& act) { demands_[act.demand] = act; }
  void Do(const CancelDemand& act) { demands_.erase(act.demand); }
  void Do(const SeizeAgent& act) { seizes_.push_back(act.seize); }

  CallFact* Live(const CallId& id);
  UnitToken Us() const { return {{UnitKind::kQueue, model.queue.id.str()}, 7}; }
  void Publish(CallFact& fact);
  void End(LegFact& leg) const;
  void EndAll(CallFact& fact);
  void EndLeg(CallFact& fact, LegFact& leg, bool keep_peers);
  void TransferOver(CallFact& fact, bool completed);
  void Bridge(CallFact& fact, LegFact& agent);

  // --- What people do.
  void Arrive(std::mt19937& random);
  void Grant(std::mt19937& random);
  void AgentActs(CallFact& fact, std::mt19937& random);
  void CustomerActs(CallFact& fact, std::mt19937& random);
  void SomebodySteers(const CallFact& fact, std::mt19937& random);
  void AnOperatorActs(std::mt19937& random);
  void TheOtherQueueActs(CallFact& fact, std::mt19937& random);
  void ASeizeIsAnswered(std::mt19937& random);
  void TheEdgeIsLost();
  CallFact* AnyCall(std::mt19937& random);

  std::size_t seen_ = 0;
  std::map<TicketId, SendDemand> demands_;
  std::vector<std::string> seizes_;
  int callers_ = 0;
  int asked_ = 0;
  int boots_ = 0;
};

}  // namespace callfleet::queue::test
