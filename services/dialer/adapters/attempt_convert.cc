#include "services/dialer/adapters/attempt_convert.h"

#include <algorithm>
#include <cctype>

#include "callfleet/dialer/v1/dialer_service.pb.h"
#include "services/dialer/adapters/proto_time.h"
#include "services/dialer/domain/attempt_record.h"

namespace callfleet::dialer {

namespace {

// "no_answer" → "OUTCOME_NO_ANSWER": the proto spells our names with a prefix.
std::string ProtoName(const char* prefix, std::string_view name) {
  std::string text(prefix);
  std::transform(name.begin(), name.end(), std::back_inserter(text),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

v1::CallEventKind KindOf(NewsKind kind) {
  switch (kind) {
    case NewsKind::kCampaignState:
      break;
    case NewsKind::kCallStarted:
      return v1::CALL_EVENT_KIND_STARTED;
    case NewsKind::kCallAnswered:
      return v1::CALL_EVENT_KIND_ANSWERED;
    case NewsKind::kCallCompleted:
      return v1::CALL_EVENT_KIND_COMPLETED;
    case NewsKind::kCallFailed:
      return v1::CALL_EVENT_KIND_FAILED;
  }
  return v1::CALL_EVENT_KIND_UNSPECIFIED;
}

void SetOptional(google::protobuf::Timestamp* (v1::Attempt::*field)(), v1::Attempt* attempt,
                 const std::optional<WallTime>& time) {
  if (time) SetTime((attempt->*field)(), *time);
}

void Fill(v1::Attempt* to, const AttemptRecord& from) {
  to->set_attempt_id(from.id.str());
  to->set_dispatch_id(from.id.str());
  to->set_call_id(from.id.str());
  to->set_campaign_id(from.campaign.str());
  to->set_lead_id(from.lead.str());
  to->set_number(from.number);
  to->set_agent_id(from.agent.str());
  to->set_agent_name(from.agent_name);
  to->set_trunk_id(from.trunk.str());
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Outcome_Parse(ProtoName("OUTCOME_", Name(from.outcome)), &outcome);
  to->set_outcome(outcome);
  to->set_sip_code(from.sip_code);
  to->set_q850_cause(from.q850);
  to->set_counted(from.counted);
  to->set_gate_decision(from.gate_decision);
  SetTime(to->mutable_create_time(), from.created);
  SetOptional(&v1::Attempt::mutable_place_time, to, from.placed);
  SetOptional(&v1::Attempt::mutable_ring_time, to, from.ringing);
  SetOptional(&v1::Attempt::mutable_answer_time, to, from.answered);
  SetOptional(&v1::Attempt::mutable_bridge_time, to, from.bridged);
  SetOptional(&v1::Attempt::mutable_end_time, to, from.ended);
}

}  // namespace

EventPayload ToPayload(const News& news, const CampaignId& campaign, const TrunkId& trunk) {
  if (news.line) {
    v1::WatchCampaignResponse::CallEvent event;
    event.set_kind(KindOf(news.kind));
    Fill(event.mutable_attempt(), RecordOf(news, campaign, trunk));
    return {"callfleet.dialer.v1.WatchCampaignResponse.CallEvent", event.SerializeAsString()};
  }
  v1::Campaign changed;
  changed.set_campaign_id(campaign.str());
  v1::CampaignState state = v1::CAMPAIGN_STATE_UNSPECIFIED;
  v1::CampaignState_Parse(ProtoName("CAMPAIGN_STATE_", CampaignMachine::Name(news.state)), &state);
  changed.set_state(state);
  return {"callfleet.dialer.v1.Campaign", changed.SerializeAsString()};
}

}  // namespace callfleet::dialer
