#include "services/supervisor/adapters/edge_supervision.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>

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

Error BadAnswer() {
  return {.code = ErrorCode::kInternal,
          .reason = "BAD_ANSWER",
          .message = "The edge answered something that cannot be read."};
}

Result<CoachResult> ReadDelivery(const Result<std::string>& bytes) {
  if (!bytes) return Fail(bytes.error());
  edge_pb::SendMessageResponse answer;
  if (!answer.ParseFromString(*bytes)) return Fail(BadAnswer());
  const int code = answer.sip_code();
  if (code == 0) {
    return CoachResult{.outcome = CoachingOutcome::kNoDevice, .detail = answer.text()};
  }
  if (code >= 200 && code < 300) return CoachResult{.sip_code = code};
  return CoachResult{
      .outcome = CoachingOutcome::kFailed, .sip_code = code, .detail = answer.text()};
}

std::string Path(const char* method) { return std::string(kService) + method; }

Error UnknownSupervision() {
  return {.code = ErrorCode::kNotFound,
          .reason = "SUPERVISION_NOT_FOUND",
          .message = "There is no such supervision of this call or agent.",
          .fields = {{"supervision_id", "is no supervision of this call or agent"}}};
}

// The edges tell of legs and of what is rung; `known`: a supervision whose mode was to be changed.
Error InOurWords(Error error, bool known) {
  const bool of_another = error.reason == "LEG_EXISTS" || error.reason == "SUPERVISION_NOT_FOUND";
  if (known && of_another) {
    Error unknown = UnknownSupervision();
    unknown.metadata = std::move(error.metadata);
    return unknown;
  }
  for (auto& fault : error.fields) {
    const bool phone = fault.field == "sip_uri" || fault.field == "sip_user" ||
                       fault.field == "contact_uri" || fault.field == "target";
    if (phone) fault.field = "phone";
    if (fault.field == "leg_id") fault.field = "supervision_id";
  }
  return error;
}

// Edges at which a line that follows the agent may begin, the best first. One that was begun
// before a restart of ours is a call of its edge, with the id of its leg; and where the agent has a
// call the line is of no use anywhere else.
std::vector<std::string> EdgesFor(const World& world, const std::string& leg, const AgentId& agent,
                                  std::vector<std::string> edges) {
  if (const CallHistory* line = world.FindCall(CallId(leg))) return {line->source.address};
  for (const auto& id : world.CallsOf(agent)) {
    if (const CallHistory* call = world.FindCall(id)) return {call->source.address};
  }
  const auto likely = world.LikelyEdgeOf(agent);
  if (!likely) return edges;
  const auto at = std::ranges::find(edges, *likely);
  if (at != edges.end()) std::rotate(edges.begin(), at, std::next(at));
  return edges;
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
  auto done = order.agent.empty() ? OfCall(order, leg) : OfAgent(order, leg);
  if (!done) return Fail(InOurWords(std::move(done.error()), known));
  return leg;
}

Status EdgeSupervision::OfCall(const SuperviseOrder& order, const std::string& leg) {
  edge_pb::SuperviseRequest request;
  Fill(order, leg, &request);
  request.set_call_id(order.call_id);
  const auto done =
      parts_.backend->Call(Service::kEdge, Path("Supervise"), request.SerializeAsString());
  return done ? Status() : Fail(done.error());
}

