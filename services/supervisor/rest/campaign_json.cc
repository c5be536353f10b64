#include "services/supervisor/rest/campaign_json.h"

#include <cstdio>

#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

namespace pb = callfleet::dialer::v1;

Json OutcomeJson(pb::Outcome outcome) { return EnumJson(pb::Outcome_Name(outcome), "OUTCOME_"); }

Json OrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string Clock(unsigned minute) {
  char text[16];
  std::snprintf(text, sizeof text, "%02u:%02u", minute / 60, minute % 60);
  return text;
}

Json Window(const pb::CallingWindow& window) {
  return {{"start", Clock(window.has_start_minute() ? window.start_minute() : 540)},
          {"end", Clock(window.has_end_minute() ? window.end_minute() : 1200)},
          {"weekdays", std::vector<unsigned>(window.weekdays().begin(), window.weekdays().end())}};
}

Json Recording(const callfleet::common::v1::RecordingPolicy& policy) {
  const auto mode = callfleet::common::v1::RecordingMode_Name(policy.mode());
  return {{"mode", EnumJson(mode, "RECORDING_MODE_")},
          {"samplePercent", policy.sample_percent()},
          {"consentPrompt", policy.consent_prompt()},
          {"includeWhisper", policy.include_whisper()},
          {"keepDays", policy.keep_days()}};
}

Json Retries(const pb::RetryPolicy& policy) {
  Json rules = Json::array();
  for (const auto& rule : policy.rules()) {
    rules.push_back({{"outcome", OutcomeJson(rule.outcome())},
                     {"delaySeconds", Seconds(rule.delay())},
                     {"maxAttempts", rule.max_attempts()}});
  }
  return {{"maxAttempts", policy.max_attempts()}, {"rules", std::move(rules)}};
}

template <class Skills>
Json SkillList(const Skills& skills) {
  Json list = Json::array();
  for (const auto& skill : skills) {
    list.push_back({{"name", skill.name()}, {"minLevel", std::max(skill.min_level(), 1U)}});
  }
  return list;
}

template <class Counts>
Json Outcomes(const Counts& counts) {
  Json by_outcome = Json::object();
  for (const auto& item : counts) {
    const Json name = OutcomeJson(item.outcome());
    by_outcome[name.is_null() ? "open" : name.get<std::string>()] = item.count();
  }
  return by_outcome;
}

Json LiveCalls(const pb::CampaignStats& stats) {
  Json calls = Json::array();
  for (const auto& call : stats.live_calls()) {
    calls.push_back({{"callId", OrNull(call.call_id())},
                     {"dispatchId", OrNull(call.dispatch_id())},
                     {"leadId", call.lead_id()},
                     {"leadName", call.lead_name()},
                     {"number", call.number()},
                     {"agentId", OrNull(call.agent_id())},
                     {"agentName", OrNull(call.agent_name())},
                     {"phase", call.phase()},
                     {"since", TimeJson(call.since())}});
  }
  return calls;
}

}  // namespace

Json ToJson(const pb::Campaign& campaign) {
  return {{"id", campaign.campaign_id()},
          {"name", campaign.name()},
          {"description", campaign.description()},
          {"maxConcurrent", campaign.max_concurrent_calls()},
          {"sipTrunkId", OrNull(campaign.trunk_id())},
          {"callerIdNumber", OrNull(campaign.caller_id_number())},
          {"strategy", EnumJson(pb::AgentStrategy_Name(campaign.strategy()), "AGENT_STRATEGY_")},
          {"pacingMode", EnumJson(pb::PacingMode_Name(campaign.pacing_mode()), "PACING_MODE_")},
          {"ratio", campaign.ratio()},
          {"retryPolicy", Retries(campaign.retry_policy())},
          {"callingWindow", Window(campaign.calling_window())},
          {"defaultRegion", campaign.default_region()},
          {"timezone", OrNull(campaign.time_zone())},
          {"numberCap", campaign.number_cap()},
          {"numberCapWindowSeconds", Seconds(campaign.number_cap_window())},
          {"skills", SkillList(campaign.skills())},
          {"poolId", campaign.pool_id()},
          {"ringTimeoutSeconds", Seconds(campaign.ring_timeout())},
          {"wrapUpSeconds", campaign.has_wrap_up() ? Seconds(campaign.wrap_up()) : Json()},
          {"safeMessage", campaign.safe_message()},
          {"recording", campaign.has_recording() ? Recording(campaign.recording()) : Json()},
          {"state", EnumJson(pb::CampaignState_Name(campaign.state()), "CAMPAIGN_STATE_")},
          {"createdAt", TimeJson(campaign.create_time())},
          {"startedAt", TimeJson(campaign.start_time())}};
}

