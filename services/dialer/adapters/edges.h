#pragma once
// All edges: which campaign hears what, and which edge a command goes to.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "services/dialer/adapters/edge_link.h"
#include "services/dialer/ports/call_control.h"
#include "services/dialer/ports/campaign_inbox.h"

namespace callfleet::dialer {

// Thread safe. The inbox outlives Stop.
class Edges final : public CallControl {
 public:
  Edges(std::vector<std::shared_ptr<grpc::Channel>> channels, Timers* timers,
        CampaignInbox* campaigns, const logging::Logger& log);
  Edges(const std::vector<MakeEdgeLink>& links, CampaignInbox* campaigns);
  ~Edges() override;

  void Start();
  // Waits for commands under way, at most so long.
  void Settle(std::chrono::milliseconds limit);
  void Stop();
  bool connected() const;  // Some edge's snapshot was heard and its watch stands.

  void Follow(const UnitToken& campaign, const TrunkId& trunk) override;
  void Forget(const CampaignId& campaign) override;
  void Ring(const UnitToken& campaign, const RingAgent& ring,
            agent_pool::LeaseCheck lease) override;
  void Dial(const UnitToken& campaign, const Originate& originate) override;
  void End(const UnitToken& campaign, const HangUp& hang_up) override;
  void Place(const UnitToken& campaign, const PlaceTarget& place,
             agent_pool::LeaseCheck lease) override;
  void Offer(const UnitToken& campaign, const OfferTalk& offer) override;
  void Steer(const UnitToken& campaign, const SteerEdge& steer) override;
  std::optional<CampaignId> OwnerOf(const AttemptId& call) const override;
  void Acknowledged(const UnitToken& campaign, const Acknowledge& acknowledge) override;
  void FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) override;

 private:
  class Edge;
  friend class Edge;
  void TellUp(Edge* edge, const CampaignId& campaign);
  void TellTrunk(const TrunkId& trunk);
  TrunkPublished StateOf(const TrunkId& trunk) const;
  EdgeLink* LinkOf(const EdgeId& edge);

  CampaignInbox* campaigns_;
  mutable std::mutex mutex_;  // Held while telling, so that each campaign hears things in order.
  std::vector<std::unique_ptr<Edge>> edges_;
  struct Follower {
    UnitToken owner;
    TrunkId trunk;
  };
  std::map<CampaignId, Follower> followers_;
};

}  // namespace callfleet::dialer
