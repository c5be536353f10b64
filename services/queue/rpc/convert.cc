#include "services/queue/rpc/convert.h"

#include <chrono>

namespace callfleet::queue {
namespace {

using std::chrono::milliseconds;

// Saturates, so that no hostile duration wraps round into the allowed range.
milliseconds FromProto(const google::protobuf::Duration& duration) {
  constexpr std::int64_t kMostSeconds = 1'000'000'000;
  if (duration.seconds() > kMostSeconds) return milliseconds::max();
  if (duration.seconds() < -kMostSeconds) return milliseconds::min();
  return milliseconds(duration.seconds() * 1'000 + duration.nanos() / 1'000'000);
}

void Set(milliseconds value, google::protobuf::Duration* to) {
  to->set_seconds(value.count() / 1'000);
  to->set_nanos(static_cast<std::int32_t>(value.count() % 1'000) * 1'000'000);
}

void SetUnlessZero(const google::protobuf::Duration& from, milliseconds* to) {
  if (const auto value = FromProto(from); value != milliseconds(0)) *to = value;
}

}  // namespace

QueueSettings FromProto(const v1::Queue& queue) {
  QueueSettings settings;
  settings.name = queue.name();
  settings.description = queue.description();
  if (!queue.pool_id().empty()) settings.pool = queue.pool_id();
  if (v1::QueueStrategy_IsValid(queue.strategy()) &&
      queue.strategy() != v1::QUEUE_STRATEGY_UNSPECIFIED) {
    settings.strategy = static_cast<Strategy>(queue.strategy());
  }
  for (const auto& skill : queue.skills()) {
    settings.skills.push_back(
        {.name = skill.name(), .min_level = skill.min_level() == 0 ? 1 : skill.min_level()});
  }
  if (queue.max_size() != 0) settings.max_size = queue.max_size();
  SetUnlessZero(queue.max_wait(), &settings.max_wait);
  SetUnlessZero(queue.ring_timeout(), &settings.ring_timeout);
  SetUnlessZero(queue.service_level_threshold(), &settings.service_level_threshold);
  SetUnlessZero(queue.priority_bonus(), &settings.priority_bonus);
  if (queue.has_wrap_up()) settings.wrap_up = FromProto(queue.wrap_up());
  settings.overflow_queue = queue.overflow_queue_id();
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
  for (const auto& skill : settings.skills) {
    auto* added = to.add_skills();
    added->set_name(skill.name);
    added->set_min_level(skill.min_level);
  }
  to.set_max_size(settings.max_size);
  Set(settings.max_wait, to.mutable_max_wait());
  Set(settings.ring_timeout, to.mutable_ring_timeout());
  Set(settings.service_level_threshold, to.mutable_service_level_threshold());
  Set(settings.priority_bonus, to.mutable_priority_bonus());
  if (settings.wrap_up) Set(*settings.wrap_up, to.mutable_wrap_up());
  to.set_overflow_queue_id(settings.overflow_queue);
  to.set_state(static_cast<v1::QueueState>(queue.state));
  const auto micros = queue.create_time.time_since_epoch().count();
  to.mutable_create_time()->set_seconds(micros / 1'000'000);
  to.mutable_create_time()->set_nanos(static_cast<std::int32_t>(micros % 1'000'000) * 1'000);
  return to;
}

}  // namespace callfleet::queue
