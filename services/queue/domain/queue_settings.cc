#include "services/queue/domain/queue_settings.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "common/text/utf8.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kSecond{1'000};
constexpr milliseconds kHour{3'600'000};

class Faults {
 public:
  void Length(const std::string& field, const std::string& text, std::size_t least,
              std::size_t most) {
    const std::size_t length = Characters(text);
    if (length >= least && length <= most) return;
    Add(field, std::to_string(least) + " to " + std::to_string(most) + " characters.");
  }
  void Range(const std::string& field, milliseconds value, milliseconds least, milliseconds most) {
    if (value >= least && value <= most) return;
    Add(field,
        std::to_string(least / kSecond) + " to " + std::to_string(most / kSecond) + " seconds.");
  }
  // 0 means "none"; else a range.
  void RangeOrNone(const std::string& field, milliseconds value, milliseconds least,
                   milliseconds most) {
    if (value != milliseconds(0)) Range(field, value, least, most);
  }
  void Add(const std::string& field, std::string description) {
    fields_.push_back({"queue." + field, std::move(description)});
  }
  std::vector<FieldViolation>* fields() { return &fields_; }
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

void CheckRelaxations(const std::vector<Relaxation>& steps, Faults* faults) {
  // What is in a list that is too long is not looked at: there may be a million of it.
  if (steps.size() > 16) return faults->Add("relaxations", "At most 16.");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto at = "relaxations[" + std::to_string(i) + "]";
    faults->Range(at + ".after", steps[i].after, kSecond, 24 * kHour);
    if (i > 0 && steps[i].after < steps[i - 1].after) {
      faults->Add(at + ".after", "Not before the step before it.");
    }
    faults->Length(at + ".skill", steps[i].skill, 1, 64);
    if (steps[i].min_level > 10) faults->Add(at + ".min_level", "0 to 10.");
  }
}

void CheckSound(const WaitingSound& sound, Faults* faults) {
  faults->Length("sound.music", sound.music, 0, 64);
  faults->Length("sound.prompt", sound.prompt, 0, 64);
  faults->Length("sound.prefix", sound.prefix, 0, 32);
  faults->Range("sound.first_announcement", sound.first_announcement, milliseconds(0), kHour);
  faults->RangeOrNone("sound.period", sound.period, 5 * kSecond, kHour);
}

void CheckExits(const QueueSettings& settings, Faults* faults) {
  const auto& exits = settings.exits;
  if (exits.size() > 12) return faults->Add("exits", "At most 12.");
  std::string seen;
  for (std::size_t i = 0; i < exits.size(); ++i) {
    const auto at = "exits[" + std::to_string(i) + "]";
    if (std::string_view("0123456789*#").find(exits[i].digit) == std::string_view::npos) {
      faults->Add(at + ".digit", "One of 0-9 * #.");
    }
    if (seen.find(exits[i].digit) != std::string::npos) faults->Add(at + ".digit", "Only once.");
    seen += exits[i].digit;
    if (exits[i].destination) {
      Check(*exits[i].destination, "queue." + at + ".destination", faults->fields());
    } else if (!settings.callback) {
      faults->Add(at + ".callback", "The queue has no callback policy.");
    }
  }
}

void CheckCallback(const CallbackPolicy& policy, Faults* faults) {
  faults->Length("callback.trunk_id", policy.trunk.str(), 1, 64);
  if (policy.max_attempts < 1 || policy.max_attempts > 10) {
    faults->Add("callback.max_attempts", "1 to 10.");
  }
  faults->Range("callback.retry_after", policy.retry_after, kSecond, 24 * kHour);
  faults->Range("callback.ring_timeout", policy.ring_timeout, 5 * kSecond, 120 * kSecond);
  faults->Range("callback.max_age", policy.max_age, kSecond, 7 * 24 * kHour);
  faults->Length("callback.confirmation", policy.confirmation, 0, 64);
}