Json ToJson(const pb::CampaignStats& stats) {
  const Json wait = EnumJson(pb::WaitReason_Name(stats.wait_reason()), "WAIT_REASON_");
  return {{"campaignId", stats.campaign_id()},
          {"state", EnumJson(pb::CampaignState_Name(stats.state()), "CAMPAIGN_STATE_")},
          {"waitReason", wait.is_null() ? wait : Json("waiting_" + wait.get<std::string>())},
          {"waitDetail", OrNull(stats.wait_detail())},
          {"leads",
           {{"total", stats.leads_total()},
            {"queued", stats.leads_queued()},
            {"dialing", stats.leads_dialing()},
            {"final", stats.leads_final()},
            {"byOutcome", Outcomes(stats.final_outcomes())}}},
          {"attempts", stats.attempts()},
          {"attemptsLive", stats.attempts_live()},
          {"attemptsByOutcome", Outcomes(stats.attempt_outcomes())},
          {"callsConnected", stats.calls_connected()},
          {"answered", stats.answered()},
          {"abandoned", stats.abandoned()},
          {"talkSeconds", Seconds(stats.talk_time())},
          {"activeCalls", stats.live_calls_size()},
          {"calls", LiveCalls(stats)},
          {"agents",
           {{"members", stats.agents_members()},
            {"ready", stats.agents_ready()},
            {"available", stats.agents_available()}}},
          {"nextDueAt", TimeJson(stats.next_due_time())}};
}

Json ToJson(const pb::Lead& lead) {
  return {{"id", lead.lead_id()},
          {"campaignId", lead.campaign_id()},
          {"name", lead.name()},
          {"number", lead.number()},
          {"timezone", OrNull(lead.time_zone())},
          {"priority", lead.priority()},
          {"skills", SkillList(lead.skills())},
          {"extra", std::map<std::string, std::string>(lead.extra().begin(), lead.extra().end())},
          {"state", EnumJson(pb::LeadState_Name(lead.state()), "LEAD_STATE_")},
          {"outcome", OutcomeJson(lead.outcome())},
          {"attempts", lead.attempts()},
          {"retryAt", TimeJson(lead.retry_time())},
          {"gateReason", OrNull(lead.gate_reason())},
          {"line", lead.line()}};
}

Json ToJson(const pb::Attempt& attempt) {
  return {{"id", attempt.attempt_id()},
          {"dispatchId", OrNull(attempt.dispatch_id())},
          {"campaignId", attempt.campaign_id()},
          {"leadId", attempt.lead_id()},
          {"number", attempt.number()},
          {"callId", OrNull(attempt.call_id())},
          {"agentId", OrNull(attempt.agent_id())},
          {"agentName", OrNull(attempt.agent_name())},
          {"sipTrunkId", OrNull(attempt.trunk_id())},
          {"outcome", OutcomeJson(attempt.outcome())},
          {"sipCode", attempt.sip_code() == 0 ? Json() : Json(attempt.sip_code())},
          {"q850Cause", attempt.q850_cause() == 0 ? Json() : Json(attempt.q850_cause())},
          {"counted", attempt.counted()},
          {"gateDecision", OrNull(attempt.gate_decision())},
          {"createdAt", TimeJson(attempt.create_time())},
          {"placedAt", TimeJson(attempt.place_time())},
          {"rangAt", TimeJson(attempt.ring_time())},
          {"answeredAt", TimeJson(attempt.answer_time())},
          {"connectedAt", TimeJson(attempt.bridge_time())},
          {"endedAt", TimeJson(attempt.end_time())}};
}

}  // namespace callfleet::supervisor::rest
