#include "tests/integration/history/recorded_feed.h"

#include "common/grpc_server/errors.h"

namespace callfleet::supervisor::test {
namespace {

void Set(WallTime time, google::protobuf::Timestamp* to) {
  const auto micros = time.time_since_epoch().count();
  to->set_seconds(micros / 1'000'000);
  to->set_nanos(static_cast<std::int32_t>(micros % 1'000'000) * 1'000);
}

template <class Payload>
callfleet::common::v1::Event Event(const std::string& id, WallTime time, const Payload& payload) {
  callfleet::common::v1::Event event;
  event.set_id(id);
  event.set_type(payload.GetTypeName());
  Set(time, event.mutable_time());
  event.mutable_payload()->set_value(payload.SerializeAsString());
  return event;
}

}  // namespace

RecordedFeed::~RecordedFeed() = default;

void Outbox::Add(callfleet::common::v1::Event event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  changed_.notify_all();
}

void Outbox::Drop(std::size_t count) {
  const std::lock_guard lock(mutex_);
  dropped_ = count;
}

std::string Outbox::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

std::size_t Outbox::size() const {
  const std::lock_guard lock(mutex_);
  return events_.size();
}

void Outbox::Acknowledge(const std::string& token) {
  const std::lock_guard lock(mutex_);
  acknowledged_ = token;
}

void Outbox::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

grpc::Status Outbox::Watch(grpc::ClientContext* /*context*/, const std::string& after,
                           const EventFeed::Take& take) {
  std::unique_lock lock(mutex_);
  std::size_t at = after.empty() ? dropped_ : std::stoul(after);
  if (at < dropped_) {
    return grpc_server::ToGrpcStatus({.code = ErrorCode::kOutOfRange,
                                      .reason = "EVENTS_GONE",
                                      .message = "gone",
                                      .metadata = {{"oldest", std::to_string(dropped_)}}});
  }
  for (int left = break_after_;; --left) {
    if (closed_) return grpc::Status::CANCELLED;
    if (left == 0) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "broken");
    // The context has no call that could be cancelled: an idle stream breaks instead.
    if (!changed_.wait_for(lock, std::chrono::milliseconds(50),
                           [&] { return closed_ || at < events_.size(); })) {
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "idle");
    }
    if (closed_) continue;
    const auto event = events_[at++];
    lock.unlock();
    const bool wanted = take(event, std::to_string(at));
    lock.lock();
    if (!wanted) return grpc::Status::CANCELLED;
  }
}

