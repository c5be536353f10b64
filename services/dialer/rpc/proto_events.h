#pragma once
#include "services/dialer/ports/event_codec.h"

namespace callfleet::dialer {

class ProtoEvents final : public EventCodec {
 public:
  EventPayload Encode(const News& news, const CampaignId& campaign,
                      const TrunkId& trunk) const override;
};

}  // namespace callfleet::dialer
