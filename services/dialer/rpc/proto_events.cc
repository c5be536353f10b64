#include "services/dialer/rpc/proto_events.h"

#include "services/dialer/domain/attempt_record.h"
#include "services/dialer/rpc/convert.h"

namespace callfleet::dialer {

namespace {

template <class Message>
EventPayload Payload(const Message& message) {
  return {message.GetDescriptor()->full_name(), message.SerializeAsString()};
}

v1::RepairKind ToProto(RepairKind kind) {
  switch (kind) {
    case RepairKind::kAdopted:
      return v1::REPAIR_KIND_ADOPTED;
    case RepairKind::kInterrupted:
      return v1::REPAIR_KIND_INTERRUPTED;
    case RepairKind::kNeverPlaced:
      return v1::REPAIR_KIND_NEVER_PLACED;
    case RepairKind::kStrayEnded:
      return v1::REPAIR_KIND_STRAY_ENDED;
    case RepairKind::kPutBack:
      return v1::REPAIR_KIND_PUT_BACK;
    case RepairKind::kFenced:
      return v1::REPAIR_KIND_FENCED;
  }
  return v1::REPAIR_KIND_UNSPECIFIED;
}

v1::Repair RepairOf(const News& news, const CampaignId& campaign) {
  v1::Repair repair;
  repair.set_kind(ToProto(news.repair));
  repair.set_reason(news.reason);
  repair.set_campaign_id(campaign.str());
  if (!news.line) return repair;
  repair.set_attempt_id(news.line->id.str());
  repair.set_lead_id(news.line->lead.id.str());
  if (news.line->agent) repair.set_agent_id(news.line->agent->agent.str());
  return repair;
}

}  // namespace

EventPayload ProtoEvents::Encode(const News& news, const CampaignId& campaign,
                                 const TrunkId& trunk) const {
  if (news.kind == NewsKind::kRepair) return Payload(RepairOf(news, campaign));
  if (news.line) {
    v1::WatchCampaignResponse::CallEvent event;
    event.set_kind(callfleet::dialer::ToProto(news.kind));
    *event.mutable_attempt() = callfleet::dialer::ToProto(RecordOf(news, campaign, trunk));
    return Payload(event);
  }
  v1::Campaign changed;
  changed.set_campaign_id(campaign.str());
  changed.set_state(callfleet::dialer::ToProto(news.state));
  return Payload(changed);
}

}  // namespace callfleet::dialer
