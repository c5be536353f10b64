#include "tests/integration/queue/fake_edge.h"

#include <chrono>
#include <utility>

namespace callfleet::test {

namespace edge = sip_edge::v1;

FakeEdge::FakeEdge(std::string id, int port) : id_(std::move(id)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials(),
                           &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

FakeEdge::~FakeEdge() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  server_->Shutdown();
}

void FakeEdge::CallArrives(const std::string& call, const std::string& number) {
  const std::lock_guard lock(mutex_);
  record_.Clear();
  record_.set_call_id(call);
  record_.set_boot_id("boot");
  record_.set_edge_id(id_);
  record_.set_caller("+15550001");
  auto* leg = record_.add_legs();
  leg->set_leg_id(call + "-caller");
  leg->set_role(edge::LEG_ROLE_CUSTOMER);
  leg->set_state(edge::LEG_STATE_RINGING);
  record_.set_version(1);
  record_.set_direction(edge::CALL_DIRECTION_INBOUND);
  record_.set_state(edge::CALL_STATE_ARRIVED);
  record_.set_called(number);
  changed_.notify_all();
}

void FakeEdge::SendNonsenseOnce() {
  const std::lock_guard lock(mutex_);
  nonsense_ = true;
}

void FakeEdge::CallerHangsUp() {
  const std::lock_guard lock(mutex_);
  record_.mutable_legs(0)->set_state(edge::LEG_STATE_ENDED);
  record_.set_state(edge::CALL_STATE_ENDED);
  record_.set_version(record_.version() + 1);
  changed_.notify_all();
}

void FakeEdge::FallSilentAfterClaims(int count) {
  const std::lock_guard lock(mutex_);
  claims_until_silence_ = count;
}

std::vector<std::string> FakeEdge::WaitForCommands(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::seconds(10), [&] { return commands_.size() >= count; });
  return commands_;
}

grpc::Status FakeEdge::WatchCalls(grpc::ServerContext* context, const edge::WatchCallsRequest*,
                                  grpc::ServerWriter<edge::WatchCallsResponse>* writer) {
  edge::WatchCallsResponse message;
  message.mutable_snapshot_begin()->set_boot_id("boot");
  message.mutable_snapshot_begin()->set_edge_id(id_);
  writer->Write(message);
  std::uint64_t sent = 0;
  std::unique_lock lock(mutex_);
  silent_ = false;
  if (std::exchange(nonsense_, false)) {
    message.mutable_record()->set_caller("\xff");  // No UTF-8: no string of proto3.
    writer->Write(message);
  }
  if (record_.version() > 0) {
    sent = record_.version();
    *message.mutable_record() = record_;
    writer->Write(message);
  }
  message.mutable_snapshot_end()->set_seq(0);
  writer->Write(message);
  while (!stopping_ && !context->IsCancelled()) {
    if (record_.version() > sent && !silent_) {
      sent = record_.version();
      auto* delta = message.mutable_delta();
      delta->set_seq(sent);
      *delta->mutable_record() = record_;
      writer->Write(message);
    }
    changed_.wait_for(lock, std::chrono::milliseconds(50));
  }
  return grpc::Status::OK;
}

grpc::Status FakeEdge::Claim(grpc::ServerContext*, const edge::ClaimRequest* request,
                             edge::ClaimResponse*) {
  Change("claim " + request->call_id(), [&](edge::CallRecord* record) {
    silent_ = silent_ || --claims_until_silence_ == 0;
    *record->mutable_controller() = request->context().unit();
    record->clear_offered();
  });
  return grpc::Status::OK;
}

grpc::Status FakeEdge::Handover(grpc::ServerContext*, const edge::HandoverRequest* request,
                                edge::HandoverResponse*) {
  Change("hand over " + request->call_id(),
         [&](edge::CallRecord* record) { *record->mutable_offered() = request->to(); });
  return grpc::Status::OK;
}

grpc::Status FakeEdge::Answer(grpc::ServerContext*, const edge::AnswerRequest* request,
                              edge::AnswerResponse*) {
  Change("answer " + request->call_id(), [](edge::CallRecord* record) {
    record->set_state(edge::CALL_STATE_WAITING);
    record->mutable_legs(0)->set_state(edge::LEG_STATE_ANSWERED);
    record->mutable_legs(0)->mutable_answer_time()->set_seconds(1);
  });
  return grpc::Status::OK;
}

grpc::Status FakeEdge::HangUp(grpc::ServerContext*, const edge::HangUpRequest* request,
                              edge::HangUpResponse*) {
  Change("hang up " + request->call_id() + " " + std::to_string(request->sip_code()),
         [](edge::CallRecord* record) {
           record->set_state(edge::CALL_STATE_ENDED);
           record->mutable_legs(0)->set_state(edge::LEG_STATE_ENDED);
         });
  return grpc::Status::OK;
}

grpc::Status FakeEdge::Ring(grpc::ServerContext*, const edge::RingRequest* request,
                            edge::RingResponse*) {
  const std::lock_guard lock(mutex_);
  commands_.push_back("ring " + request->leg_id());
  changed_.notify_all();
  if (ring_answers_lost_ == 0) return grpc::Status::OK;
  --ring_answers_lost_;
  return {grpc::StatusCode::UNAVAILABLE, "lost"};
}

void FakeEdge::LoseRingAnswers(int count) {
  const std::lock_guard lock(mutex_);
  ring_answers_lost_ = count;
}

grpc::Status FakeEdge::Acknowledge(grpc::ServerContext*, const edge::AcknowledgeRequest* request,
                                   edge::AcknowledgeResponse*) {
  Change("acknowledge " + request->call_ids(0), [](edge::CallRecord*) {});
  return grpc::Status::OK;
}

void FakeEdge::Change(std::string command, const std::function<void(edge::CallRecord*)>& how) {
  const std::lock_guard lock(mutex_);
  commands_.push_back(std::move(command));
  how(&record_);
  record_.set_version(record_.version() + 1);
  changed_.notify_all();
}

}  // namespace callfleet::test
