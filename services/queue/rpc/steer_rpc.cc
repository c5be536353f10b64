// SteerCall: what a person wants done with a call in progress.
#include <utility>

#include "common/grpc_server/call_action.h"
#include "services/queue/rpc/queue_service.h"
#include "services/queue/rpc/serve.h"

namespace callfleet::queue {
namespace {

Result<Steer> ToSteer(const v1::SteerCallRequest& request) {
  if (auto valid = grpc_server::CheckSteer(request.request_id(), request.call_id()); !valid) {
    return Fail(valid.error());
  }
  auto action = grpc_server::ReadAction(request.action());
  if (!action) return Fail(action.error());
  return Steer{.request = request.request_id(),
               .call = CallId(request.call_id()),
               .agent = AgentId(request.agent_id()),
               .what = action->what,
               .to_agent = action->to_agent,
               .to_number = action->to_number,
               .to_queue = action->to_queue};
}

}  // namespace

grpc::ServerUnaryReactor* QueueRpc::SteerCall(grpc::CallbackServerContext* context,
                                              const v1::SteerCallRequest* request,
                                              v1::SteerCallResponse* response) {
  return Serve<v1::SteerCallResponse>(
      context, *parts_.tokens, response, parts_.limit, [&](auto pending) {
        auto steer = ToSteer(*request);
        if (!steer) return void(pending->Fail(steer.error()));
        parts_.tickets->SteerCall(*std::move(steer), [pending](Status done) {
          if (!done) return void(pending->Fail(done.error()));
          pending->Finish({});
        });
      });
}

}  // namespace callfleet::queue
