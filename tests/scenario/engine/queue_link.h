#pragma once
// The queue's way to the edge, with the real converters: what adapters/edge_link does over gRPC.
#include <memory>

#include "common/ids/id_source.h"
#include "services/queue/ports/call_control.h"
#include "services/queue/ports/call_facts.h"
#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

class QueueEdgeLink final : public queue::CallControl {
 public:
  QueueEdgeLink(House* house, LifeRef life, IdSource* ids);
  ~QueueEdgeLink() override;
  void Start(queue::CallFacts* facts);
  void Stop();
  void Do(const UnitToken& unit, queue::EdgeCommand command) override;
  void Ring(const UnitToken& unit, const queue::RingAgent& ring,
            agent_pool::LeaseCheck lease) override;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::engine
