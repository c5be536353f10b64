#include "services/dialer/rpc/settings_convert.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "services/dialer/rpc/amd_convert.h"

namespace callfleet::dialer {

namespace {

using std::chrono::seconds;

// Gathers faults, so that a caller sees all of them at once.
class Checker {
 public:
  explicit Checker(const Dictionary& dictionary) : dictionary_(dictionary) {}

  void Fault(const std::string& field, std::string what) {
    faults_.push_back({"campaign." + field, std::move(what)});
  }
  std::string Text(const std::string& field, const std::string& value, std::size_t min,
                   std::size_t max) {
    if (value.size() < min || value.size() > max) {
      Fault(field, std::to_string(min) + " to " + std::to_string(max) + " characters");
    }
    return value;
  }
  std::int64_t Number(const std::string& field, std::int64_t value, std::int64_t min,
                      std::int64_t max) {
    if (value < min || value > max) {
      Fault(field, std::to_string(min) + " to " + std::to_string(max));
    }
    return value;
  }
  seconds Duration(const std::string& field, const google::protobuf::Duration& value,
                   std::int64_t min, std::int64_t max) {
    return seconds(Number(field, value.seconds(), min, max));
  }
  const Dictionary& dictionary() const { return dictionary_; }
  Status Result() const {
    if (faults_.empty()) return {};
    return Fail(Error{.code = ErrorCode::kInvalidArgument,
                      .reason = "INVALID_ARGUMENT",
                      .message = faults_[0].field + ": " + faults_[0].description,
                      .metadata = {},
                      .fields = faults_,
                      .retry_after = {}});
  }

