#pragma once
// Driven: what the outbox tells of a call, a repair or a campaign, as messages of the dialer's
// proto. Watchers and readers of the outbox get the same.
#include <string>

#include "services/dialer/domain/step.h"

namespace callfleet::dialer {

struct EventPayload {
  std::string type;   // Full name of the message.
  std::string bytes;  // The message.
};

// Thread safe; never blocks.
class EventCodec {
 public:
  virtual ~EventCodec() = default;
  virtual EventPayload Encode(const News& news, const CampaignId& campaign,
                              const TrunkId& trunk) const = 0;
};

}  // namespace callfleet::dialer