void CheckRecording(const RecordingPolicy& policy, Faults* faults) {
  if (policy.mode > RecordingMode::kOnDemand) faults->Add("recording.mode", "One of the modes.");
  const bool share = policy.sample_percent > 0 && policy.sample_percent <= 100;
  if (policy.mode == RecordingMode::kSampled && !share) {
    faults->Add("recording.sample_percent", "Above 0 to 100.");
  }
  faults->Length("recording.consent_prompt", policy.consent_prompt, 0, 64);
  if (policy.keep_days > 3'650) faults->Add("recording.keep_days", "At most 3650.");
}

using NamedRule = std::pair<std::string, const std::optional<Destination>&>;
std::array<NamedRule, 4> RulesOf(const QueueSettings& settings) {
  return {NamedRule{"queue.on_max_wait", settings.on_max_wait},
          NamedRule{"queue.on_full", settings.on_full},
          NamedRule{"queue.on_no_agents", settings.on_no_agents},
          NamedRule{"queue.on_closed", settings.on_closed}};
}

template <auto Member>
bool Same(const QueueSettings& a, const QueueSettings& b) {
  return a.*Member == b.*Member;
}

// One that leads to a callback is judged by whether there are any.
bool SameExits(const QueueSettings& a, const QueueSettings& b) {
  return a.exits == b.exits && a.callback.has_value() == b.callback.has_value();
}

// All that the faults of a field depend on.
struct Part {
  std::string_view field;
  bool (*same)(const QueueSettings&, const QueueSettings&);
};
constexpr auto kParts =
    std::to_array<Part>({{"name", Same<&QueueSettings::name>},
                         {"description", Same<&QueueSettings::description>},
                         {"overflow_queue_id", Same<&QueueSettings::overflow_queue>},
                         {"skills", Same<&QueueSettings::skills>},
                         {"max_size", Same<&QueueSettings::max_size>},
                         {"max_wait", Same<&QueueSettings::max_wait>},
                         {"ring_timeout", Same<&QueueSettings::ring_timeout>},
                         {"service_level_threshold", Same<&QueueSettings::service_level_threshold>},
                         {"priority_bonus", Same<&QueueSettings::priority_bonus>},
                         {"wrap_up", Same<&QueueSettings::wrap_up>},
                         {"relaxations", Same<&QueueSettings::relaxations>},
                         {"sticky_patience", Same<&QueueSettings::sticky_patience>},
                         {"sticky_window", Same<&QueueSettings::sticky_window>},
                         {"sound", Same<&QueueSettings::sound>},
                         {"exits", SameExits},
                         {"callback", Same<&QueueSettings::callback>},
                         {"recording", Same<&QueueSettings::recording>},
                         {"on_max_wait", Same<&QueueSettings::on_max_wait>},
                         {"on_full", Same<&QueueSettings::on_full>},
                         {"on_no_agents", Same<&QueueSettings::on_no_agents>},
                         {"on_closed", Same<&QueueSettings::on_closed>},
                         {"no_agents_grace", Same<&QueueSettings::no_agents_grace>},
                         {"return_window", Same<&QueueSettings::return_window>},
                         {"early_media", Same<&QueueSettings::early_media>},
                         {"short_abandon_threshold", Same<&QueueSettings::short_abandon>},
                         {"caller_id", Same<&QueueSettings::caller_id>}});

// `field` as a fault names it: "queue.on_full.uri", "queue.skills[0].name".
bool IsAsKept(std::string_view field, const QueueSettings& kept, const QueueSettings& settings) {
  field.remove_prefix(std::string_view("queue.").size());
  const auto part =
      std::ranges::find(kParts, field.substr(0, field.find_first_of(".[")), &Part::field);
  return part != kParts.end() && part->same(kept, settings);
}

void CheckWaysOut(const QueueSettings& settings, Faults* faults) {
  for (const auto& [field, rule] : RulesOf(settings)) {
    if (rule) Check(*rule, field, faults->fields());
  }
}

}  // namespace

void Check(const std::vector<SkillRequirement>& skills, const std::string& field,
           std::vector<FieldViolation>* faults) {
  if (skills.size() > 64) return faults->push_back({field, "At most 64."});
  for (std::size_t i = 0; i < skills.size(); ++i) {
    const auto at = field + "[" + std::to_string(i) + "]";
    if (skills[i].name.empty() || skills[i].name.size() > 64) {
      faults->push_back({at + ".name", "1 to 64 characters."});
    }
    if (skills[i].min_level < 1 || skills[i].min_level > 10) {
      faults->push_back({at + ".min_level", "1 to 10."});
    }
  }
}

