#include "services/supervisor/rest/campaign_json.h"

#include <algorithm>
#include <cstdio>

#include "services/supervisor/rest/json_values.h"

namespace callfleet::supervisor::rest {
namespace {

namespace pb = callfleet::dialer::v1;
using callfleet::common::v1::RecordingPolicy;
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
    const Json name = EnumWord(*pb::Outcome_descriptor(), item.outcome());
    by_outcome[name.is_null() ? "open" : name.get<std::string>()] = item.count();
  }
  return by_outcome;
}

std::string Waiting(const std::string& word) { return "waiting_" + word; }

std::vector<std::string> WaitWords() {
  auto words = EnumWords(*pb::WaitReason_descriptor());
  std::ranges::transform(words, words.begin(), Waiting);
  return words;
}

Json WaitReason(const pb::CampaignStats& stats) {
  const Json word = EnumWord(*pb::WaitReason_descriptor(), stats.wait_reason());
  return word.is_null() ? word : Json(Waiting(word.get<std::string>()));
}

constexpr auto kRetryRuleRows = std::to_array<Row<pb::RetryRule>>({
    {"outcome", kEnum<pb::Outcome_descriptor>, "Outcome that it is about.",
     [](const pb::RetryRule& m) { return EnumWord(*pb::Outcome_descriptor(), m.outcome()); }},
    {"delaySeconds", kNumber, "Until the next attempt.",
     [](const pb::RetryRule& m) { return Seconds(m.delay()); }},
    {"maxAttempts", kInteger, "With this outcome; 0: as the policy says.",
     [](const pb::RetryRule& m) { return Json(m.max_attempts()); }},
});

const Table<pb::RetryRule>& RetryRuleTable() {
  static const Table<pb::RetryRule> kTable("RetryRule", kRetryRuleRows);
  return kTable;
}

constexpr auto kRetryPolicyRows = std::to_array<Row<pb::RetryPolicy>>({
    {"maxAttempts", kInteger, "Of one lead in all.",
     [](const pb::RetryPolicy& m) { return Json(m.max_attempts()); }},
    {"rules", kObject<RetryRuleTable>.List(), "By outcome.",
     [](const pb::RetryPolicy& m) { return RetryRuleTable().Each(m.rules()); }},
});

const Table<pb::RetryPolicy>& RetryPolicyTable() {
  static const Table<pb::RetryPolicy> kTable("RetryPolicy", kRetryPolicyRows);
  return kTable;
}

constexpr auto kCallingWindowRows = std::to_array<Row<pb::CallingWindow>>({
    {"start", kText, "Local time, hh:mm.",
     [](const pb::CallingWindow& m) {
       return Json(Clock(m.has_start_minute() ? m.start_minute() : 540));
     }},
    {"end", kText, "Local time, hh:mm.",
     [](const pb::CallingWindow& m) {
       return Json(Clock(m.has_end_minute() ? m.end_minute() : 1200));
     }},
    {"weekdays", kInteger.List(), "1 Monday to 7 Sunday; empty: all.",
     [](const pb::CallingWindow& m) {
       return Json(std::vector<unsigned>(m.weekdays().begin(), m.weekdays().end()));
     }},
});

const Table<pb::CallingWindow>& CallingWindowTable() {
  static const Table<pb::CallingWindow> kTable("CallingWindow", kCallingWindowRows);
  return kTable;
}

constexpr auto kRecordingPolicyRows = std::to_array<Row<RecordingPolicy>>({
    {"mode", kEnum<callfleet::common::v1::RecordingMode_descriptor>, "What is recorded.",
     [](const RecordingPolicy& m) {
       return EnumWord(*callfleet::common::v1::RecordingMode_descriptor(), m.mode());
     }},
    {"samplePercent", kInteger, "So many of a hundred calls, where a sample is recorded.",
     [](const RecordingPolicy& m) { return Json(m.sample_percent()); }},
    {"consentPrompt", kText, "Played first; empty: none.",
     [](const RecordingPolicy& m) { return Json(m.consent_prompt()); }},
    {"includeWhisper", kBoolean, "Whispers are recorded too.",
     [](const RecordingPolicy& m) { return Json(m.include_whisper()); }},
    {"keepDays", kInteger, "Deleted after so many days.",
     [](const RecordingPolicy& m) { return Json(m.keep_days()); }},
});

const Table<RecordingPolicy>& RecordingPolicyTable() {
  static const Table<RecordingPolicy> kTable("RecordingPolicy", kRecordingPolicyRows);
  return kTable;
}

