// SteerCall: what a person wants done with a call in progress.
#include "common/grpc_server/call_action.h"
#include "services/dialer/rpc/dialer_service.h"
#include "services/dialer/rpc/serve.h"

namespace callfleet::dialer {

namespace {

Result<Steer> ToSteer(const v1::SteerCallRequest& request) {
  if (auto valid = grpc_server::CheckSteer(request.request_id(), request.call_id()); !valid) {
    return Fail(valid.error());
  }
  auto action = grpc_server::ReadAction(request.action());
  if (!action) return Fail(action.error());
  return Steer{.request = request.request_id(),
               .call = AttemptId(request.call_id()),
               .what = action->what,
               .to_agent = action->to_agent,
               .to_number = action->to_number,
               .to_queue = action->to_queue};
}

}  // namespace

DialerRpc::Reactor DialerRpc::SteerCall(Context context, const v1::SteerCallRequest* request,
                                        v1::SteerCallResponse* response) {
  return Serve(context, *parts_.tokens, response, [&](auto pending) {
    auto steer = ToSteer(*request);
    if (!steer) return void(pending->Fail(steer.error()));
    parts_.desk->SteerCall(*std::move(steer), [pending](Status done) {
      if (!done) return void(pending->Fail(done.error()));
      pending->Finish({});
    });
  });
}

}  // namespace callfleet::dialer
