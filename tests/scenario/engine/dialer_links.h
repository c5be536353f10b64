#pragma once
// The dialer's way to the edge, with the real converters.
#include <memory>

#include "common/agent_pool/agent_pool.h"
#include "services/dialer/adapters/edge_link.h"
#include "tests/scenario/engine/house.h"

namespace callfleet::engine {

class DialerEdgeLink final : public dialer::EdgeLink {
 public:
  DialerEdgeLink(House* house, LifeRef life, dialer::EdgeListener* listener);
  ~DialerEdgeLink() override;

  void Start() override;
  void Stop() override;
  void Ring(const UnitToken& unit, const dialer::RingAgent& ring,
            agent_pool::LeaseCheck lease) override;
  void Dial(const UnitToken& unit, const dialer::Originate& originate) override;
  void End(const UnitToken& unit, const dialer::HangUp& hang_up) override;
  void Place(const UnitToken& unit, const dialer::PlaceTarget& place,
             agent_pool::LeaseCheck lease) override;
  void Offer(const UnitToken& unit, const dialer::OfferTalk& offer) override;
  void Steer(const UnitToken& unit, const dialer::SteerEdge& steer) override;
  void Acknowledge(const UnitToken& unit, const AttemptId& call) override;
  void Forget(const UnitToken& campaign) override;
  void FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) override;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::engine