constexpr auto kCampaignCallRows = std::to_array<Row<pb::LiveCall>>({
    {"callId", kText.OrNull(), "Call; null: not dialled yet.",
     [](const pb::LiveCall& m) { return TextOrNull(m.call_id()); }},
    {"dispatchId", kText.OrNull(), "Dispatch.",
     [](const pb::LiveCall& m) { return TextOrNull(m.dispatch_id()); }},
    {"leadId", kText, "Lead.", [](const pb::LiveCall& m) { return Json(m.lead_id()); }},
    {"leadName", kText, "Its name.", [](const pb::LiveCall& m) { return Json(m.lead_name()); }},
    {"number", kText, "Its number, E.164.", [](const pb::LiveCall& m) { return Json(m.number()); }},
    {"agentId", kText.OrNull(), "Agent.",
     [](const pb::LiveCall& m) { return TextOrNull(m.agent_id()); }},
    {"agentName", kText.OrNull(), "Name of the agent.",
     [](const pb::LiveCall& m) { return TextOrNull(m.agent_name()); }},
    {"phase", kText, "Where it stands.", [](const pb::LiveCall& m) { return Json(m.phase()); }},
    {"since", kTime.OrNull(), "Since when.",
     [](const pb::LiveCall& m) { return TimeJson(m.since()); }},
});

const Table<pb::LiveCall>& CampaignCallTable() {
  static const Table<pb::LiveCall> kTable("CampaignCall", kCampaignCallRows);
  return kTable;
}

constexpr auto kLeadCountsRows = std::to_array<Row<pb::CampaignStats>>({
    {"total", kInteger, "All.", [](const pb::CampaignStats& m) { return Json(m.leads_total()); }},
    {"queued", kInteger, "Not final, not being dialled.",
     [](const pb::CampaignStats& m) { return Json(m.leads_queued()); }},
    {"dialing", kInteger, "Being dialled or talked to.",
     [](const pb::CampaignStats& m) { return Json(m.leads_dialing()); }},
    {"final", kInteger, "Never dialled again.",
     [](const pb::CampaignStats& m) { return Json(m.leads_final()); }},
    {"byOutcome", kInteger.Map(), "Final ones by outcome.",
     [](const pb::CampaignStats& m) { return Outcomes(m.final_outcomes()); }},
});

const Table<pb::CampaignStats>& LeadCountsTable() {
  static const Table<pb::CampaignStats> kTable("LeadCounts", kLeadCountsRows);
  return kTable;
}

constexpr auto kAgentCountsRows = std::to_array<Row<pb::CampaignStats>>({
    {"members", kInteger, "Agents of the campaign.",
     [](const pb::CampaignStats& m) { return Json(m.agents_members()); }},
    {"ready", kInteger, "Of them ready.",
     [](const pb::CampaignStats& m) { return Json(m.agents_ready()); }},
    {"available", kInteger, "Of them with a free slot.",
     [](const pb::CampaignStats& m) { return Json(m.agents_available()); }},
});