WallTime At(double second) {
  return WallTime(Micros(1'790'000'000'000'000 + static_cast<std::int64_t>(second * 1e6)));
}

callfleet::common::v1::Event Attempt(int number, double start, double up, double bridged,
                                     double over) {
  callfleet::dialer::v1::AttemptChanged payload;
  payload.set_change(callfleet::dialer::v1::ATTEMPT_CHANGE_ENDED);
  payload.set_lead_state(callfleet::dialer::v1::LEAD_STATE_FINAL);
  auto* attempt = payload.mutable_attempt();
  const std::string id = "attempt-" + std::to_string(number);
  attempt->set_attempt_id(id);
  attempt->set_call_id("call-" + std::to_string(number));
  attempt->set_campaign_id("c" + std::to_string(number % 3));
  attempt->set_agent_id("agent-" + std::to_string(number % 5));
  attempt->set_outcome(bridged >= 0 ? callfleet::dialer::v1::OUTCOME_COMPLETED
                                    : callfleet::dialer::v1::OUTCOME_NO_ANSWER);
  Set(At(start), attempt->mutable_create_time());
  Set(At(start), attempt->mutable_place_time());
  if (up >= 0) Set(At(start + up), attempt->mutable_answer_time());
  if (bridged >= 0) Set(At(start + bridged), attempt->mutable_bridge_time());
  Set(At(start + over), attempt->mutable_end_time());
  return Event("ended-" + id, At(start + over), payload);
}

callfleet::common::v1::Event Recording(int number, double start, const std::string& reason) {
  callfleet::sip_edge::v1::RecordingClosed payload;
  auto* recording = payload.mutable_recording();
  const std::string id = "recording-" + std::to_string(number);
  recording->set_recording_id(id);
  recording->set_call_id("call-" + std::to_string(number));
  recording->set_edge_id("edge-1");
  recording->set_state(callfleet::sip_edge::v1::RECORDING_STATE_DONE);
  recording->set_file_name(id + ".wav");
  recording->add_left_leg_ids("customer");
  recording->add_right_leg_ids("ann");
  recording->add_right_leg_ids("bob");
  recording->set_agent_id("agent-" + std::to_string(number % 5));
  recording->mutable_unit()->set_kind(callfleet::common::v1::UNIT_KIND_QUEUE);
  recording->mutable_unit()->set_id("7");
  Set(At(start), recording->mutable_start_time());
  Set(At(start + 60), recording->mutable_end_time());
  recording->mutable_duration()->set_seconds(60);
  recording->set_size_bytes(1'920'044);
  recording->set_sha256(std::string(64, 'a'));
  recording->set_reason(reason);
  recording->set_pauses(2);
  recording->mutable_paused_time()->set_seconds(5);
  recording->mutable_policy()->set_mode(callfleet::common::v1::RECORDING_MODE_SAMPLED);
  recording->mutable_policy()->set_sample_percent(12.5);
  return Event(id, At(start + 60), payload);
}

callfleet::common::v1::Event Presence(int number, const std::string& agent, double from,
                                      double to) {
  callfleet::agent_registry::v1::PresenceChanged payload;
  payload.set_agent_id(agent);
  payload.set_previous_presence(callfleet::agent_registry::v1::PRESENCE_READY);
  Set(At(from), payload.mutable_previous_since());
  payload.set_presence(callfleet::agent_registry::v1::PRESENCE_LOGGED_OUT);
  Set(At(to), payload.mutable_since());
  return Event("presence-" + std::to_string(number), At(to), payload);
}

callfleet::common::v1::Event Slot(const std::string& reservation,
                                  callfleet::agent_registry::v1::SlotState from, double from_time,
                                  callfleet::agent_registry::v1::SlotState to, double time) {
  callfleet::agent_registry::v1::SlotChanged payload;
  payload.set_agent_id("agent-1");
  payload.set_reservation_id(reservation);
  payload.set_from(from);
  Set(At(from_time), payload.mutable_from_time());
  payload.set_to(to);
  Set(At(time), payload.mutable_time());
  return Event("slot-" + reservation + "-" + std::to_string(time), At(time), payload);
}

callfleet::common::v1::Event WorkDone(const std::string& reservation, const std::string& outcome,
                                      double time) {
  callfleet::agent_registry::v1::WorkDone payload;
  payload.set_agent_id("agent-1");
  payload.set_reservation_id(reservation);
  payload.set_outcome(outcome);
  return Event("work-" + reservation, At(time), payload);
}

callfleet::common::v1::Event Refusal(const std::string& call, const std::string& queue,
                                     double start, double over) {
  callfleet::queue::v1::CallRefused payload;
  payload.set_call_id(call);
  payload.set_queue_id(queue);
  payload.set_sip_code(480);
  Set(At(start), payload.mutable_create_time());
  Set(At(start + over), payload.mutable_end_time());
  return Event("refusal-" + queue + "-" + call, At(start + over), payload);
}

callfleet::common::v1::Event TicketOver(const std::string& call, const std::string& queue,
                                        callfleet::queue::v1::TicketEnd end, double start,
                                        double answered, double over) {
  callfleet::queue::v1::TicketChanged payload;
  payload.set_change(callfleet::queue::v1::TICKET_STEP_KIND_ENDED);
  auto* ticket = payload.mutable_ticket();
  const std::string id = "ticket-" + queue + "-" + call;
  ticket->set_ticket_id(id);
  ticket->set_queue_id(queue);
  ticket->set_call_id(call);
  ticket->set_state(callfleet::queue::v1::TICKET_STATE_ENDED);
  ticket->set_end(end);
  Set(At(start), ticket->mutable_enqueue_time());
  if (answered >= 0) {
    Set(At(start + answered), ticket->mutable_answer_time());
    ticket->mutable_talk_time()->set_seconds(static_cast<std::int64_t>(over - answered));
  }
  Set(At(start + over), ticket->mutable_end_time());
  return Event("ended-" + id, At(start + over), payload);
}

}  // namespace callfleet::supervisor::test
