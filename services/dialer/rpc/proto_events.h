#pragma once
#include "services/dialer/ports/event_codec.h"

namespace callfleet::dialer {

class ProtoEvents final : public EventCodec {
 public:
  std::optional<EventPayload> Encode(const News& news, const CampaignId& campaign,
                                     const TrunkId& trunk) const override;
  EventPayload Encode(const WriteAttempt& begun, const CampaignId& campaign,
                      const TrunkId& trunk) const override;
  EventPayload Encode(const CloseAttempt& ended, const CampaignId& campaign,
                      const TrunkId& trunk) const override;
  EventPayload Encode(const SettleLead& settled, const CampaignId& campaign) const override;
};

}  // namespace callfleet::dialer
