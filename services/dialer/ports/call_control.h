#pragma once
// Driven: the edges, as a campaign uses them. Replies and facts come back through CampaignInbox.
#include <functional>
#include <optional>

#include "common/agent_pool/agent_pool.h"
#include "common/ids/ids.h"
#include "common/result/result.h"
#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

// Thread safe, never blocks. A command whose answer was lost is repeated with its request id until
// the edge answers, so each Ring and Originate has exactly one CommandReply.
class CallControl {
 public:
  virtual ~CallControl() = default;
  // Facts of this campaign's calls, the state of its trunk and EdgeUp for each edge, from now on.
  virtual void Follow(const UnitToken& campaign, const TrunkId& trunk) = 0;
  virtual void Forget(const CampaignId& campaign) = 0;
  // The lease is asked for before each try, on any thread: the order waits while it is unsure, and
  // is refused TOO_LATE once it is lost.
  virtual void Ring(const UnitToken& campaign, const RingAgent& ring,
                    agent_pool::LeaseCheck lease) = 0;
  virtual void Dial(const UnitToken& campaign, const Originate& originate) = 0;
  virtual void End(const UnitToken& campaign, const HangUp& hang_up) = 0;
  // The target of a transfer. Refused: one CommandReply with its leg; taken: none. An agent's has a
  // lease, as with Ring.
  virtual void Place(const UnitToken& campaign, const PlaceTarget& place,
                     agent_pool::LeaseCheck lease) = 0;
  // To another unit. Refused: one CommandReply with the passing's id as its leg; made: none.
  virtual void Offer(const UnitToken& campaign, const OfferTalk& offer) = 0;
  virtual void Steer(const UnitToken& campaign, const SteerEdge& steer) = 0;
  // Whose call it is, as far as an edge has told; any thread.
  virtual std::optional<CampaignId> OwnerOf(const AttemptId& call) const = 0;
  virtual void Acknowledged(const UnitToken& campaign, const Acknowledge& acknowledge) = 0;
  // NOT_FOUND TRUNK_UNKNOWN, or UNAVAILABLE; once, on any thread.
  virtual void FindTrunk(const TrunkId& trunk, std::function<void(Status)> reply) = 0;
};

}  // namespace callfleet::dialer
