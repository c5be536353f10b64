#include "services/supervisor/rpc/supervision_rpc.h"

#include "common/grpc_server/authorize.h"
#include "common/grpc_server/call_trace.h"
#include "common/grpc_server/pending.h"
#include "services/supervisor/rpc/convert.h"

namespace callfleet::supervisor {
namespace {

constexpr std::size_t kMaxText = 1000;
constexpr std::size_t kMaxRequestId = 64;

// What both kinds of requests have, checked.
template <class Request>
Result<SuperviseOrder> ToOrder(const Request& in, const auth::Caller& caller) {
  if (in.request_id().empty() || in.request_id().size() > kMaxRequestId) {
    return InvalidField("request_id", "must have 1 to 64 characters");
  }
  SuperviseOrder order{.request_id = in.request_id(),
                       .supervision_id = in.supervision_id(),
                       .phone = in.phone(),
                       .include_private = in.include_private()};
  if (order.include_private && caller.role < auth::Role::kAdmin) {
    return Fail(Error{.code = ErrorCode::kPermissionDenied,
                      .reason = "ROLE_TOO_LOW",
                      .message = "include_private needs role admin."});
  }
  switch (in.mode()) {
    case v1::SUPERVISION_MODE_LISTEN:
      order.mode = SupervisionMode::kListen;
      return order;
    case v1::SUPERVISION_MODE_WHISPER:
      order.mode = SupervisionMode::kWhisper;
      return order;
    case v1::SUPERVISION_MODE_BARGE:
      order.mode = SupervisionMode::kBarge;
      return order;
    case v1::SUPERVISION_MODE_TAKE_OVER:
      order.mode = SupervisionMode::kTakeOver;
      return order;
    default:
      return InvalidField("mode", "LISTEN, WHISPER, BARGE or TAKE_OVER is required");
  }
}

std::string WithMode(const char* rpc, v1::SupervisionMode mode) {
  return std::string(rpc) + " mode=" + v1::SupervisionMode_Name(mode);
}

template <class Request>
Status RequireIds(const Request& in) {
  if (in.request_id().empty() || in.request_id().size() > kMaxRequestId) {
    return InvalidField("request_id", "must have 1 to 64 characters");
  }
  if (in.call_id().empty()) return InvalidField("call_id", "is required");
  return {};
}

// "hold", "transfer", …
std::string ActionName(const callfleet::common::v1::CallAction& action) {
  const auto* field =
      action.GetDescriptor()->FindFieldByNumber(static_cast<int>(action.action_case()));
  return field == nullptr ? "nothing" : field->name();
}

}  // namespace

template <class Response>
grpc::ServerUnaryReactor* SupervisionRpc::Command(
    grpc::CallbackServerContext* context, Response* response, Trail trail,
    std::function<Result<Response>(const auth::Caller&)> run) {
  const auto caller = grpc_server::Authorize(*context, *parts_.tokens, auth::Role::kSupervisor);
  if (!caller) return grpc_server::FinishNow(context, caller.error());
  if (auto ready = parts_.audit->Ready(); !ready) {
    return grpc_server::FinishNow(context, ready.error());
  }
  Unary* reactor = nullptr;
  auto pending = grpc_server::Pending<Response>::Open(response, &reactor);
  const bool taken =
      worker_.Post([this, pending, trail = std::move(trail), run = std::move(run), caller = *caller,
                    context = grpc_server::IncomingTrace(*context)] {
        const trace::Scope scope(context);
        auto result = run(caller);
        parts_.audit->Write({.entry_id = parts_.ids->Next(),
                             .at = parts_.clock->Now().wall,
                             .who = caller.name.empty() ? auth::Name(caller.role) : caller.name,
                             .role = auth::Name(caller.role),
                             .what = trail.what,
                             .target = trail.target,
                             .request_id = trail.request_id,
                             .result = result ? "OK" : result.error().reason});
        if (result) {
          pending->Finish(std::move(*result));
        } else {
          pending->Fail(result.error());
        }
      });
  if (!taken) {
    pending->Fail(Error{.code = ErrorCode::kResourceExhausted,
                        .reason = "TOO_MANY_COMMANDS",
                        .message = "As many commands as there may be are under way.",
                        .retry_after = std::chrono::seconds(1)});
  }
  return reactor;
}

grpc::ServerUnaryReactor* SupervisionRpc::SuperviseCall(grpc::CallbackServerContext* context,
                                                        const v1::SuperviseCallRequest* request,
                                                        v1::SuperviseCallResponse* response) {
  return Command<v1::SuperviseCallResponse>(
      context, response,
      {WithMode("SuperviseCall", request->mode()), request->call_id(), request->request_id()},
      [this, in = *request](const auth::Caller& caller) -> Result<v1::SuperviseCallResponse> {
        auto order = ToOrder(in, caller);
        if (!order) return Fail(order.error());
        if (in.call_id().empty()) return InvalidField("call_id", "is required");
        order->call_id = in.call_id();
        const auto id = parts_.supervision->Supervise(*order);
        if (!id) return Fail(id.error());
        v1::SuperviseCallResponse out;
        out.set_supervision_id(*id);
        return out;
      });
}

grpc::ServerUnaryReactor* SupervisionRpc::SuperviseAgent(grpc::CallbackServerContext* context,
                                                         const v1::SuperviseAgentRequest* request,
                                                         v1::SuperviseAgentResponse* response) {
  return Command<v1::SuperviseAgentResponse>(
      context, response,
      {WithMode("SuperviseAgent", request->mode()), request->agent_id(), request->request_id()},
      [this, in = *request](const auth::Caller& caller) -> Result<v1::SuperviseAgentResponse> {
        auto order = ToOrder(in, caller);
        if (!order) return Fail(order.error());
        if (in.agent_id().empty()) return InvalidField("agent_id", "is required");
        order->agent = in.agent_id();
        const auto id = parts_.supervision->Supervise(*order);
        if (!id) return Fail(id.error());
        v1::SuperviseAgentResponse out;
        out.set_supervision_id(*id);
        return out;
      });
}

grpc::ServerUnaryReactor* SupervisionRpc::StopSupervision(grpc::CallbackServerContext* context,
                                                          const v1::StopSupervisionRequest* request,
                                                          v1::StopSupervisionResponse* response) {
  const std::string& id = request->supervision_id();
  return Command<v1::StopSupervisionResponse>(
      context, response,
      {"StopSupervision " + id, request->call_id().empty() ? id : request->call_id(), ""},
      [this, in = *request](const auth::Caller&) -> Result<v1::StopSupervisionResponse> {
        if (in.supervision_id().empty()) return InvalidField("supervision_id", "is required");
        const auto done = parts_.supervision->Stop(
            {.supervision_id = in.supervision_id(), .call_id = in.call_id()});
        if (!done) return Fail(done.error());
        return v1::StopSupervisionResponse();
      });
}

grpc::ServerUnaryReactor* SupervisionRpc::CoachAgent(grpc::CallbackServerContext* context,
                                                     const v1::CoachAgentRequest* request,
                                                     v1::CoachAgentResponse* response) {
  return Command<v1::CoachAgentResponse>(
      context, response, {"CoachAgent", request->agent_id(), request->request_id()},
      [this, in = *request](const auth::Caller& caller) -> Result<v1::CoachAgentResponse> {
        if (in.request_id().empty() || in.request_id().size() > kMaxRequestId) {
          return InvalidField("request_id", "must have 1 to 64 characters");
        }
        if (in.text().empty() || in.text().size() > kMaxText) {
          return InvalidField("text", "must have 1 to 1,000 bytes");
        }
        const auto done = parts_.supervision->Coach(
            {.request_id = in.request_id(),
             .agent = in.agent_id(),
             .text = in.text(),
             .author = caller.name.empty() ? auth::Name(caller.role) : caller.name});
        if (!done) return Fail(done.error());
        v1::CoachAgentResponse out;
        out.set_delivered(done->outcome == CoachingOutcome::kDelivered);
        out.set_outcome(ToProto(done->outcome));
        out.set_sip_code(done->sip_code);
        out.set_detail(done->detail);
        return out;
      });
}

grpc::ServerUnaryReactor* SupervisionRpc::AssignCall(grpc::CallbackServerContext* context,
                                                     const v1::AssignCallRequest* request,
                                                     v1::AssignCallResponse* response) {
  return Command<v1::AssignCallResponse>(
      context, response,
      {"AssignCall agent=" + request->agent_id(), request->call_id(), request->request_id()},
      [this, in = *request](const auth::Caller&) -> Result<v1::AssignCallResponse> {
        if (auto known = RequireIds(in); !known) return Fail(known.error());
        if (in.agent_id().empty()) return InvalidField("agent_id", "is required");
        const auto call = parts_.calls->Assign({.request_id = in.request_id(),
                                                .who = {.call_id = in.call_id()},
                                                .agent = in.agent_id(),
                                                .override_rules = in.override()});
        if (!call) return Fail(call.error());
        v1::AssignCallResponse out;
        *out.mutable_call() = ToProto(*call);
        return out;
      });
}

grpc::ServerUnaryReactor* SupervisionRpc::SteerCall(grpc::CallbackServerContext* context,
                                                    const v1::SteerCallRequest* request,
                                                    v1::SteerCallResponse* response) {
  return Command<v1::SteerCallResponse>(
      context, response,
      {"SteerCall " + ActionName(request->action()), request->call_id(), request->request_id()},
      [this, in = *request](const auth::Caller&) -> Result<v1::SteerCallResponse> {
        if (auto known = RequireIds(in); !known) return Fail(known.error());
        const auto done = parts_.calls->Steer({.request_id = in.request_id(),
                                               .call_id = in.call_id(),
                                               .agent = in.agent_id(),
                                               .action = in.action().SerializeAsString()});
        if (!done) return Fail(done.error());
        return v1::SteerCallResponse();
      });
}

}  // namespace callfleet::supervisor
