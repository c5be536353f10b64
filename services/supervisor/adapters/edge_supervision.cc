#include "services/supervisor/adapters/edge_supervision.h"

#include <cstdint>
#include <cstdio>

#include "callfleet/sip_edge/v1/sip_edge_service.pb.h"
#include "services/supervisor/domain/agent_view.h"

namespace callfleet::supervisor {
namespace {

namespace edge_pb = callfleet::sip_edge::v1;

constexpr std::string_view kService = "/callfleet.sip_edge.v1.SipEdgeService/";

// The same for a request that is repeated: FNV-1a, twice, over the request's id.
std::string LegIdOf(const std::string& request_id) {
  std::string id = "sup-";
  for (const std::uint64_t seed : {0xcbf29ce484222325ULL, 0x84222325cbf29ce4ULL}) {
    std::uint64_t hash = seed;
    for (const char c : request_id)
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    id += text;
  }
  return id;
}

// A supervisor owns no unit; the edge does not fence what it asks for.
void SetContext(const std::string& request_id, edge_pb::CommandContext* context) {
  context->set_request_id(request_id);
  context->mutable_unit()->mutable_unit()->set_kind(callfleet::common::v1::UNIT_KIND_POOL);
  context->mutable_unit()->mutable_unit()->set_id("default");
  context->mutable_unit()->set_token(1);
}

edge_pb::SuperviseMode ToProto(SupervisionMode mode) {
  switch (mode) {
    case SupervisionMode::kListen:
      return edge_pb::SUPERVISE_MODE_LISTEN;
    case SupervisionMode::kWhisper:
      return edge_pb::SUPERVISE_MODE_WHISPER;
    case SupervisionMode::kBarge:
      return edge_pb::SUPERVISE_MODE_BARGE;
    case SupervisionMode::kTakeOver:
      return edge_pb::SUPERVISE_MODE_TAKE_OVER;
  }
  return edge_pb::SUPERVISE_MODE_UNSPECIFIED;
}

template <class Message>
void Fill(const SuperviseOrder& order, const std::string& leg, Message* request) {
  SetContext(order.request_id, request->mutable_context());
  request->set_leg_id(leg);
  request->set_mode(ToProto(order.mode));
  request->set_include_private(order.include_private);
  if (order.phone.starts_with("sip:") || order.phone.starts_with("sips:")) {
    request->set_contact_uri(order.phone);
  } else if (!order.phone.empty()) {
    request->set_sip_user(order.phone);
  }
}

template <class Message>
Result<std::string> Call(Backend* backend, const char* method, const Message& request) {
  return backend->Call(Service::kEdge, std::string(kService) + method, request.SerializeAsString());
}

}  // namespace

Result<AgentFact> EdgeSupervision::FindAgent(const std::string& id_or_name) {
  return Ask<AgentFact>(*parts_.view, [id_or_name](const World& world) -> Result<AgentFact> {
    const AgentFact* agent = world.FindAgent(id_or_name);
    if (agent == nullptr) return NotFound("AGENT_NOT_FOUND", "There is no such agent.");
    return *agent;
  });
}

Result<std::string> EdgeSupervision::Supervise(const SuperviseOrder& order) {
  const bool known = !order.supervision_id.empty();
  const std::string leg = known ? order.supervision_id : LegIdOf(order.request_id);
  if (known == !order.phone.empty()) {
    return InvalidField("phone", known ? "is not changed by a change of mode"
                                       : "is required for a new supervision");
  }
  Result<std::string> done;
  if (order.agent.empty()) {
    edge_pb::SuperviseRequest request;
    Fill(order, leg, &request);
    request.set_call_id(order.call_id);
    done = Call(parts_.backend, "Supervise", request);
  } else {
    const auto agent = FindAgent(order.agent);
    if (!agent) return Fail(agent.error());
    edge_pb::SuperviseAgentRequest request;
    Fill(order, leg, &request);
    request.set_agent_id(agent->id.str());
    done = Call(parts_.backend, "SuperviseAgent", request);
  }
  if (done) return leg;
  // For an id that it does not know the edge wants a phone to ring.
  if (known && done.error().code == ErrorCode::kInvalidArgument) {
    return NotFound("SUPERVISION_NOT_FOUND", "There is no such supervision.");
  }
  return Fail(done.error());
}

Status EdgeSupervision::Stop(const std::string& supervision_id) {
  edge_pb::StopSupervisionRequest request;
  SetContext(parts_.ids->Next(), request.mutable_context());
  request.set_leg_id(supervision_id);
  const auto done = Call(parts_.backend, "StopSupervision", request);
  if (!done) return Fail(done.error());
  return {};
}

Result<CoachResult> EdgeSupervision::Coach(const CoachOrder& order) {
  {
    const std::lock_guard lock(mutex_);
    const auto first = coached_.find(order.request_id);
    if (first != coached_.end()) return first->second;
  }
  const auto agent = FindAgent(order.agent);
  if (!agent) return Fail(agent.error());
  if (ActiveCalls(*agent) == 0) {
    return FailedPrecondition("AGENT_NOT_IN_CALL", "The agent has no call.");
  }
  auto result = Send(order, *agent);
  if (!result) return result;
  parts_.facts->Push({parts_.agents, parts_.clock->Now().wall,
                      CoachingNote{.id = order.request_id,
                                   .agent = agent->id,
                                   .at = parts_.clock->Now().wall,
                                   .author = order.author,
                                   .text = order.text,
                                   .outcome = result->outcome}});
  const std::lock_guard lock(mutex_);
  if (coached_.emplace(order.request_id, *result).second) {
    coached_order_.push_back(order.request_id);
  }
  if (coached_order_.size() > kRemembered) {
    coached_.erase(coached_order_.front());
    coached_order_.pop_front();
  }
  return result;
}

Result<CoachResult> EdgeSupervision::Send(const CoachOrder& order, const AgentFact& agent) {
  if (agent.sip_user.empty()) {
    return CoachResult{.outcome = CoachingOutcome::kNoDevice,
                       .detail = "The agent is reached at a fixed URI."};
  }
  edge_pb::SendMessageRequest request;
  SetContext(order.request_id, request.mutable_context());
  request.set_sip_user(agent.sip_user);
  request.set_text(order.text);
  const auto bytes = Call(parts_.backend, "SendMessage", request);
  if (!bytes) return Fail(bytes.error());
  edge_pb::SendMessageResponse answer;
  if (!answer.ParseFromString(*bytes)) {
    return Fail({.code = ErrorCode::kInternal,
                 .reason = "BAD_ANSWER",
                 .message = "The edge answered something that cannot be read."});
  }
  const int code = answer.sip_code();
  if (code == 0) {
    return CoachResult{.outcome = CoachingOutcome::kNoDevice, .detail = answer.text()};
  }
  if (code >= 200 && code < 300) return CoachResult{.sip_code = code};
  return CoachResult{
      .outcome = CoachingOutcome::kFailed, .sip_code = code, .detail = answer.text()};
}

}  // namespace callfleet::supervisor