 private:
  const Dictionary& dictionary_;
  std::vector<FieldViolation> faults_;
};

constexpr std::int64_t kMonth = 30 * 86'400;

void ReadRetry(const v1::RetryPolicy& from, RetryPolicy* to, Checker* check) {
  if (from.max_attempts() > 0) {
    to->max_attempts =
        static_cast<int>(check->Number("retry_policy.max_attempts", from.max_attempts(), 1, 20));
  }
  for (const auto& rule : from.rules()) {
    std::string name = v1::Outcome_Name(rule.outcome());
    name = name.substr(std::string("OUTCOME_").size());
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    const auto outcome = OutcomeByName(name);
    if (rule.outcome() == v1::OUTCOME_UNSPECIFIED || !outcome) {
      check->Fault("retry_policy.rules.outcome", "is required");
      continue;
    }
    to->rules[*outcome] = {
        .delay = check->Duration("retry_policy.rules.delay", rule.delay(), 0, kMonth),
        .max_retries = static_cast<int>(
            check->Number("retry_policy.rules.max_attempts", rule.max_attempts(), 0, 20))};
  }
}

void ReadRecording(const callfleet::common::v1::RecordingPolicy& from, RecordingPolicy* to,
                   Checker* check) {
  to->mode = static_cast<RecordingMode>(
      check->Number("recording.mode", static_cast<int>(from.mode()), 0, 4));
  to->sample_percent = from.sample_percent();
  const bool fits = to->sample_percent > 0 && to->sample_percent <= 100;
  if (to->mode == RecordingMode::kSampled && !fits) {
    check->Fault("recording.sample_percent", "above 0 to 100");
  }
  to->consent_prompt = check->Text("recording.consent_prompt", from.consent_prompt(), 0, 64);
  to->include_whisper = from.include_whisper();
  to->keep_days = static_cast<int>(check->Number("recording.keep_days", from.keep_days(), 0, 3650));
}

void ReadWindow(const v1::CallingWindow& from, CallingWindow* to, Checker* check) {
  if (from.has_start_minute()) {
    to->from_minute = static_cast<int>(
        check->Number("calling_window.start_minute", from.start_minute(), 0, 1439));
  }
  if (from.has_end_minute()) {
    to->to_minute =
        static_cast<int>(check->Number("calling_window.end_minute", from.end_minute(), 1, 1440));
  }
  if (to->to_minute <= to->from_minute) {
    check->Fault("calling_window.end_minute", "must be after start_minute");
  }
  if (from.weekdays().empty()) return;
  to->days.fill(false);
  for (const auto day : from.weekdays()) {
    if (day < 1 || day > 7) {
      check->Fault("calling_window.weekdays", "1 (Monday) to 7");
    } else {
      to->days[day - 1] = true;
    }
  }
}

void ReadPlace(const v1::Campaign& from, CampaignSettings* to, Checker* check) {
  if (!from.default_region().empty()) to->default_region = from.default_region();
  if (!check->dictionary().KnownRegion(to->default_region)) {
    check->Fault("default_region", "is no ISO 3166 region");
  }
  to->time_zone = from.time_zone();
  if (!to->time_zone.empty() && !check->dictionary().KnownZone(to->time_zone)) {
    check->Fault("time_zone", "is no IANA zone");
  }
  if (from.caller_id_number().empty()) return;
  const auto number = check->dictionary().NormalNumber(from.caller_id_number(), to->default_region);
  if (number) {
    to->caller_id = *number;
  } else {
    check->Fault("caller_id_number", number.error().fields.empty()
                                         ? number.error().message
                                         : number.error().fields[0].description);
  }
}

void ReadPacing(const v1::Campaign& from, CampaignSettings* to, Checker* check) {
  to->max_concurrent = static_cast<int>(
      check->Number("max_concurrent_calls", from.max_concurrent_calls(), 1, 10'000));
  if (!v1::AgentStrategy_IsValid(from.strategy())) {
    check->Fault("strategy", "is unknown");
  } else if (from.strategy() != v1::AGENT_STRATEGY_UNSPECIFIED) {
    to->strategy = static_cast<Strategy>(static_cast<int>(from.strategy()) - 1);
  }
  if (!v1::PacingMode_IsValid(from.pacing_mode())) check->Fault("pacing_mode", "is unknown");
  to->pacing =
      from.pacing_mode() == v1::PACING_MODE_RATIO ? PacingMode::kRatio : PacingMode::kAgentFirst;
  if (from.ratio() != 0) to->ratio = from.ratio();
  if (!std::isfinite(to->ratio) || to->ratio < 1.0 || to->ratio > 5.0) {
    check->Fault("ratio", "1.0 to 5.0");
    to->ratio = 1.0;
  }
}

void ReadSkills(const v1::Campaign& from, CampaignSettings* to, Checker* check) {
  for (const auto& skill : from.skills()) {
    to->skills.push_back(
        {.name = check->Text("skills.name", skill.name(), 1, 64),
         .min_level = static_cast<int>(check->Number(
             "skills.min_level", skill.min_level() == 0 ? 1 : skill.min_level(), 1, 10))});
  }
  if (to->skills.size() > 16) check->Fault("skills", "at most 16");
}

}  // namespace

Result<CampaignSettings> ToSettings(const v1::Campaign& from, const Dictionary& dictionary) {
  Checker check(dictionary);
  CampaignSettings to;
  to.name = check.Text("name", from.name(), 1, 64);
  to.description = check.Text("description", from.description(), 0, 1000);
  to.trunk = TrunkId(check.Text("trunk_id", from.trunk_id(), 0, 64));
  if (!from.pool_id().empty()) to.pool = PoolId(check.Text("pool_id", from.pool_id(), 1, 64));
  ReadPacing(from, &to, &check);
  ReadRetry(from.retry_policy(), &to.retry, &check);
  ReadWindow(from.calling_window(), &to.window, &check);
  ReadPlace(from, &to, &check);
  ReadSkills(from, &to, &check);
  if (from.number_cap() > 0) {
    to.cap.calls = static_cast<int>(check.Number("number_cap", from.number_cap(), 1, 100));
  }
  if (from.number_cap_window().seconds() != 0) {
    to.cap.within = check.Duration("number_cap_window", from.number_cap_window(), 3600, kMonth);
  }
  if (from.ring_timeout().seconds() != 0) {
    to.ring_timeout = check.Duration("ring_timeout", from.ring_timeout(), 5, 180);
  }
  to.safe_message = check.Text("safe_message", from.safe_message(), 0, 64);
  ReadRecording(from.recording(), &to.recording, &check);
  to.amd = FromProto(from.amd(), [&check](const std::string& field, std::string what) {
    check.Fault("amd." + field, std::move(what));
  });
  if (from.has_wrap_up()) to.wrap_up = check.Duration("wrap_up", from.wrap_up(), 0, 3600);
  if (auto good = check.Result(); !good) return Fail(good.error());
  return to;
}

}  // namespace callfleet::dialer
