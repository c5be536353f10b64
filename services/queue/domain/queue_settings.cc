#include "services/queue/domain/queue_settings.h"

#include <utility>

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kSecond{1'000};
constexpr milliseconds kHour{3'600'000};

class Faults {
 public:
  void Length(const char* field, const std::string& text, std::size_t least, std::size_t most) {
    if (text.size() >= least && text.size() <= most) return;
    Add(field, std::to_string(least) + " to " + std::to_string(most) + " characters.");
  }
  void Range(const char* field, milliseconds value, milliseconds least, milliseconds most) {
    if (value >= least && value <= most) return;
    Add(field,
        std::to_string(least / kSecond) + " to " + std::to_string(most / kSecond) + " seconds.");
  }
  void Add(std::string field, std::string description) {
    fields_.push_back({"queue." + std::move(field), std::move(description)});
  }
  Status Take() && {
    if (fields_.empty()) return {};
    return Fail({.code = ErrorCode::kInvalidArgument,
                 .reason = "INVALID_ARGUMENT",
                 .message = "The queue's settings are outside their limits.",
                 .fields = std::move(fields_)});
  }

 private:
  std::vector<FieldViolation> fields_;
};

void CheckSkills(const std::vector<SkillRequirement>& skills, Faults* faults) {
  if (skills.size() > 64) faults->Add("skills", "At most 64.");
  for (std::size_t i = 0; i < skills.size(); ++i) {
    const auto at = "skills[" + std::to_string(i) + "]";
    const auto& skill = skills[i];
    if (skill.name.empty() || skill.name.size() > 64) {
      faults->Add(at + ".name", "1 to 64 characters.");
    }
    if (skill.min_level < 1 || skill.min_level > 10) faults->Add(at + ".min_level", "1 to 10.");
  }
}

}  // namespace

Status Check(const QueueSettings& settings) {
  Faults faults;
  faults.Length("name", settings.name, 1, 64);
  faults.Length("description", settings.description, 0, 1'000);
  faults.Length("pool_id", settings.pool, 1, 64);
  faults.Length("overflow_queue_id", settings.overflow_queue, 0, 64);
  CheckSkills(settings.skills, &faults);
  if (settings.max_size < 1 || settings.max_size > 10'000) faults.Add("max_size", "1 to 10000.");
  faults.Range("max_wait", settings.max_wait, milliseconds(0), 24 * kHour);
  faults.Range("ring_timeout", settings.ring_timeout, 5 * kSecond, 120 * kSecond);
  faults.Range("service_level_threshold", settings.service_level_threshold, kSecond, kHour);
  faults.Range("priority_bonus", settings.priority_bonus, milliseconds(0), kHour);
  if (settings.wrap_up) faults.Range("wrap_up", *settings.wrap_up, milliseconds(0), kHour);
  return std::move(faults).Take();
}

}  // namespace callfleet::queue
