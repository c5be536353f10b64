#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "services/supervisor/rest/amd_json.h"
#include "services/supervisor/rest/body_check.h"
#include "services/supervisor/rest/campaign_json.h"
#include "services/supervisor/rest/json_values.h"
#include "services/supervisor/rest/recording_policy.h"

namespace callfleet::supervisor::rest {
namespace {

namespace dialer_pb = callfleet::dialer::v1;

constexpr double kDay = 86'400;

constexpr std::array<std::string_view, 8> kStrategies{
    "least_busy",      "longest_idle", "round_robin", "fewest_calls",
    "least_talk_time", "random",       "sequential",  "skill_level"};
constexpr std::array<std::string_view, 2> kPacingModes{"progressive", "ratio"};
constexpr std::array<std::string_view, 17> kOutcomes{
    "completed",    "busy",           "no_answer",         "unreachable",
    "declined",     "invalid_number", "blocked",           "abandoned",
    "trunk_fault",  "interrupted",    "suppressed",        "cancelled",
    "agent_failed", "refused",        "answering_machine", "fax",
    "message_left"};

constexpr std::array<FieldSpec, 3> kRetryRule{{
    {.name = "outcome",
     .about = "Outcome that the rule is for.",
     .required = true,
     .one_of = kOutcomes},
    {.name = "delaySeconds",
     .type = JsonType::kNumber,
     .about = "Wait before the next attempt.",
     .max = 30 * kDay},
    {.name = "maxAttempts",
     .type = JsonType::kInteger,
     .about = "Most attempts with this outcome; 0: final at once.",
     .required = true,
     .max = 20},
}};
constexpr std::array<FieldSpec, 2> kRetryPolicy{{
    {.name = "maxAttempts",
     .type = JsonType::kInteger,
     .about = "Most attempts of a lead; 3 unless given.",
     .min = 1,
     .max = 20},
    {.name = "rules",
     .type = JsonType::kObjectList,
     .about = "Rules by outcome.",
     .max = kOutcomes.size(),
     .fields = kRetryRule},
}};
constexpr std::array<FieldSpec, 3> kWindow{{
    {.name = "start", .about = "Local time \"HH:MM\"; 09:00 unless given.", .min = 5, .max = 5},
    {.name = "end",
     .about = "Local time \"HH:MM\", to 24:00; 20:00 unless given.",
     .min = 5,
     .max = 5},
    {.name = "weekdays",
     .type = JsonType::kIntegerList,
     .about = "1 (Monday) to 7; all unless given.",
     .min = 1,
     .max = 7},
}};

constexpr std::array<FieldSpec, 21> kFields{{
    {.name = "name", .about = "Unique name.", .min = 1, .max = 64},
    {.name = "maxConcurrent",
     .type = JsonType::kInteger,
     .about = "Most calls at once.",
     .min = 1,
     .max = 10'000},
    {.name = "description", .about = "For people.", .max = 1000},
    {.name = "sipTrunkId",
     .about = "Trunk; need not be known before start.",
     .nullable = true,
     .max = 64},
    {.name = "callerIdNumber",
     .about = "Number presented; the trunk's own unless given.",
     .nullable = true,
     .max = 32},
    {.name = "strategy",
     .about = "How agents are chosen; least_busy unless given.",
     .nullable = true,
     .one_of = kStrategies},
    {.name = "pacingMode",
     .about = "How many lines; progressive (agent first) unless given.",
     .nullable = true,
     .one_of = kPacingModes},
    {.name = "ratio",
     .type = JsonType::kNumber,
     .about = "Lines a free agent in the mode ratio.",
     .min = 1,
     .max = 5},
    {.name = "retryPolicy",
     .type = JsonType::kObject,
     .about = "When a lead is tried again.",
     .fields = kRetryPolicy},
    {.name = "callingWindow",
     .type = JsonType::kObject,
     .about = "Local hours of the lead.",
     .fields = kWindow},
    {.name = "defaultRegion",
     .about = "ISO 3166 region for numbers without +; US unless given.",
     .min = 2,
     .max = 2},
    {.name = "timezone", .about = "IANA zone for leads without one.", .nullable = true, .max = 64},
    {.name = "numberCap",
     .type = JsonType::kInteger,
     .about = "Most calls of one number over all campaigns in the window; 3 unless given.",
     .min = 1,
     .max = 100},
    {.name = "numberCapWindowSeconds",
     .type = JsonType::kNumber,
     .about = "24 h unless given.",
     .min = 60,
     .max = 30 * kDay},
    {.name = "skills",
     .type = JsonType::kObjectList,
     .about = "Skills that every lead needs.",
     .max = 64,
     .fields = kRequiredSkill},
    {.name = "poolId", .about = "Pool of its agents; default unless given.", .min = 1, .max = 64},
    {.name = "ringTimeoutSeconds",
     .type = JsonType::kNumber,
     .about = "25 s unless given.",
     .min = 5,
     .max = 180},
    {.name = "wrapUpSeconds",
     .type = JsonType::kNumber,
     .about = "The agent's own unless given.",
     .nullable = true,
     .max = 3600},
    {.name = "safeMessage",
     .about = "Prompt that names the seller, for an answered call without an agent.",
     .max = 64},
    {.name = "recording",
     .type = JsonType::kObject,
     .about = "Which calls are recorded; none unless given.",
     .nullable = true,
     .fields = kRecordingPolicy},
    {.name = "amd",
     .type = JsonType::kObject,
     .about = "Answering-machine detection; off unless given.",
     .nullable = true,
     .fields = kAmdSettings},
}};

constexpr auto WithRequired() {
  auto fields = kFields;
  fields[0].required = true;
  fields[1].required = true;
  return fields;
}
constexpr auto kNewFields = WithRequired();

// "HH:MM" as minutes since midnight, 0 to 1440.
std::optional<unsigned> Minutes(const std::string& text) {
  unsigned hours = 0;
  unsigned minutes = 0;
  const char* at = text.data();
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  if (std::from_chars(at, at + 2, hours).ptr != at + 2) return std::nullopt;
  if (std::from_chars(at + 3, at + 5, minutes).ptr != at + 5) return std::nullopt;
  const unsigned total = hours * 60 + minutes;
  return minutes < 60 && total <= 1440 ? std::optional(total) : std::nullopt;
}

Status ApplyWindow(const Json& body, dialer_pb::CallingWindow* window) {
  window->Clear();
  for (const char* name : {"start", "end"}) {
    const auto text = Get<std::string>(body, name);
    if (!text) continue;
    const auto minutes = Minutes(*text);
    if (!minutes) {
      return InvalidField(std::string("callingWindow.") + name,
                          "must be local time \"HH:MM\", 00:00 to 24:00");
    }
    if (*name == 's') {
      window->set_start_minute(*minutes);
    } else {
      window->set_end_minute(*minutes);
    }
  }
  // The defaults of the dialer.
  const auto start = window->has_start_minute() ? window->start_minute() : 540;
  const auto end = window->has_end_minute() ? window->end_minute() : 1200;
  if (start >= end) {
    return InvalidField("callingWindow.end",
                        "must be later than callingWindow.start (09:00 unless given) and at most "
                        "24:00; 20:00 unless given");
  }
  for (const unsigned day :
       Get<std::vector<unsigned>>(body, "weekdays").value_or(std::vector<unsigned>{})) {
    window->add_weekdays(day);
  }
  return {};
}

void ApplyRetries(const Json& body, dialer_pb::RetryPolicy* policy) {
  policy->Clear();
  policy->set_max_attempts(Get<unsigned>(body, "maxAttempts").value_or(0));
  const auto rules = body.find("rules");
  if (rules == body.end()) return;
  for (const auto& item : *rules) {
    auto* rule = policy->add_rules();
    dialer_pb::Outcome outcome = dialer_pb::OUTCOME_UNSPECIFIED;
    dialer_pb::Outcome_Parse(EnumName("OUTCOME_", item["outcome"].get<std::string>()), &outcome);
    rule->set_outcome(outcome);
    rule->set_max_attempts(item["maxAttempts"].get<unsigned>());
    if (auto v = Get<double>(item, "delaySeconds")) SetSeconds(*v, rule->mutable_delay());
  }
}

void ApplyEnums(const Json& body, dialer_pb::Campaign* campaign) {
  if (auto v = Get<std::string>(body, "strategy")) {
    dialer_pb::AgentStrategy strategy = dialer_pb::AGENT_STRATEGY_UNSPECIFIED;
    dialer_pb::AgentStrategy_Parse(EnumName("AGENT_STRATEGY_", *v), &strategy);
    campaign->set_strategy(strategy);
  }
  if (auto v = Get<std::string>(body, "pacingMode")) {
    campaign->set_pacing_mode(*v == "ratio" ? dialer_pb::PACING_MODE_RATIO
                                            : dialer_pb::PACING_MODE_PROGRESSIVE);
  }
}

void ApplyTimes(const Json& body, dialer_pb::Campaign* campaign) {
  if (auto v = Get<double>(body, "numberCapWindowSeconds")) {
    SetSeconds(*v, campaign->mutable_number_cap_window());
  }
  if (auto v = Get<double>(body, "ringTimeoutSeconds")) {
    SetSeconds(*v, campaign->mutable_ring_timeout());
  }
  if (auto v = Get<double>(body, "wrapUpSeconds")) SetSeconds(*v, campaign->mutable_wrap_up());
}

void ApplySounds(const Json& body, dialer_pb::Campaign* campaign) {
  if (auto v = Get<std::string>(body, "safeMessage")) campaign->set_safe_message(*v);
  if (const auto given = body.find("recording"); given != body.end()) {
    SetRecordingPolicy(*given, campaign->mutable_recording());
  }
  if (const auto given = body.find("amd"); given != body.end()) {
    SetAmdSettings(*given, campaign->mutable_amd());
  }
}

constexpr auto kCampaignClearings = std::to_array<Clearing<dialer_pb::Campaign>>({
    {"strategy", [](dialer_pb::Campaign& campaign) { campaign.clear_strategy(); }},
    {"pacingMode", [](dialer_pb::Campaign& campaign) { campaign.clear_pacing_mode(); }},
    {"sipTrunkId", [](dialer_pb::Campaign& campaign) { campaign.clear_trunk_id(); }},
    {"callerIdNumber", [](dialer_pb::Campaign& campaign) { campaign.clear_caller_id_number(); }},
    {"timezone", [](dialer_pb::Campaign& campaign) { campaign.clear_time_zone(); }},
    {"wrapUpSeconds", [](dialer_pb::Campaign& campaign) { campaign.clear_wrap_up(); }},
    {"recording", [](dialer_pb::Campaign& campaign) { campaign.clear_recording(); }},
    {"amd", [](dialer_pb::Campaign& campaign) { campaign.clear_amd(); }},
});

}  // namespace

Fields NewCampaignFields() { return kNewFields; }
Fields CampaignFields() { return kFields; }

Status ApplyCampaign(Json body, dialer_pb::Campaign* campaign) {
  TakeNulls<dialer_pb::Campaign>(kCampaignClearings, &body, campaign);
  if (auto v = Get<std::string>(body, "name")) campaign->set_name(*v);
  if (auto v = Get<std::string>(body, "description")) campaign->set_description(*v);
  if (auto v = Get<unsigned>(body, "maxConcurrent")) campaign->set_max_concurrent_calls(*v);
  if (auto v = Get<std::string>(body, "sipTrunkId")) campaign->set_trunk_id(*v);
  if (auto v = Get<std::string>(body, "callerIdNumber")) campaign->set_caller_id_number(*v);
  if (auto v = Get<double>(body, "ratio")) campaign->set_ratio(*v);
  if (auto v = Get<std::string>(body, "defaultRegion")) campaign->set_default_region(*v);
  if (auto v = Get<std::string>(body, "timezone")) campaign->set_time_zone(*v);
  if (auto v = Get<unsigned>(body, "numberCap")) campaign->set_number_cap(*v);
  if (auto v = Get<std::string>(body, "poolId")) campaign->set_pool_id(*v);
  ApplyEnums(body, campaign);
  ApplyTimes(body, campaign);
  ApplySounds(body, campaign);
  if (body.contains("skills")) {
    campaign->clear_skills();
    for (const auto& item : body["skills"]) {
      auto* skill = campaign->add_skills();
      skill->set_name(item["name"].get<std::string>());
      skill->set_min_level(Get<unsigned>(item, "minLevel").value_or(1));
    }
  }
  if (body.contains("retryPolicy")) {
    ApplyRetries(body["retryPolicy"], campaign->mutable_retry_policy());
  }
  if (!body.contains("callingWindow")) return {};
  return ApplyWindow(body["callingWindow"], campaign->mutable_calling_window());
}

}  // namespace callfleet::supervisor::rest