// A new one begins where the agent has a call; else at the first edge that can ring the phone,
// where the agent's next call is likely before the others. It follows the agent's calls of that
// edge.
Status EdgeSupervision::OfAgent(const SuperviseOrder& order, const std::string& leg) {
  const auto agent = FindAgent(order.agent);
  if (!agent) return Fail(agent.error());
  edge_pb::SuperviseAgentRequest request;
  Fill(order, leg, &request);
  request.set_agent_id(agent->id.str());
  const std::string bytes = request.SerializeAsString();
  const std::string method = Path("SuperviseAgent");
  if (order.phone.empty()) {
    const auto done = parts_.backend->Call(Service::kEdge, method, bytes);
    return done ? Status() : Fail(done.error());
  }
  auto edges = Ask<std::vector<std::string>>(
      *parts_.view, [leg, id = agent->id, all = parts_.backend->Edges()](const World& world) {
        return Result<std::vector<std::string>>(EdgesFor(world, leg, id, all));
      });
  if (!edges) return Fail(std::move(edges.error()));
  // A repeat rings at the same edge.
  if (const auto first = lines_.Find(leg)) *edges = {*first};
  Status last;
  for (const auto& edge : *edges) {
    const auto done = parts_.backend->CallEdge(edge, method, bytes);
    const bool next =
        !done && (WasNotReached(done.error()) || done.error().reason == "NOT_REGISTERED");
    if (!next) lines_.Put(leg, edge);
    last = done ? Status() : Fail(done.error());
    if (!next) break;
  }
  return last;
}

Status EdgeSupervision::Stop(const StopOrder& order) {
  if (auto owner = CheckOwner(order); !owner) return owner;
  edge_pb::StopSupervisionRequest request;
  SetContext(parts_.ids->Next(), request.mutable_context());
  request.set_leg_id(order.supervision_id);
  auto done =
      parts_.backend->Call(Service::kEdge, Path("StopSupervision"), request.SerializeAsString());
  if (!done) return Fail(InOurWords(std::move(done.error()), true));
  return {};
}

// The edge ends a leg by its id alone: whose it is has to be asked first. A line that follows an
// agent is a call of its own there, with the id of its leg.
Status EdgeSupervision::CheckOwner(const StopOrder& order) {
  if (!order.call_id.empty()) {
    auto found = FollowedBy(order.call_id, order.supervision_id);
    return found ? Status() : Fail(std::move(found.error()));
  }
  if (order.agent.empty()) return {};
  const auto agent = FindAgent(order.agent);
  const auto followed = FollowedBy(order.supervision_id, order.supervision_id);
  // The agent may be gone, its line is not.
  if (followed && *followed == (agent ? agent->id : AgentId(order.agent))) return {};
  const bool unknown = followed || followed.error().reason == "CALL_NOT_FOUND" ||
                       followed.error().reason == "SUPERVISION_NOT_FOUND";
  if (!unknown) return Fail(followed.error());
  if (!agent) return Fail(agent.error());
  Error error = UnknownSupervision();
  if (!followed) error.metadata = followed.error().metadata;
  return Fail(std::move(error));
}

Result<AgentId> EdgeSupervision::FollowedBy(const std::string& call_id,
                                            const std::string& supervision_id) {
  edge_pb::GetCallRequest request;
  request.set_call_id(call_id);
  const auto bytes =
      parts_.backend->Call(Service::kEdge, Path("GetCall"), request.SerializeAsString());
  if (!bytes) return Fail(bytes.error());
  edge_pb::GetCallResponse answer;
  if (!answer.ParseFromString(*bytes)) return Fail(BadAnswer());
  const auto& legs = answer.call().legs();
  const auto leg = std::ranges::find_if(legs, [&](const edge_pb::Leg& each) {
    return each.leg_id() == supervision_id && each.role() == edge_pb::LEG_ROLE_SUPERVISOR;
  });
  if (leg == legs.end()) return Fail(UnknownSupervision());
  return AgentId(leg->follows_agent_id());
}

Result<CoachResult> EdgeSupervision::Coach(const CoachOrder& order) {
  if (const auto first = coached_.Find(order.request_id)) return *first;
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
  coached_.Put(order.request_id, *result);
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
  // The phone may be registered at one edge alone.
  const std::string bytes = request.SerializeAsString();
  Result<CoachResult> last = CoachResult{.outcome = CoachingOutcome::kNoDevice};
  for (const auto& edge : parts_.backend->Edges()) {
    last = ReadDelivery(parts_.backend->CallEdge(edge, Path("SendMessage"), bytes));
    const bool next =
        last ? last->outcome == CoachingOutcome::kNoDevice : WasNotReached(last.error());
    if (!next) break;
  }
  return last;
}

}  // namespace callfleet::supervisor
