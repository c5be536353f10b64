// Queues and their settings.
#include "services/queue/rpc/convert.h"

#include <algorithm>

#include "services/queue/rpc/proto_time.h"

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

void Read(const v1::WaitingSound& from, WaitingSound* to) {
  to->music = from.music();
  SetUnlessZero(from.first_announcement(), &to->first_announcement);
  SetUnlessZero(from.period(), &to->period);
  to->position = from.position();
  to->expected_wait = from.expected_wait();
  to->prompt = from.prompt();
  to->prefix = from.prefix();
}

void Fill(const WaitingSound& from, v1::WaitingSound* to) {
  to->set_music(from.music);
  Set(from.first_announcement, to->mutable_first_announcement());
  Set(from.period, to->mutable_period());
  to->set_position(from.position);
  to->set_expected_wait(from.expected_wait);
  to->set_prompt(from.prompt);
  to->set_prefix(from.prefix);
}

CallbackPolicy Read(const v1::CallbackPolicy& from) {
  CallbackPolicy to;
  to.trunk = TrunkId(from.trunk_id());
  if (from.max_attempts() != 0) to.max_attempts = static_cast<int>(from.max_attempts());
  SetUnlessZero(from.retry_after(), &to.retry_after);
  SetUnlessZero(from.ring_timeout(), &to.ring_timeout);
  SetUnlessZero(from.max_age(), &to.max_age);
  to.confirmation = from.confirmation();
  return to;
}

void Fill(const CallbackPolicy& from, v1::CallbackPolicy* to) {
  to->set_trunk_id(from.trunk.str());
  to->set_max_attempts(static_cast<std::uint32_t>(from.max_attempts));
  Set(from.retry_after, to->mutable_retry_after());
  Set(from.ring_timeout, to->mutable_ring_timeout());
  Set(from.max_age, to->mutable_max_age());
  to->set_confirmation(from.confirmation);
}

DigitExit Read(const v1::DigitExit& from) {
  // More or less than one character is no digit: Check names the field.
  DigitExit to{.digit = from.digit().size() == 1 ? from.digit()[0] : '\0', .destination = {}};
  if (!from.callback()) to.destination = FromProto(from.destination());
  return to;
}

void ReadRules(const v1::Queue& from, QueueSettings* to) {
  if (from.has_on_max_wait()) to->on_max_wait = FromProto(from.on_max_wait());
  if (from.has_on_full()) to->on_full = FromProto(from.on_full());
  if (from.has_on_no_agents()) to->on_no_agents = FromProto(from.on_no_agents());
  if (from.has_on_closed()) to->on_closed = FromProto(from.on_closed());
  const auto staffing = [](v1::Staffing value) {
    return value == v1::STAFFING_MEMBER  ? Staffing::kMember
           : value == v1::STAFFING_READY ? Staffing::kReady
                                         : Staffing::kNobody;
  };
  to->join_needs = staffing(from.join_needs());
  to->stay_needs = staffing(from.stay_needs());
  SetUnlessZero(from.no_agents_grace(), &to->no_agents_grace);
  SetUnlessZero(from.return_window(), &to->return_window);
  SetUnlessZero(from.early_media(), &to->early_media);
  if (from.has_short_abandon_threshold()) {
    to->short_abandon = MillisOf(from.short_abandon_threshold());
  }
  to->caller_id = from.caller_id();
  if (!from.has_recording()) return;
  const auto& recording = from.recording();
  // A mode of a newer release is out of range, and refused.
  const int mode = std::clamp(static_cast<int>(recording.mode()), 0, 255);
  to->recording = RecordingPolicy{.mode = static_cast<RecordingMode>(mode),
                                  .sample_percent = recording.sample_percent(),
                                  .consent_prompt = recording.consent_prompt(),
                                  .include_whisper = recording.include_whisper(),
                                  .keep_days = recording.keep_days()};
}

void ToProto(const RecordingPolicy& from, callfleet::common::v1::RecordingPolicy* to) {
  to->set_mode(static_cast<callfleet::common::v1::RecordingMode>(from.mode));
  to->set_sample_percent(from.sample_percent);
  to->set_consent_prompt(from.consent_prompt);
  to->set_include_whisper(from.include_whisper);
  to->set_keep_days(from.keep_days);
}

