#include "services/dialer/adapters/column_text.h"

#include <nlohmann/json.hpp>
#include <sstream>

namespace callfleet::dialer {

namespace {
// Calls `each` with the fields of every "a:b:c" in a list separated by commas.
template <class Each>
void ForEachItem(const std::string& text, const Each& each) {
  std::istringstream items(text);
  for (std::string item; std::getline(items, item, ',');) {
    std::vector<std::string> fields;
    std::istringstream parts(item);
    for (std::string field; std::getline(parts, field, ':');) fields.push_back(field);
    each(fields);
  }
}

void AddItem(std::string* list, const std::string& item) {
  if (!list->empty()) *list += ',';
  *list += item;
}
}  // namespace

std::string ToText(const Tries& tries) {
  std::string text;
  for (Outcome outcome : kOutcomes) {
    if (tries.Of(outcome) == 0) continue;
    AddItem(&text, std::string(Name(outcome)) + ":" + std::to_string(tries.Of(outcome)));
  }
  return text;
}

Tries TriesOf(const std::string& text) {
  Tries tries;
  ForEachItem(text, [&](const std::vector<std::string>& fields) {
    if (fields.size() != 2) return;
    const auto outcome = OutcomeByName(fields[0]);
    if (!outcome) return;
    tries.by_outcome[static_cast<std::size_t>(*outcome)] =
        static_cast<std::uint8_t>(std::stoi(fields[1]));
  });
  return tries;
}

std::string ToText(const RetryPolicy& policy) {
  std::string text;
  for (const auto& [outcome, rule] : policy.rules) {
    AddItem(&text, std::string(Name(outcome)) + ":" + std::to_string(rule.delay.count()) + ":" +
                       std::to_string(rule.max_retries));
  }
  return text;
}

RetryPolicy RulesOf(const std::string& text, int max_attempts) {
  RetryPolicy policy;
  policy.max_attempts = max_attempts;
  ForEachItem(text, [&](const std::vector<std::string>& fields) {
    if (fields.size() != 3) return;
    if (const auto outcome = OutcomeByName(fields[0])) {
      policy.rules[*outcome] = {.delay = std::chrono::seconds(std::stoll(fields[1])),
                                .max_retries = std::stoi(fields[2])};
    }
  });
  return policy;
}

std::string ToText(const std::vector<SkillNeed>& skills) {
  std::string text;
  for (const auto& skill : skills) {
    if (!text.empty()) text += '|';
    text += skill.name + ":" + std::to_string(skill.min_level);
  }
  return text;
}

std::string ToJson(const std::map<std::string, std::string>& metadata) {
  return nlohmann::json(metadata).dump();
}

std::map<std::string, std::string> MetadataOf(const std::string& json) {
  return nlohmann::json::parse(json).get<std::map<std::string, std::string>>();
}

std::vector<SkillNeed> SkillsOf(const std::string& text) {
  std::vector<SkillNeed> skills;
  ParseSkills(text, skills);
  return skills;
}

std::string ToJson(const RecordingPolicy& policy) {
  if (policy == RecordingPolicy{}) return "{}";
  return nlohmann::json{{"mode", static_cast<int>(policy.mode)},
                        {"sample_percent", policy.sample_percent},
                        {"consent_prompt", policy.consent_prompt},
                        {"include_whisper", policy.include_whisper},
                        {"keep_days", policy.keep_days}}
      .dump();
}

RecordingPolicy RecordingOf(const std::string& json) {
  const auto kept = nlohmann::json::parse(json, nullptr, false);
  if (!kept.is_object() || kept.empty()) return {};
  return {.mode = static_cast<RecordingMode>(kept.value("mode", 0)),
          .sample_percent = kept.value("sample_percent", 0.0),
          .consent_prompt = kept.value("consent_prompt", std::string()),
          .include_whisper = kept.value("include_whisper", false),
          .keep_days = kept.value("keep_days", 0)};
}

// What is as the edge has it is left out.
std::string ToJson(const AmdSettings& settings) {
  nlohmann::json kept = nlohmann::json::object();
  if (settings.enabled) kept["enabled"] = true;
  for (const AmdNumber& number : kAmdNumbers) {
    if (const int value = settings.*number.value; value != 0)
      kept[std::string(number.name)] = value;
  }
  for (const AmdChoice& choice : kAmdChoices) {
    const AmdAction action = settings.*choice.value;
    if (action != AmdAction::kUnsaid) kept[std::string(choice.name)] = static_cast<int>(action);
  }
  if (!settings.message.empty()) kept["message"] = settings.message;
  return kept.dump();
}

AmdSettings AmdSettingsOf(const std::string& json) {
  AmdSettings settings;
  const auto kept = nlohmann::json::parse(json, nullptr, false);
  if (!kept.is_object()) return settings;
  settings.enabled = kept.value("enabled", false);
  for (const AmdNumber& number : kAmdNumbers) {
    settings.*number.value = kept.value(std::string(number.name), 0);
  }
  for (const AmdChoice& choice : kAmdChoices) {
    settings.*choice.value = static_cast<AmdAction>(kept.value(std::string(choice.name), 0));
  }
  settings.message = kept.value("message", std::string());
  return settings;
}

// Times in microseconds; the verdict has a column of its own, too.
std::string ToJson(const std::optional<AmdFacts>& amd) {
  if (!amd) return "";
  return nlohmann::json{{"verdict", static_cast<int>(amd->verdict)},
                        {"reason", amd->reason},
                        {"action", static_cast<int>(amd->action)},
                        {"decided", amd->decided.time_since_epoch().count()},
                        {"after_answer_ms", amd->after_answer.count()},
                        {"after_first_rtp_ms", amd->after_first_rtp.count()},
                        {"message", amd->message.time_since_epoch().count()},
                        {"message_left", amd->message_left}}
      .dump();
}

std::optional<AmdFacts> AmdFactsOf(const std::string& json) {
  const auto kept = nlohmann::json::parse(json, nullptr, false);
  if (!kept.is_object()) return std::nullopt;
  const auto time = [&kept](const char* name) {
    return WallTime(std::chrono::microseconds(kept.value(name, std::int64_t{0})));
  };
  const auto ms = [&kept](const char* name) {
    return std::chrono::milliseconds(kept.value(name, std::int64_t{0}));
  };
  return AmdFacts{.verdict = static_cast<AmdVerdict>(kept.value("verdict", 0)),
                  .reason = kept.value("reason", 0),
                  .action = static_cast<AmdAction>(kept.value("action", 0)),
                  .decided = time("decided"),
                  .after_answer = ms("after_answer_ms"),
                  .after_first_rtp = ms("after_first_rtp_ms"),
                  .message = time("message"),
                  .message_left = kept.value("message_left", false)};
}

}  // namespace callfleet::dialer
