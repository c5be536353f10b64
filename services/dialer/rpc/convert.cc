#include "services/dialer/rpc/convert.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "common/grpc_server/pb_time.h"
#include "services/dialer/rpc/amd_convert.h"

namespace callfleet::dialer {

namespace {

// "no_answer" → "OUTCOME_NO_ANSWER": the proto spells our names with a prefix.
std::string ProtoName(const char* prefix, std::string_view name) {
  std::string text(prefix);
  std::transform(name.begin(), name.end(), std::back_inserter(text),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

template <class Set>
void SetIfGiven(const std::optional<WallTime>& time, const Set& field) {
  if (time) SetTime(field(), *time);
}

}  // namespace

v1::LeadState ToProto(LeadState state) {
  switch (state) {
    case LeadState::kQueued:
    case LeadState::kWaiting:
      return v1::LEAD_STATE_QUEUED;
    case LeadState::kDialing:
      return v1::LEAD_STATE_DIALING;
    case LeadState::kCompleted:
    case LeadState::kFailed:
      return v1::LEAD_STATE_FINAL;
  }
  return v1::LEAD_STATE_UNSPECIFIED;
}

namespace {

v1::WaitReason ToProto(WaitReason reason) {
  switch (reason) {
    case WaitReason::kNone:
      return v1::WAIT_REASON_UNSPECIFIED;
    case WaitReason::kAgents:
      return v1::WAIT_REASON_AGENTS;
    case WaitReason::kWindow:
      return v1::WAIT_REASON_WINDOW;
    case WaitReason::kTrunk:
      return v1::WAIT_REASON_TRUNK;
    case WaitReason::kRetry:
      return v1::WAIT_REASON_RETRY;
    case WaitReason::kMaxCalls:
      return v1::WAIT_REASON_MAX_CALLS;
    case WaitReason::kService:
      return v1::WAIT_REASON_SERVICE;
    case WaitReason::kSettings:
      return v1::WAIT_REASON_SETTINGS;
  }
  return v1::WAIT_REASON_UNSPECIFIED;
}

template <class Skills>
void AddSkills(const std::vector<SkillNeed>& from, Skills* to) {
  for (const auto& need : from) {
    auto* skill = to->Add();
    skill->set_name(need.name);
    skill->set_min_level(static_cast<std::uint32_t>(need.min_level));
  }
}

void SetRetry(const RetryPolicy& from, v1::RetryPolicy* to) {
  to->set_max_attempts(static_cast<std::uint32_t>(from.max_attempts));
  for (const auto& [outcome, rule] : from.rules) {
    auto* out = to->add_rules();
    out->set_outcome(ToProto(outcome));
    SetDuration(out->mutable_delay(), rule.delay);
    out->set_max_attempts(static_cast<std::uint32_t>(rule.max_retries));
  }
}

void SetWindow(const CallingWindow& from, v1::CallingWindow* to) {
  to->set_start_minute(static_cast<std::uint32_t>(from.from_minute));
  to->set_end_minute(static_cast<std::uint32_t>(from.to_minute));
  for (std::size_t day = 0; day < from.days.size(); ++day) {
    if (from.days[day]) to->add_weekdays(static_cast<std::uint32_t>(day + 1));
  }
}

template <class Counts>
void AddCounts(const std::array<std::int64_t, kOutcomes.size()>& from, Counts* to) {
  for (Outcome outcome : kOutcomes) {
    const auto count = from[static_cast<std::size_t>(outcome)];
    if (outcome == Outcome::kNone || count == 0) continue;
    auto* out = to->Add();
    out->set_outcome(ToProto(outcome));
    out->set_count(static_cast<std::uint64_t>(count));
  }
}

void AddCalls(const std::vector<LiveCall>& calls, v1::CampaignStats* stats) {
  for (const auto& call : calls) {
    auto* live = stats->add_live_calls();
    live->set_call_id(call.attempt.str());
    live->set_dispatch_id(call.attempt.str());
    live->set_lead_id(call.lead.str());
    live->set_lead_name(call.lead_name);
    live->set_number(call.number);
    live->set_agent_id(call.agent.str());
    live->set_agent_name(call.agent_name);
    live->set_phase(std::string(call.phase));
    SetTime(live->mutable_since(), call.since);
  }
}

}  // namespace

void SetTime(google::protobuf::Timestamp* to, WallTime time) { *to = grpc_server::ToPb(time); }

void SetDuration(google::protobuf::Duration* to, std::chrono::milliseconds duration) {
  *to = grpc_server::ToPb(duration);
}

v1::Outcome ToProto(Outcome outcome) {
  v1::Outcome out = v1::OUTCOME_UNSPECIFIED;
  v1::Outcome_Parse(ProtoName("OUTCOME_", Name(outcome)), &out);
  return out;
}

v1::CampaignState ToProto(CampaignState state) {
  v1::CampaignState out = v1::CAMPAIGN_STATE_UNSPECIFIED;
  v1::CampaignState_Parse(ProtoName("CAMPAIGN_STATE_", CampaignMachine::Name(state)), &out);
  return out;
}

v1::CallEventKind ToProto(NewsKind kind) {
  switch (kind) {
    case NewsKind::kCampaignState:
    case NewsKind::kCampaignUpdated:
    case NewsKind::kCallRinging:
    case NewsKind::kCallAmd:
    case NewsKind::kCallBridged:
    case NewsKind::kRepair:
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

v1::Campaign ToProto(const CampaignRecord& record) {
  const CampaignSettings& s = record.settings;
  v1::Campaign campaign;
  campaign.set_campaign_id(record.id.str());
  campaign.set_name(s.name);
  campaign.set_description(s.description);
  campaign.set_max_concurrent_calls(static_cast<std::uint32_t>(s.max_concurrent));
  campaign.set_trunk_id(s.trunk.str());
  campaign.set_caller_id_number(s.caller_id);
  // Ours count from 0 in the proto's order.
  campaign.set_strategy(static_cast<v1::AgentStrategy>(static_cast<int>(s.strategy) + 1));
  campaign.set_pacing_mode(s.pacing == PacingMode::kRatio ? v1::PACING_MODE_RATIO
                                                          : v1::PACING_MODE_PROGRESSIVE);
  campaign.set_ratio(s.ratio);
  SetRetry(s.retry, campaign.mutable_retry_policy());
  SetWindow(s.window, campaign.mutable_calling_window());
  campaign.set_default_region(s.default_region);
  campaign.set_time_zone(s.time_zone);
  campaign.set_number_cap(static_cast<std::uint32_t>(s.cap.calls));
  SetDuration(campaign.mutable_number_cap_window(), s.cap.within);
  AddSkills(s.skills, campaign.mutable_skills());
  campaign.set_pool_id(s.pool.str());
  SetDuration(campaign.mutable_ring_timeout(), s.ring_timeout);
  if (s.wrap_up) SetDuration(campaign.mutable_wrap_up(), *s.wrap_up);
  campaign.set_safe_message(s.safe_message);
  if (s.recording.mode != RecordingMode::kUnsaid) {
    auto* recording = campaign.mutable_recording();
    recording->set_mode(static_cast<callfleet::common::v1::RecordingMode>(s.recording.mode));
    recording->set_sample_percent(s.recording.sample_percent);
    recording->set_consent_prompt(s.recording.consent_prompt);
    recording->set_include_whisper(s.recording.include_whisper);
    recording->set_keep_days(static_cast<std::uint32_t>(s.recording.keep_days));
  }
  if (s.amd != AmdSettings{}) ToProto(s.amd, campaign.mutable_amd());
  campaign.set_state(ToProto(record.state));
  SetTime(campaign.mutable_create_time(), record.created);
  SetIfGiven(record.started, [&] { return campaign.mutable_start_time(); });
  return campaign;
}

v1::Lead ToProto(const LeadRecord& record) {
  v1::Lead lead;
  lead.set_lead_id(record.lead.id.str());
  lead.set_campaign_id(record.campaign.str());
  lead.set_name(record.lead.name);
  lead.set_number(record.lead.number);
  lead.set_time_zone(record.lead.zone);
  lead.set_priority(record.lead.priority);
  AddSkills(record.lead.skills, lead.mutable_skills());
  for (const auto& [name, value] : record.lead.metadata) (*lead.mutable_extra())[name] = value;
  lead.set_state(ToProto(record.state));
  lead.set_outcome(ToProto(record.outcome));
  lead.set_attempts(static_cast<std::uint32_t>(record.attempts));
  SetIfGiven(record.due, [&] { return lead.mutable_retry_time(); });
  lead.set_gate_reason(record.gate_reason);
  lead.set_line(static_cast<std::uint32_t>(record.line));
  return lead;
}

v1::Attempt ToProto(const AttemptRecord& record) {
  v1::Attempt attempt;
  attempt.set_attempt_id(record.id.str());
  attempt.set_dispatch_id(record.id.str());
  attempt.set_call_id(record.id.str());
  attempt.set_campaign_id(record.campaign.str());
  attempt.set_lead_id(record.lead.str());
  attempt.set_number(record.number);
  attempt.set_agent_id(record.agent.str());
  attempt.set_agent_name(record.agent_name);
  attempt.set_trunk_id(record.trunk.str());
  attempt.set_outcome(ToProto(record.outcome));
  attempt.set_sip_code(record.sip_code);
  attempt.set_q850_cause(record.q850);
  attempt.set_counted(record.counted);
  attempt.set_reservation_id(record.reservation.str());
  attempt.set_edge_id(record.edge.str());
  attempt.set_gate_decision(record.gate_decision);
  SetTime(attempt.mutable_create_time(), record.created);
  SetIfGiven(record.placed, [&] { return attempt.mutable_place_time(); });
  SetIfGiven(record.ringing, [&] { return attempt.mutable_ring_time(); });
  SetIfGiven(record.answered, [&] { return attempt.mutable_answer_time(); });
  SetIfGiven(record.bridged, [&] { return attempt.mutable_bridge_time(); });
  SetIfGiven(record.ended, [&] { return attempt.mutable_end_time(); });
  if (record.amd) ToProto(*record.amd, attempt.mutable_amd());
  return attempt;
}

v1::CampaignStats ToProto(const CampaignView& view) {
  const auto leads = [&](LeadState state) {
    return static_cast<std::uint64_t>(view.counters.leads[static_cast<std::size_t>(state)]);
  };
  const auto count = [&](Outcome outcome) {
    return static_cast<std::uint64_t>(view.counters.attempts[static_cast<std::size_t>(outcome)]);
  };
  v1::CampaignStats stats;
  stats.set_campaign_id(view.id.str());
  stats.set_state(ToProto(view.state));
  stats.set_wait_reason(ToProto(view.waits));
  stats.set_wait_detail(view.detail);
  stats.set_leads_queued(leads(LeadState::kQueued) + leads(LeadState::kWaiting));
  stats.set_leads_dialing(leads(LeadState::kDialing));
  stats.set_leads_final(leads(LeadState::kCompleted) + leads(LeadState::kFailed));
  stats.set_leads_total(stats.leads_queued() + stats.leads_dialing() + stats.leads_final());
  AddCounts(view.counters.leads_ended, stats.mutable_final_outcomes());
  stats.set_attempts(static_cast<std::uint64_t>(view.counters.counted + view.attempts_live));
  stats.set_attempts_live(static_cast<std::uint64_t>(view.attempts_live));
  AddCounts(view.counters.attempts, stats.mutable_attempt_outcomes());
  stats.set_calls_connected(count(Outcome::kCompleted));
  AddCalls(view.calls, &stats);
  SetDuration(stats.mutable_talk_time(), view.counters.talk);
  stats.set_agents_members(static_cast<std::uint32_t>(view.audience.members));
  stats.set_agents_ready(static_cast<std::uint32_t>(view.audience.ready));
  stats.set_agents_available(static_cast<std::uint32_t>(view.audience.available));
  stats.set_answered(static_cast<std::uint64_t>(view.counters.answered));
  stats.set_machines(static_cast<std::uint64_t>(view.counters.machines));
  stats.set_abandoned(count(Outcome::kAbandoned));
  SetIfGiven(view.next_due, [&] { return stats.mutable_next_due_time(); });
  return stats;
}

v1::Suppression ToProto(const SuppressionRecord& record) {
  v1::Suppression suppression;
  suppression.set_number(record.number);
  suppression.set_campaign_id(record.campaign.str());
  suppression.set_reason(record.reason);
  SetTime(suppression.mutable_create_time(), record.created);
  return suppression;
}

}  // namespace callfleet::dialer
