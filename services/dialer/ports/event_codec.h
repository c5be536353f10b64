#pragma once
// Driven: what the outbox tells of an attempt, a lead, a repair or a campaign, as messages of the
// dialer's proto.
#include <optional>
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
  // nullopt: the end of a call, which its CloseAttempt tells with the lead's next state.
  virtual std::optional<EventPayload> Encode(const News& news, const CampaignId& campaign,
                                             const TrunkId& trunk) const = 0;
  virtual EventPayload Encode(const WriteAttempt& begun, const CampaignId& campaign,
                              const TrunkId& trunk) const = 0;
  virtual EventPayload Encode(const CloseAttempt& ended, const CampaignId& campaign,
                              const TrunkId& trunk) const = 0;
  virtual EventPayload Encode(const SettleLead& settled, const CampaignId& campaign) const = 0;
};

}  // namespace callfleet::dialer