const Table<pb::CampaignStats>& AgentCountsTable() {
  static const Table<pb::CampaignStats> kTable("AgentCounts", kAgentCountsRows);
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

constexpr auto kCampaignRows = std::to_array<Row<pb::Campaign>>({
    {"id", kText, "Id.", [](const pb::Campaign& m) { return Json(m.campaign_id()); }},
    {"name", kText, "Unique name.", [](const pb::Campaign& m) { return Json(m.name()); }},
    {"description", kText, "For people.",
     [](const pb::Campaign& m) { return Json(m.description()); }},
    {"maxConcurrent", kInteger, "Most calls at once.",
     [](const pb::Campaign& m) { return Json(m.max_concurrent_calls()); }},
    {"sipTrunkId", kText.OrNull(), "Trunk that it dials through.",
     [](const pb::Campaign& m) { return TextOrNull(m.trunk_id()); }},
    {"callerIdNumber", kText.OrNull(), "Number presented, E.164.",
     [](const pb::Campaign& m) { return TextOrNull(m.caller_id_number()); }},
    {"strategy", kEnum<pb::AgentStrategy_descriptor>, "How agents are chosen.",
     [](const pb::Campaign& m) { return EnumWord(*pb::AgentStrategy_descriptor(), m.strategy()); }},
    {"pacingMode", kEnum<pb::PacingMode_descriptor>, "What comes first, agent or number.",
     [](const pb::Campaign& m) { return EnumWord(*pb::PacingMode_descriptor(), m.pacing_mode()); }},
    {"ratio", kNumber, "Lines a free agent, in ratio mode.",
     [](const pb::Campaign& m) { return Json(m.ratio()); }},
    {"retryPolicy", kObject<RetryPolicyTable>, "When a lead is tried again.",
     [](const pb::Campaign& m) { return RetryPolicyTable()(m.retry_policy()); }},
    {"callingWindow", kObject<CallingWindowTable>, "When people may be called, by their time.",
     [](const pb::Campaign& m) { return CallingWindowTable()(m.calling_window()); }},
    {"defaultRegion", kText, "ISO 3166 region of numbers without +.",
     [](const pb::Campaign& m) { return Json(m.default_region()); }},
    {"timezone", kText.OrNull(), "Of leads without one; null: by their number.",
     [](const pb::Campaign& m) { return TextOrNull(m.time_zone()); }},
    {"numberCap", kInteger, "Most calls of one number in the window, over all campaigns.",
     [](const pb::Campaign& m) { return Json(m.number_cap()); }},
    {"numberCapWindowSeconds", kNumber, "That window.",
     [](const pb::Campaign& m) { return Seconds(m.number_cap_window()); }},
    {"skills", kObject<RequiredSkillTable>.List(), "That every lead needs.",
     [](const pb::Campaign& m) { return RequiredSkillTable().Each(m.skills()); }},
    {"poolId", kText, "Pool of its agents.",
     [](const pb::Campaign& m) { return Json(m.pool_id()); }},
    {"ringTimeoutSeconds", kNumber, "How long a number rings.",
     [](const pb::Campaign& m) { return Seconds(m.ring_timeout()); }},
    {"wrapUpSeconds", kNumber.OrNull(), "Time for after-work; null: the agent's own.",
     [](const pb::Campaign& m) { return m.has_wrap_up() ? Seconds(m.wrap_up()) : Json(); }},
    {"safeMessage", kText, "Prompt for a person whom no agent can take.",
     [](const pb::Campaign& m) { return Json(m.safe_message()); }},
    {"recording", kObject<RecordingPolicyTable>.OrNull(), "What is recorded; null: nothing said.",
     [](const pb::Campaign& m) {
       return m.has_recording() ? RecordingPolicyTable()(m.recording()) : Json();
     }},
    {"state", kEnum<pb::CampaignState_descriptor>, "Where it stands.",
     [](const pb::Campaign& m) { return EnumWord(*pb::CampaignState_descriptor(), m.state()); }},
    {"createdAt", kTime.OrNull(), "Created.",
     [](const pb::Campaign& m) { return TimeJson(m.create_time()); }},
    {"startedAt", kTime.OrNull(), "Last started.",
     [](const pb::Campaign& m) { return TimeJson(m.start_time()); }},
});

const Table<pb::Campaign>& CampaignTable() {
  static const Table<pb::Campaign> kTable("Campaign", kCampaignRows);
  return kTable;
}

constexpr auto kCampaignStatsRows = std::to_array<Row<pb::CampaignStats>>({
    {"campaignId", kText, "Campaign.",
     [](const pb::CampaignStats& m) { return Json(m.campaign_id()); }},
    {"state", kEnum<pb::CampaignState_descriptor>, "Where it stands.",
     [](const pb::CampaignStats& m) {
       return EnumWord(*pb::CampaignState_descriptor(), m.state());
     }},
    {"waitReason",
     {.nullable = true, .choices = WaitWords},
     "Why nothing is dialled now.",
     [](const pb::CampaignStats& m) { return WaitReason(m); }},
    {"waitDetail", kText.OrNull(), "The same for people.",
     [](const pb::CampaignStats& m) { return TextOrNull(m.wait_detail()); }},
    {"leads", kObject<LeadCountsTable>, "Leads by state.",
     [](const pb::CampaignStats& m) { return LeadCountsTable()(m); }},
    {"attempts", kInteger, "Calls really placed that are over.",
     [](const pb::CampaignStats& m) { return Json(m.attempts()); }},
    {"attemptsLive", kInteger, "Calls really placed that go on.",
     [](const pb::CampaignStats& m) { return Json(m.attempts_live()); }},
    {"attemptsByOutcome", kInteger.Map(), "By outcome.",
     [](const pb::CampaignStats& m) { return Outcomes(m.attempt_outcomes()); }},
    {"callsConnected", kInteger, "A person talked to an agent.",
     [](const pb::CampaignStats& m) { return Json(m.calls_connected()); }},
    {"answered", kInteger, "The far end answered.",
     [](const pb::CampaignStats& m) { return Json(m.answered()); }},
    {"abandoned", kInteger, "A person answered and no agent came in time.",
     [](const pb::CampaignStats& m) { return Json(m.abandoned()); }},
    {"talkSeconds", kNumber, "Sum of talks.",
     [](const pb::CampaignStats& m) { return Seconds(m.talk_time()); }},
    {"activeCalls", kInteger, "Calls now.",
     [](const pb::CampaignStats& m) { return Json(m.live_calls_size()); }},
    {"calls", kObject<CampaignCallTable>.List(), "Each call now, with its agent.",
     [](const pb::CampaignStats& m) { return CampaignCallTable().Each(m.live_calls()); }},
    {"agents", kObject<AgentCountsTable>, "Its agents now.",
     [](const pb::CampaignStats& m) { return AgentCountsTable()(m); }},
    {"nextDueAt", kTime.OrNull(), "When the next lead is due, where all wait.",
     [](const pb::CampaignStats& m) { return TimeJson(m.next_due_time()); }},
});

const Table<pb::CampaignStats>& CampaignStatsTable() {
  static const Table<pb::CampaignStats> kTable("CampaignStats", kCampaignStatsRows);
  return kTable;
}

}  // namespace callfleet::supervisor::rest
