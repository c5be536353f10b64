#pragma once
// What the outbox tells of a call or a campaign, as messages of the dialer's proto.
#include <string>

#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

struct EventPayload {
  std::string type;   // Full name of the message.
  std::string bytes;  // The message.
};
EventPayload ToPayload(const News& news, const CampaignId& campaign, const TrunkId& trunk);

}  // namespace callfleet::dialer
