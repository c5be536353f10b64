#include <algorithm>

#include "tests/integration/supervisor/fake_services.h"

namespace callfleet::supervisor::test {

FakeEdge::FakeEdge(const std::string& edge_id) {
  edge_pb::WatchCallsResponse begin;
  begin.mutable_snapshot_begin()->set_edge_id(edge_id);
  begin.mutable_snapshot_begin()->set_boot_id("boot");
  calls_.Tell(begin);
  edge_pb::WatchCallsResponse end;
  end.mutable_snapshot_end();
  calls_.Tell(end);
  edge_pb::WatchTrunksResponse complete;
  complete.set_snapshot_complete(true);
  trunk_feed_.Tell(complete);
}

void FakeEdge::Tell(const edge_pb::CallRecord& record) {
  edge_pb::WatchCallsResponse message;
  *message.mutable_delta()->mutable_record() = record;
  calls_.Tell(message);
}

void FakeEdge::Close() {
  calls_.Close();
  trunk_feed_.Close();
}

grpc::Status FakeEdge::CreateTrunk(grpc::ServerContext*, const edge_pb::CreateTrunkRequest* in,
                                   edge_pb::CreateTrunkResponse* out) {
  const std::lock_guard lock(mutex_);
  auto trunk = in->trunk();
  if (trunks_.contains(trunk.trunk_id())) {
    return Refuse(ErrorCode::kAlreadyExists, "TRUNK_EXISTS");
  }
  trunk.set_state(edge_pb::TRUNK_STATE_UP);
  trunk.clear_auth_secret();
  *out->mutable_trunk() = trunks_[trunk.trunk_id()] = trunk;
  edge_pb::WatchTrunksResponse message;
  *message.mutable_trunk() = trunk;
  trunk_feed_.Tell(message);
  return grpc::Status::OK;
}

grpc::Status FakeEdge::GetTrunk(grpc::ServerContext*, const edge_pb::GetTrunkRequest* in,
                                edge_pb::GetTrunkResponse* out) {
  const std::lock_guard lock(mutex_);
  const auto found = trunks_.find(in->trunk_id());
  if (found == trunks_.end()) return Refuse(ErrorCode::kNotFound, "TRUNK_UNKNOWN");
  *out->mutable_trunk() = found->second;
  return grpc::Status::OK;
}

grpc::Status FakeEdge::ListTrunks(grpc::ServerContext*, const edge_pb::ListTrunksRequest*,
                                  edge_pb::ListTrunksResponse* out) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, trunk] : trunks_) *out->add_trunks() = trunk;
  return grpc::Status::OK;
}

grpc::Status FakeEdge::UpdateTrunk(grpc::ServerContext*, const edge_pb::UpdateTrunkRequest* in,
                                   edge_pb::UpdateTrunkResponse* out) {
  const std::lock_guard lock(mutex_);
  const auto found = trunks_.find(in->trunk().trunk_id());
  if (found == trunks_.end()) return Refuse(ErrorCode::kNotFound, "TRUNK_UNKNOWN");
  *out->mutable_trunk() = found->second = in->trunk();
  return grpc::Status::OK;
}

grpc::Status FakeEdge::DeleteTrunk(grpc::ServerContext*, const edge_pb::DeleteTrunkRequest* in,
                                   edge_pb::DeleteTrunkResponse*) {
  const std::lock_guard lock(mutex_);
  if (trunks_.erase(in->trunk_id()) == 0) return Refuse(ErrorCode::kNotFound, "TRUNK_UNKNOWN");
  return grpc::Status::OK;
}

grpc::Status FakeEdge::GetCall(grpc::ServerContext*, const edge_pb::GetCallRequest* request,
                               edge_pb::GetCallResponse* response) {
  auto* call = response->mutable_call();
  call->set_call_id(request->call_id());
  const auto add = [call](const std::string& leg_id, const std::string& follows) {
    auto* leg = call->add_legs();
    leg->set_leg_id(leg_id);
    leg->set_role(edge_pb::LEG_ROLE_SUPERVISOR);
    leg->set_follows_agent_id(follows);
  };
  for (const auto& one : supervised) {
    if (one.call_id() == request->call_id()) add(one.leg_id(), "");
  }
  for (const auto& line : followed) {
    if (line.leg_id() == request->call_id()) add(line.leg_id(), line.agent_id());
  }
  if (knows_calls && call->legs_size() > 0) return grpc::Status::OK;
  return Refuse(ErrorCode::kNotFound, "CALL_NOT_FOUND");
}

