#include "tests/scenario/engine/event_log.h"

namespace callfleet::engine {

void EventLog::Append(const Told& told) {
  auto event = std::make_unique<Event>();
  event->set_id(source_ + "-" + std::to_string(events_.size() + 1));
  event->set_source(source_);
  event->set_type(told.type);
  event->set_subject(told.subject);
  event->set_stream(told.stream);
  event->set_seq(++last_[told.stream]);
  event->mutable_payload()->set_value(told.payload);
  const auto micros = told.at.time_since_epoch().count();
  event->mutable_time()->set_seconds(micros / 1'000'000);
  event->mutable_time()->set_nanos(static_cast<std::int32_t>(micros % 1'000'000) * 1'000);
  events_.push_back(std::move(event));
}

}  // namespace callfleet::engine