void WriteRules(const QueueSettings& from, v1::Queue* to) {
  if (from.on_max_wait) ToProto(*from.on_max_wait, to->mutable_on_max_wait());
  if (from.on_full) ToProto(*from.on_full, to->mutable_on_full());
  if (from.on_no_agents) ToProto(*from.on_no_agents, to->mutable_on_no_agents());
  if (from.on_closed) ToProto(*from.on_closed, to->mutable_on_closed());
  to->set_join_needs(static_cast<v1::Staffing>(from.join_needs));
  to->set_stay_needs(static_cast<v1::Staffing>(from.stay_needs));
  Set(from.no_agents_grace, to->mutable_no_agents_grace());
  Set(from.return_window, to->mutable_return_window());
  Set(from.early_media, to->mutable_early_media());
  Set(from.short_abandon, to->mutable_short_abandon_threshold());
  to->set_caller_id(from.caller_id);
  if (from.recording) ToProto(*from.recording, to->mutable_recording());
}

}  // namespace

std::vector<SkillRequirement> FromProto(
    const google::protobuf::RepeatedPtrField<callfleet::common::v1::SkillRequirement>& skills) {
  std::vector<SkillRequirement> to;
  for (const auto& skill : skills) {
    to.push_back(
        {.name = skill.name(), .min_level = skill.min_level() == 0 ? 1 : skill.min_level()});
  }
  return to;
}

void ToProto(const std::vector<SkillRequirement>& skills,
             google::protobuf::RepeatedPtrField<callfleet::common::v1::SkillRequirement>* to) {
  for (const auto& skill : skills) {
    auto* added = to->Add();
    added->set_name(skill.name);
    added->set_min_level(skill.min_level);
  }
}

QueueSettings FromProto(const v1::Queue& queue) {
  QueueSettings settings;
  settings.name = queue.name();
  settings.description = queue.description();
  if (!queue.pool_id().empty()) settings.pool = queue.pool_id();
  if (v1::QueueStrategy_IsValid(queue.strategy()) &&
      queue.strategy() != v1::QUEUE_STRATEGY_UNSPECIFIED) {
    settings.strategy = static_cast<Strategy>(queue.strategy());
  }
  settings.skills = FromProto(queue.skills());
  if (queue.max_size() != 0) settings.max_size = queue.max_size();
  SetUnlessZero(queue.max_wait(), &settings.max_wait);
  SetUnlessZero(queue.ring_timeout(), &settings.ring_timeout);
  SetUnlessZero(queue.service_level_threshold(), &settings.service_level_threshold);
  SetUnlessZero(queue.priority_bonus(), &settings.priority_bonus);
  if (queue.has_wrap_up()) settings.wrap_up = MillisOf(queue.wrap_up());
  settings.overflow_queue = queue.overflow_queue_id();
  for (const auto& step : queue.relaxations()) {
    settings.relaxations.push_back(
        {.after = MillisOf(step.after()), .skill = step.skill(), .min_level = step.min_level()});
  }
  SetUnlessZero(queue.sticky_patience(), &settings.sticky_patience);
  SetUnlessZero(queue.sticky_window(), &settings.sticky_window);
  Read(queue.sound(), &settings.sound);
  for (const auto& exit : queue.exits()) settings.exits.push_back(Read(exit));
  if (queue.has_callback()) settings.callback = Read(queue.callback());
  ReadRules(queue, &settings);
  return settings;
}

v1::Queue ToProto(const Queue& queue) {
  v1::Queue to;
  const auto& settings = queue.settings;
  to.set_queue_id(queue.id.str());
  to.set_name(settings.name);
  to.set_description(settings.description);
  to.set_pool_id(settings.pool);
  to.set_strategy(static_cast<v1::QueueStrategy>(settings.strategy));
  ToProto(settings.skills, to.mutable_skills());
  to.set_max_size(settings.max_size);
  Set(settings.max_wait, to.mutable_max_wait());
  Set(settings.ring_timeout, to.mutable_ring_timeout());
  Set(settings.service_level_threshold, to.mutable_service_level_threshold());
  Set(settings.priority_bonus, to.mutable_priority_bonus());
  if (settings.wrap_up) Set(*settings.wrap_up, to.mutable_wrap_up());
  to.set_overflow_queue_id(settings.overflow_queue);
  for (const auto& step : settings.relaxations) {
    auto* added = to.add_relaxations();
    Set(step.after, added->mutable_after());
    added->set_skill(step.skill);
    added->set_min_level(step.min_level);
  }
  Set(settings.sticky_patience, to.mutable_sticky_patience());
  Set(settings.sticky_window, to.mutable_sticky_window());
  Fill(settings.sound, to.mutable_sound());
  for (const auto& exit : settings.exits) {
    auto* added = to.add_exits();
    added->set_digit(std::string(1, exit.digit));
    if (exit.destination) {
      ToProto(*exit.destination, added->mutable_destination());
    } else {
      added->set_callback(true);
    }
  }
  if (settings.callback) Fill(*settings.callback, to.mutable_callback());
  WriteRules(settings, &to);
  to.set_state(static_cast<v1::QueueState>(queue.state));
  Set(queue.create_time, to.mutable_create_time());
  return to;
}

}  // namespace callfleet::queue
