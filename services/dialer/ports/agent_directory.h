#pragma once
// Driven: who is assigned to a campaign, asked before it starts.
#include <functional>

#include "common/ids/ids.h"
#include "common/result/result.h"
#include "services/dialer/domain/agent_offer.h"

namespace callfleet::dialer {

class AgentDirectory {
 public:
  virtual ~AgentDirectory() = default;
  // `members` and `instant` of the audience are filled. Once, on any thread; never blocks.
  virtual void Members(const CampaignId& campaign, std::function<void(Result<Audience>)> reply) = 0;
};

}  // namespace callfleet::dialer