Status Check(const QueueSettings& settings) {
  Faults faults;
  const bool blank = settings.name.find_first_not_of(' ') == std::string::npos;
  if (blank || Characters(settings.name) > 64 || !IsOneLine(settings.name)) {
    faults.Add("name", "1 to 64 characters, none of them a control character, not only spaces.");
  }
  faults.Length("description", settings.description, 0, 1'000);
  faults.Length("pool_id", settings.pool, 1, 64);
  faults.Length("overflow_queue_id", settings.overflow_queue, 0, 64);
  Check(settings.skills, "queue.skills", faults.fields());
  if (settings.max_size < 1 || settings.max_size > 10'000) faults.Add("max_size", "1 to 10000.");
  faults.Range("max_wait", settings.max_wait, milliseconds(0), 24 * kHour);
  faults.Range("ring_timeout", settings.ring_timeout, 5 * kSecond, 120 * kSecond);
  faults.Range("service_level_threshold", settings.service_level_threshold, kSecond, kHour);
  faults.Range("priority_bonus", settings.priority_bonus, milliseconds(0), kHour);
  if (settings.wrap_up) faults.Range("wrap_up", *settings.wrap_up, milliseconds(0), kHour);
  CheckRelaxations(settings.relaxations, &faults);
  faults.Range("sticky_patience", settings.sticky_patience, milliseconds(0), 600 * kSecond);
  faults.Range("sticky_window", settings.sticky_window, kSecond, 90 * 24 * kHour);
  CheckSound(settings.sound, &faults);
  CheckExits(settings, &faults);
  if (settings.callback) CheckCallback(*settings.callback, &faults);
  if (settings.recording) CheckRecording(*settings.recording, &faults);
  CheckWaysOut(settings, &faults);
  faults.Range("no_agents_grace", settings.no_agents_grace, kSecond, kHour);
  faults.Range("return_window", settings.return_window, milliseconds(0), kHour);
  faults.Range("early_media", settings.early_media, milliseconds(0), 60 * kSecond);
  faults.Range("short_abandon_threshold", settings.short_abandon, milliseconds(0), 60 * kSecond);
  if (!settings.caller_id.empty() && !IsE164(settings.caller_id)) {
    faults.Add("caller_id", "Empty, or E.164: + and 2 to 15 digits.");
  }
  return std::move(faults).Take();
}

Status CheckChange(const QueueSettings& kept, const QueueSettings& settings) {
  auto checked = Check(settings);
  if (checked) return checked;
  Error error = std::move(checked).error();
  std::erase_if(error.fields,
                [&](const auto& fault) { return IsAsKept(fault.field, kept, settings); });
  if (error.fields.empty()) return {};
  return Fail(std::move(error));
}

bool TurnsAwayToAgent(const QueueSettings& settings) {
  const auto leads = [](const std::optional<Destination>& destination) {
    return destination && std::holds_alternative<ToAgent>(*destination);
  };
  return leads(settings.on_full) || leads(settings.on_no_agents) || leads(settings.on_closed);
}

std::vector<std::pair<std::string, QueueId>> QueuesNamed(const QueueSettings& settings) {
  std::vector<std::pair<std::string, QueueId>> named;
  const auto add = [&named](const std::string& field, const std::optional<Destination>& rule) {
    const auto* to = rule ? std::get_if<ToQueue>(&*rule) : nullptr;
    if (to != nullptr) named.emplace_back(field + ".queue_id", to->queue);
  };
  if (!settings.overflow_queue.empty()) {
    named.emplace_back("queue.overflow_queue_id", QueueId(settings.overflow_queue));
  }
  for (std::size_t i = 0; i < settings.exits.size(); ++i) {
    add("queue.exits[" + std::to_string(i) + "].destination", settings.exits[i].destination);
  }
  for (const auto& [field, rule] : RulesOf(settings)) add(field, rule);
  return named;
}

bool LeadsTo(const QueueSettings& settings, const QueueId& queue) {
  if (queue == DirectQueue() && TurnsAwayToAgent(settings)) return true;
  const auto named = QueuesNamed(settings);
  return std::any_of(named.begin(), named.end(),
                     [&](const auto& each) { return each.second == queue; });
}

}  // namespace callfleet::queue
