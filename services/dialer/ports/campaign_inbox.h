#pragma once
// Driving: what adapters and rpc tell a campaign. Each call is one message to its mailbox.
#include "common/ids/ids.h"
#include "services/dialer/domain/events.h"

namespace callfleet::dialer {

// Thread safe, never blocks. Events of a campaign that is not open here go nowhere.
class CampaignInbox {
 public:
  virtual ~CampaignInbox() = default;
  virtual void Send(const CampaignId& campaign, Event event) = 0;
};

}  // namespace callfleet::dialer