grpc::Status FakeEdge::Supervise(grpc::ServerContext*, const edge_pb::SuperviseRequest* request,
                                 edge_pb::SuperviseResponse*) {
  const auto known = std::ranges::find(supervised, request->leg_id(),
                                       [](const auto& one) { return one.leg_id(); });
  if (known != supervised.end() && known->call_id() != request->call_id()) {
    return Refuse(ErrorCode::kAlreadyExists, "LEG_EXISTS");
  }
  if (!knows_calls) return Refuse(ErrorCode::kNotFound, "CALL_NOT_FOUND");
  if (!refuse_phone.empty()) {
    return grpc_server::ToGrpcStatus(InvalidField(refuse_phone, "is wrong").value());
  }
  if (known == supervised.end() && request->target_case() == 0) {
    return grpc_server::ToGrpcStatus({.code = ErrorCode::kNotFound,
                                      .reason = "SUPERVISION_NOT_FOUND",
                                      .message = "no such supervision on this edge",
                                      .fields = {{"target", "is needed for a new one"}}});
  }
  supervised.push_back(*request);
  if (refuse_supervise.empty()) return grpc::Status::OK;
  return Refuse(ErrorCode::kFailedPrecondition, refuse_supervise);
}

grpc::Status FakeEdge::SuperviseAgent(grpc::ServerContext*,
                                      const edge_pb::SuperviseAgentRequest* request,
                                      edge_pb::SuperviseAgentResponse*) {
  followed.push_back(*request);
  if (breaks_while_following) return {grpc::StatusCode::UNAVAILABLE, "Connection reset by peer"};
  if (refuse_follow.empty()) return grpc::Status::OK;
  return Refuse(ErrorCode::kFailedPrecondition, refuse_follow);
}

grpc::Status FakeEdge::StopSupervision(grpc::ServerContext*,
                                       const edge_pb::StopSupervisionRequest* request,
                                       edge_pb::StopSupervisionResponse*) {
  if (!knows_calls) return Refuse(ErrorCode::kNotFound, "SUPERVISION_NOT_FOUND");
  stopped.push_back(request->leg_id());
  return grpc::Status::OK;
}

grpc::Status FakeEdge::UploadPrompt(grpc::ServerContext*,
                                    grpc::ServerReader<edge_pb::UploadPromptRequest>* reader,
                                    edge_pb::UploadPromptResponse* response) {
  std::string name;
  std::string file;
  for (edge_pb::UploadPromptRequest message; reader->Read(&message);) {
    if (message.has_begin()) name = message.begin().name();
    file += message.chunk();
  }
  if (name.empty() || name.find(' ') != std::string::npos) {
    return grpc_server::ToGrpcStatus(InvalidField("begin.name", "is no name").value());
  }
  if (!file.starts_with("RIFF")) {
    return grpc_server::ToGrpcStatus(InvalidField("chunk", "is no WAV", "PROMPT_FORMAT").value());
  }
  prompts[name] = file;
  response->mutable_prompt()->set_name(name);
  return grpc::Status::OK;
}

grpc::Status FakeEdge::SendMessage(grpc::ServerContext*, const edge_pb::SendMessageRequest* request,
                                   edge_pb::SendMessageResponse* response) {
  messages.push_back(*request);
  response->set_sip_code(message_code);
  response->set_text(message_code == 486 ? "Busy Here" : "");
  return grpc::Status::OK;
}

// A token is "START.ID", as at the real one; START in microseconds.
grpc::Status FakeEdge::ListRecordings(grpc::ServerContext*,
                                      const edge_pb::ListRecordingsRequest* in,
                                      edge_pb::ListRecordingsResponse* out) {
  const auto key = [](const edge_pb::Recording& r) {
    return std::to_string(r.start_time().seconds() * 1'000'000) + "." + r.recording_id();
  };
  for (const auto& recording : recordings) {
    if (!in->page_token().empty() && key(recording) >= in->page_token()) continue;
    if (!in->recording_id().empty() && recording.recording_id() != in->recording_id()) continue;
    if (out->recordings_size() == in->page_size() && in->page_size() > 0) {
      out->set_next_page_token(key(out->recordings(out->recordings_size() - 1)));
      break;
    }
    *out->add_recordings() = recording;
  }
  return grpc::Status::OK;
}

grpc::Status FakeEdge::ReadRecording(grpc::ServerContext*, const edge_pb::ReadRecordingRequest* in,
                                     edge_pb::ReadRecordingResponse* out) {
  const auto known = std::ranges::any_of(
      recordings, [&](const auto& r) { return r.recording_id() == in->recording_id(); });
  if (!known) return Refuse(ErrorCode::kNotFound, "RECORDING_UNKNOWN");
  const std::string file = "wav of " + in->recording_id();
  out->set_chunk(file.substr(std::min<std::size_t>(in->offset(), file.size())));
  out->set_size_bytes(file.size());
  return grpc::Status::OK;
}

}  // namespace callfleet::supervisor::test
