#pragma once
// One edge: a watch of the campaigns' calls, a watch of its trunks, and commands that are repeated
// until they are answered.
#include <grpcpp/channel.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/agent_pool/agent_pool.h"
#include "common/clock/timers.h"
#include "common/logging/logger.h"
#include "common/result/result.h"
#include "services/dialer/domain/events.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

struct EdgeLinkOptions {
  std::shared_ptr<grpc::Channel> channel;
  Timers* timers;  // Outlives the link.
};

// What an edge says; on gRPC's threads, in order for one kind.
class EdgeListener {
 public:
  virtual ~EdgeListener() = default;
  virtual void OnSnapshotBegin(const EdgeId& edge, const BootId& boot) = 0;
  virtual void OnFacts(const CampaignId& campaign, CallFacts facts) = 0;
  virtual void OnForgotten(const AttemptId& call) = 0;
  virtual void OnSnapshotEnd() = 0;
  virtual void OnTrunk(const TrunkId& trunk, TrunkPublished state) = 0;
  virtual void OnTrunkGone(const TrunkId& trunk) = 0;
  virtual void OnDown() = 0;
  virtual void OnReply(const CampaignId& campaign, CommandReply reply) = 0;
};

// The way to one edge. Thread safe.
class EdgeLink {
 public:
  virtual ~EdgeLink() = default;
  virtual void Start() = 0;
  // Waits for the answers to commands under way.
  virtual void Settle(std::chrono::steady_clock::time_point /*until*/) {}
  virtual void Stop() = 0;  // Nothing is told afterwards.

  // Placings are held back while a hang-up of the same leg or call is not answered.
  virtual void Ring(const UnitToken& unit, const RingAgent& ring, agent_pool::LeaseCheck lease) = 0;
  virtual void Dial(const UnitToken& unit, const Originate& originate) = 0;
  virtual void End(const UnitToken& unit, const HangUp& hang_up) = 0;
  virtual void Place(const UnitToken& unit, const PlaceTarget& place,
                     agent_pool::LeaseCheck lease) = 0;
  virtual void Offer(const UnitToken& unit, const OfferTalk& offer) = 0;
  virtual void Steer(const UnitToken& unit, const SteerEdge& steer) = 0;
  virtual void Acknowledge(const UnitToken& unit, const AttemptId& call) = 0;
  // No order of this owner but hang-ups is repeated any more, none is answered.
  virtual void Forget(const UnitToken& campaign) = 0;
  // TRUNK_UNKNOWN, or UNAVAILABLE where the edge does not answer within 2 s.
  virtual void FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) = 0;
};
using MakeEdgeLink = std::function<std::unique_ptr<EdgeLink>(EdgeListener*)>;

// Broken watches are opened again after 200 ms, for ever.
class GrpcEdgeLink final : public EdgeLink {
 public:
  GrpcEdgeLink(EdgeLinkOptions options, EdgeListener* listener, logging::Logger log);
  ~GrpcEdgeLink() override;  // Stop.
  GrpcEdgeLink(const GrpcEdgeLink&) = delete;
  GrpcEdgeLink& operator=(const GrpcEdgeLink&) = delete;

  void Start() override;
  void Settle(std::chrono::steady_clock::time_point until) override;
  void Stop() override;

  void Ring(const UnitToken& unit, const RingAgent& ring, agent_pool::LeaseCheck lease) override;
  void Dial(const UnitToken& unit, const Originate& originate) override;
  void End(const UnitToken& unit, const HangUp& hang_up) override;
  void Place(const UnitToken& unit, const PlaceTarget& place,
             agent_pool::LeaseCheck lease) override;
  void Offer(const UnitToken& unit, const OfferTalk& offer) override;
  void Steer(const UnitToken& unit, const SteerEdge& steer) override;
  void Acknowledge(const UnitToken& unit, const AttemptId& call) override;
  void Forget(const UnitToken& campaign) override;
  void FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) override;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::dialer
