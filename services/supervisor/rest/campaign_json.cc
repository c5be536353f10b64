#include "services/supervisor/rest/campaign_json.h"

#include <algorithm>
#include <cstdio>

#include "services/supervisor/rest/amd_json.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/recording_policy.h"

namespace callfleet::supervisor::rest {
namespace {

namespace dialer_pb = callfleet::dialer::v1;
using callfleet::common::v1::SkillRequirement;

std::string Clock(unsigned minute) {
  char text[16];
  std::snprintf(text, sizeof text, "%02u:%02u", minute / 60, minute % 60);
  return text;
}

template <class Counts>
Json Outcomes(const Counts& counts) {
  Json by_outcome = Json::object();
  for (const auto& item : counts) {
    const Json name = EnumWord(*dialer_pb::Outcome_descriptor(), item.outcome());
    by_outcome[name.is_null() ? "open" : name.get<std::string>()] = item.count();
  }
  return by_outcome;
}

std::string Waiting(const std::string& word) { return "waiting_" + word; }

std::vector<std::string> WaitWords() {
  auto words = EnumWords(*dialer_pb::WaitReason_descriptor());
  std::ranges::transform(words, words.begin(), Waiting);
  return words;
}

Json WaitReason(const dialer_pb::CampaignStats& stats) {
  const Json word = EnumWord(*dialer_pb::WaitReason_descriptor(), stats.wait_reason());
  return word.is_null() ? word : Json(Waiting(word.get<std::string>()));
}

constexpr auto kRetryRuleRows = std::to_array<Row<dialer_pb::RetryRule>>({
    {"outcome", kEnum<dialer_pb::Outcome_descriptor>, "Outcome that it is about.",
     [](const dialer_pb::RetryRule& m) {
       return EnumWord(*dialer_pb::Outcome_descriptor(), m.outcome());
     }},
    {"delaySeconds", kNumber, "Until the next attempt.",
     [](const dialer_pb::RetryRule& m) { return Seconds(m.delay()); }},
    {"maxAttempts", kInteger, "With this outcome; 0: final at once.",
     [](const dialer_pb::RetryRule& m) { return Json(m.max_attempts()); }},
});

const Table<dialer_pb::RetryRule>& RetryRuleTable() {
  static const Table<dialer_pb::RetryRule> kTable("RetryRule", kRetryRuleRows);
  return kTable;
}

constexpr auto kRetryPolicyRows = std::to_array<Row<dialer_pb::RetryPolicy>>({
    {"maxAttempts", kInteger, "Of one lead in all.",
     [](const dialer_pb::RetryPolicy& m) { return Json(m.max_attempts()); }},
    {"rules", kObject<RetryRuleTable>.List(), "By outcome.",
     [](const dialer_pb::RetryPolicy& m) { return RetryRuleTable().Each(m.rules()); }},
});

const Table<dialer_pb::RetryPolicy>& RetryPolicyTable() {
  static const Table<dialer_pb::RetryPolicy> kTable("RetryPolicy", kRetryPolicyRows);
  return kTable;
}

constexpr auto kCallingWindowRows = std::to_array<Row<dialer_pb::CallingWindow>>({
    {"start", kText, "Local time, hh:mm.",
     [](const dialer_pb::CallingWindow& m) {
       return Json(Clock(m.has_start_minute() ? m.start_minute() : 540));
     }},
    {"end", kText, "Local time, hh:mm.",
     [](const dialer_pb::CallingWindow& m) {
       return Json(Clock(m.has_end_minute() ? m.end_minute() : 1200));
     }},
    {"weekdays", kInteger.List(), "1 Monday to 7 Sunday; empty: all.",
     [](const dialer_pb::CallingWindow& m) {
       return Json(std::vector<unsigned>(m.weekdays().begin(), m.weekdays().end()));
     }},
});

const Table<dialer_pb::CallingWindow>& CallingWindowTable() {
  static const Table<dialer_pb::CallingWindow> kTable("CallingWindow", kCallingWindowRows);
  return kTable;
}

constexpr auto kCampaignCallRows = std::to_array<Row<dialer_pb::LiveCall>>({
    {"callId", kText.OrNull(), "Call; null: not dialled yet.",
     [](const dialer_pb::LiveCall& m) { return TextOrNull(m.call_id()); }},
    {"dispatchId", kText.OrNull(), "Dispatch.",
     [](const dialer_pb::LiveCall& m) { return TextOrNull(m.dispatch_id()); }},
    {"leadId", kText, "Lead.", [](const dialer_pb::LiveCall& m) { return Json(m.lead_id()); }},
    {"leadName", kText, "Its name.",
     [](const dialer_pb::LiveCall& m) { return Json(m.lead_name()); }},
    {"number", kText, "Its number, E.164.",
     [](const dialer_pb::LiveCall& m) { return Json(m.number()); }},
    {"agentId", kText.OrNull(), "Agent.",
     [](const dialer_pb::LiveCall& m) { return TextOrNull(m.agent_id()); }},
    {"agentName", kText.OrNull(), "Name of the agent.",
     [](const dialer_pb::LiveCall& m) { return TextOrNull(m.agent_name()); }},
    {"phase", kText, "Where it stands.",
     [](const dialer_pb::LiveCall& m) { return Json(m.phase()); }},
    {"since", kTime.OrNull(), "Since when.",
     [](const dialer_pb::LiveCall& m) { return TimeJson(m.since()); }},
});

const Table<dialer_pb::LiveCall>& CampaignCallTable() {
  static const Table<dialer_pb::LiveCall> kTable("CampaignCall", kCampaignCallRows);
  return kTable;
}

constexpr auto kLeadCountsRows = std::to_array<Row<dialer_pb::CampaignStats>>({
    {"total", kInteger, "All.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.leads_total()); }},
    {"queued", kInteger, "Not final, not being dialled.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.leads_queued()); }},
    {"dialing", kInteger, "Being dialled or talked to.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.leads_dialing()); }},
    {"final", kInteger, "Never dialled again.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.leads_final()); }},
    {"byOutcome", kInteger.Map(), "Final ones by outcome.",
     [](const dialer_pb::CampaignStats& m) { return Outcomes(m.final_outcomes()); }},
});

const Table<dialer_pb::CampaignStats>& LeadCountsTable() {
  static const Table<dialer_pb::CampaignStats> kTable("LeadCounts", kLeadCountsRows);
  return kTable;
}

constexpr auto kAgentCountsRows = std::to_array<Row<dialer_pb::CampaignStats>>({
    {"members", kInteger, "Agents of the campaign.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.agents_members()); }},
    {"ready", kInteger, "Of them ready.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.agents_ready()); }},
    {"available", kInteger, "Of them with a free slot.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.agents_available()); }},
});

const Table<dialer_pb::CampaignStats>& AgentCountsTable() {
  static const Table<dialer_pb::CampaignStats> kTable("AgentCounts", kAgentCountsRows);
  return kTable;
}

}  // namespace

constexpr auto kRequiredSkillRows = std::to_array<Row<SkillRequirement>>({
    {"name", kText, "Name of the skill.", [](const SkillRequirement& m) { return Json(m.name()); }},
    {"minLevel", kInteger, "At least this level.",
     [](const SkillRequirement& m) { return Json(std::max(m.min_level(), 1U)); }},
});

const Table<SkillRequirement>& RequiredSkillTable() {
  static const Table<SkillRequirement> kTable("RequiredSkill", kRequiredSkillRows);
  return kTable;
}

constexpr auto kCampaignRows = std::to_array<Row<dialer_pb::Campaign>>({
    {"id", kText, "Id.", [](const dialer_pb::Campaign& m) { return Json(m.campaign_id()); }},
    {"name", kText, "Unique name.", [](const dialer_pb::Campaign& m) { return Json(m.name()); }},
    {"description", kText, "For people.",
     [](const dialer_pb::Campaign& m) { return Json(m.description()); }},
    {"maxConcurrent", kInteger, "Most calls at once.",
     [](const dialer_pb::Campaign& m) { return Json(m.max_concurrent_calls()); }},
    {"sipTrunkId", kText.OrNull(), "Trunk that it dials through.",
     [](const dialer_pb::Campaign& m) { return TextOrNull(m.trunk_id()); }},
    {"callerIdNumber", kText.OrNull(), "Number presented, E.164.",
     [](const dialer_pb::Campaign& m) { return TextOrNull(m.caller_id_number()); }},
    {"strategy", kEnum<dialer_pb::AgentStrategy_descriptor>, "How agents are chosen.",
     [](const dialer_pb::Campaign& m) {
       return EnumWord(*dialer_pb::AgentStrategy_descriptor(), m.strategy());
     }},
    {"pacingMode", kEnum<dialer_pb::PacingMode_descriptor>, "What comes first, agent or number.",
     [](const dialer_pb::Campaign& m) {
       return EnumWord(*dialer_pb::PacingMode_descriptor(), m.pacing_mode());
     }},
    {"ratio", kNumber, "Lines a free agent, in ratio mode.",
     [](const dialer_pb::Campaign& m) { return Json(m.ratio()); }},
    {"retryPolicy", kObject<RetryPolicyTable>, "When a lead is tried again.",
     [](const dialer_pb::Campaign& m) { return RetryPolicyTable()(m.retry_policy()); }},
    {"callingWindow", kObject<CallingWindowTable>, "When people may be called, by their time.",
     [](const dialer_pb::Campaign& m) { return CallingWindowTable()(m.calling_window()); }},
    {"defaultRegion", kText, "ISO 3166 region of numbers without +.",
     [](const dialer_pb::Campaign& m) { return Json(m.default_region()); }},
    {"timezone", kText.OrNull(), "Of leads without one; null: by their number.",
     [](const dialer_pb::Campaign& m) { return TextOrNull(m.time_zone()); }},
    {"numberCap", kInteger, "Most calls of one number in the window, over all campaigns.",
     [](const dialer_pb::Campaign& m) { return Json(m.number_cap()); }},
    {"numberCapWindowSeconds", kNumber, "That window.",
     [](const dialer_pb::Campaign& m) { return Seconds(m.number_cap_window()); }},
    {"skills", kObject<RequiredSkillTable>.List(), "That every lead needs.",
     [](const dialer_pb::Campaign& m) { return RequiredSkillTable().Each(m.skills()); }},
    {"poolId", kText, "Pool of its agents.",
     [](const dialer_pb::Campaign& m) { return Json(m.pool_id()); }},
    {"ringTimeoutSeconds", kNumber, "How long a number rings.",
     [](const dialer_pb::Campaign& m) { return Seconds(m.ring_timeout()); }},
    {"wrapUpSeconds", kNumber.OrNull(), "Time for after-work; null: the agent's own.",
     [](const dialer_pb::Campaign& m) { return m.has_wrap_up() ? Seconds(m.wrap_up()) : Json(); }},
    {"safeMessage", kText, "Prompt for a person whom no agent can take.",
     [](const dialer_pb::Campaign& m) { return Json(m.safe_message()); }},
    {"recording", kObject<RecordingPolicyTable>.OrNull(), "What is recorded; null: nothing said.",
     [](const dialer_pb::Campaign& m) {
       return m.has_recording() ? RecordingPolicyTable()(m.recording()) : Json();
     }},
    {"amd", kObject<AmdSettingsTable>.OrNull(), "Answering-machine detection; null: off.",
     [](const dialer_pb::Campaign& m) {
       return m.has_amd() ? AmdSettingsTable()(m.amd()) : Json();
     }},
    {"state", kEnum<dialer_pb::CampaignState_descriptor>, "Where it stands.",
     [](const dialer_pb::Campaign& m) {
       return EnumWord(*dialer_pb::CampaignState_descriptor(), m.state());
     }},
    {"createdAt", kTime.OrNull(), "Created.",
     [](const dialer_pb::Campaign& m) { return TimeJson(m.create_time()); }},
    {"startedAt", kTime.OrNull(), "Last started.",
     [](const dialer_pb::Campaign& m) { return TimeJson(m.start_time()); }},
});

const Table<dialer_pb::Campaign>& CampaignTable() {
  static const Table<dialer_pb::Campaign> kTable("Campaign", kCampaignRows);
  return kTable;
}

constexpr auto kCampaignStatsRows = std::to_array<Row<dialer_pb::CampaignStats>>({
    {"campaignId", kText, "Campaign.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.campaign_id()); }},
    {"state", kEnum<dialer_pb::CampaignState_descriptor>, "Where it stands.",
     [](const dialer_pb::CampaignStats& m) {
       return EnumWord(*dialer_pb::CampaignState_descriptor(), m.state());
     }},
    {"waitReason",
     {.nullable = true, .choices = WaitWords},
     "Why nothing is dialled now.",
     [](const dialer_pb::CampaignStats& m) { return WaitReason(m); }},
    {"waitDetail", kText.OrNull(), "The same for people.",
     [](const dialer_pb::CampaignStats& m) { return TextOrNull(m.wait_detail()); }},
    {"leads", kObject<LeadCountsTable>, "Leads by state.",
     [](const dialer_pb::CampaignStats& m) { return LeadCountsTable()(m); }},
    {"attempts", kInteger, "Calls really placed that are over.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.attempts()); }},
    {"attemptsLive", kInteger, "Calls really placed that go on.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.attempts_live()); }},
    {"attemptsByOutcome", kInteger.Map(), "By outcome.",
     [](const dialer_pb::CampaignStats& m) { return Outcomes(m.attempt_outcomes()); }},
    {"callsConnected", kInteger, "A person talked to an agent.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.calls_connected()); }},
    {"answered", kInteger, "A person answered, or who may be one.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.answered()); }},
    {"machines", kInteger, "A machine, a fax or the network answered.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.machines()); }},
    {"abandoned", kInteger, "A person answered and no agent came in time.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.abandoned()); }},
    {"talkSeconds", kNumber, "Sum of talks.",
     [](const dialer_pb::CampaignStats& m) { return Seconds(m.talk_time()); }},
    {"activeCalls", kInteger, "Calls now.",
     [](const dialer_pb::CampaignStats& m) { return Json(m.live_calls_size()); }},
    {"calls", kObject<CampaignCallTable>.List(), "Each call now, with its agent.",
     [](const dialer_pb::CampaignStats& m) { return CampaignCallTable().Each(m.live_calls()); }},
    {"agents", kObject<AgentCountsTable>, "Its agents now.",
     [](const dialer_pb::CampaignStats& m) { return AgentCountsTable()(m); }},
    {"nextDueAt", kTime.OrNull(), "When the next lead is due, where all wait.",
     [](const dialer_pb::CampaignStats& m) { return TimeJson(m.next_due_time()); }},
});

const Table<dialer_pb::CampaignStats>& CampaignStatsTable() {
  static const Table<dialer_pb::CampaignStats> kTable("CampaignStats", kCampaignStatsRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
