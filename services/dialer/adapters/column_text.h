#pragma once
// Small structures that are kept in one column of text.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/dialer/domain/amd.h"
#include "services/dialer/domain/campaign_settings.h"
#include "services/dialer/domain/lead.h"
#include "services/dialer/domain/retry_policy.h"

namespace callfleet::dialer {

std::string ToText(const Tries& tries);  // "busy:2,no_answer:1".
Tries TriesOf(const std::string& text);
std::string ToText(const RetryPolicy& policy);  // Rules only: "busy:300:3,…".
RetryPolicy RulesOf(const std::string& text, int max_attempts);
std::string ToText(const std::vector<SkillNeed>& skills);  // What ParseSkills reads.
std::vector<SkillNeed> SkillsOf(const std::string& text);

std::string ToJson(const RecordingPolicy& policy);
RecordingPolicy RecordingOf(const std::string& json);  // As it was; an empty object: unsaid.
std::string ToJson(const AmdSettings& settings);
AmdSettings AmdSettingsOf(const std::string& json);
std::string ToJson(const std::optional<AmdFacts>& amd);
std::optional<AmdFacts> AmdFactsOf(const std::string& json);
std::string ToJson(const std::map<std::string, std::string>& metadata);
std::map<std::string, std::string> MetadataOf(const std::string& json);

}  // namespace callfleet::dialer
