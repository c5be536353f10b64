#include "services/dialer/rpc/proto_events.h"

#include <optional>
#include <string>

#include "callfleet/dialer/v1/event.pb.h"
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

v1::AttemptChange ChangeOf(NewsKind kind) {
  switch (kind) {
    case NewsKind::kCallStarted:
      return v1::ATTEMPT_CHANGE_PLACED;
    case NewsKind::kCallRinging:
      return v1::ATTEMPT_CHANGE_RINGING;
    case NewsKind::kCallAnswered:
      return v1::ATTEMPT_CHANGE_ANSWERED;
    case NewsKind::kCallAmd:
      return v1::ATTEMPT_CHANGE_AMD;
    case NewsKind::kCallBridged:
      return v1::ATTEMPT_CHANGE_BRIDGED;
    default:
      return v1::ATTEMPT_CHANGE_UNSPECIFIED;
  }
}

std::string ChangeOf(const News& news) {
  if (news.kind == NewsKind::kCampaignUpdated) return news.reason.empty() ? "updated" : news.reason;
  switch (news.verb) {
    case CampaignEvent::kStart:
      return "started";
    case CampaignEvent::kResume:
      return "resumed";
    default:
      return std::string(CampaignMachine::Name(news.state));
  }
}

v1::CampaignChanged ChangedCampaign(const News& news, const CampaignId& campaign) {
  v1::CampaignChanged changed;
  changed.set_change(ChangeOf(news));
  *changed.mutable_campaign() = callfleet::dialer::ToProto(
      CampaignRecord{.id = campaign,
                     .settings = news.settings.value_or(CampaignSettings{}),
                     .state = news.state,
                     .created = {},
                     .started = {}});
  changed.mutable_campaign()->clear_create_time();  // The actor does not know it.
  return changed;
}

v1::AttemptChanged ChangedAttempt(v1::AttemptChange change, const AttemptRecord& record) {
  v1::AttemptChanged changed;
  changed.set_change(change);
  *changed.mutable_attempt() = callfleet::dialer::ToProto(record);
  return changed;
}

// 47 CFR 64.1200(a)(7): an agent within two seconds of the greeting's end; we count from the 200.
bool Abandoned(const AttemptRecord& record) {
  constexpr std::chrono::seconds kPatience{2};
  if (record.outcome == Outcome::kAbandoned) return true;
  if (record.amd && IsMachine(record.amd->verdict)) return false;
  return record.answered && record.bridged && *record.bridged - *record.answered > kPatience;
}

}  // namespace

std::optional<EventPayload> ProtoEvents::Encode(const News& news, const CampaignId& campaign,
                                                const TrunkId& trunk) const {
  if (news.kind == NewsKind::kRepair) return Payload(RepairOf(news, campaign));
  if (!news.line) return Payload(ChangedCampaign(news, campaign));
  const auto change = ChangeOf(news.kind);
  if (change == v1::ATTEMPT_CHANGE_UNSPECIFIED) return std::nullopt;
  return Payload(ChangedAttempt(change, RecordOf(news, campaign, trunk)));
}

EventPayload ProtoEvents::Encode(const WriteAttempt& begun, const CampaignId& campaign,
                                 const TrunkId& trunk) const {
  const News news{.line = begun.line};
  return Payload(ChangedAttempt(v1::ATTEMPT_CHANGE_STARTED, RecordOf(news, campaign, trunk)));
}

EventPayload ProtoEvents::Encode(const CloseAttempt& ended, const CampaignId& campaign,
                                 const TrunkId& trunk) const {
  const News news{.line = ended.line, .outcome = ended.outcome};
  AttemptRecord record = RecordOf(news, campaign, trunk);
  record.counted = ended.counted;
  record.ended = ended.ended;
  auto changed = ChangedAttempt(v1::ATTEMPT_CHANGE_ENDED, record);
  changed.set_abandoned(Abandoned(record));
  changed.set_lead_state(callfleet::dialer::ToProto(ended.lead_state));
  // As the lead's row says: what was not tried leaves no outcome, unless it is final with it.
  if (ended.counted || LeadMachine::IsTerminal(ended.lead_state)) {
    changed.set_lead_outcome(callfleet::dialer::ToProto(ended.outcome));
  }
  changed.set_lead_attempts(static_cast<std::uint32_t>(ended.tries.Total()));
  if (ended.lead_due != WallTime{}) SetTime(changed.mutable_lead_retry_time(), ended.lead_due);
  return Payload(changed);
}

EventPayload ProtoEvents::Encode(const SettleLead& settled, const CampaignId& campaign) const {
  v1::LeadSettled lead;
  lead.set_lead_id(settled.lead.id.str());
  lead.set_campaign_id(campaign.str());
  lead.set_state(callfleet::dialer::ToProto(settled.state));
  lead.set_gate_decision(DecisionText(settled.decision));
  if (LeadMachine::IsTerminal(settled.state)) {
    lead.set_outcome(callfleet::dialer::ToProto(settled.outcome));
  } else {
    SetTime(lead.mutable_retry_time(), settled.decision.retry_at);
  }
  return Payload(lead);
}

}  // namespace callfleet::dialer
