#include "services/queue/adapters/outbox_events.h"

#include "callfleet/queue/v1/queue_service.pb.h"

namespace callfleet::queue {
namespace {

void Set(WallTime time, google::protobuf::Timestamp* to) {
  const auto micros = time.time_since_epoch().count();
  to->set_seconds(micros / 1'000'000);
  to->set_nanos(static_cast<std::int32_t>(micros % 1'000'000) * 1'000);
}

pg::OutboxEvent ToEvent(const InsertQueue& insert) {
  v1::QueueChanged payload;
  auto* queue = payload.mutable_queue();
  queue->set_queue_id(insert.queue.id.str());
  queue->set_name(insert.queue.settings.name);
  queue->set_pool_id(insert.queue.settings.pool);
  queue->set_state(static_cast<v1::QueueState>(insert.queue.state));
  Set(insert.queue.create_time, queue->mutable_create_time());
  return {.stream = {},
          .event_id = "queue-created-" + insert.queue.id.str(),
          .source = "callfleet/queue",
          .type = "callfleet.queue.v1.QueueChanged",
          .time = insert.queue.create_time,
          .subject = "queue:" + insert.queue.id.str(),
          .payload = payload.SerializeAsString()};
}

// The id is the call's own, so that a call that is heard of again after a restart counts once.
pg::OutboxEvent ToEvent(const CallRefused& refused) {
  v1::CallRefused payload;
  payload.set_call_id(refused.call.str());
  payload.set_caller(refused.caller);
  payload.set_called(refused.called);
  payload.set_sip_code(refused.sip_code);
  Set(refused.create_time, payload.mutable_create_time());
  Set(refused.end_time, payload.mutable_end_time());
  return {.stream = {},
          .event_id = "call-refused-" + refused.call.str(),
          .source = "callfleet/queue",
          .type = "callfleet.queue.v1.CallRefused",
          .time = refused.end_time,
          .subject = "call:" + refused.call.str(),
          .payload = payload.SerializeAsString()};
}

}  // namespace

pg::OutboxEvent ToOutboxEvent(const Write& write, const Unit& unit) {
  auto event = std::visit([](const auto& what) { return ToEvent(what); }, write);
  event.stream = ToString(unit);
  return event;
}

}  // namespace callfleet::queue
