#pragma once
// An rpc whose answer comes from another thread.
#include <functional>
#include <utility>

#include "common/grpc_server/authorize.h"
#include "common/grpc_server/pending.h"
#include "common/result/result.h"

namespace callfleet::supervisor {

// Answers once; `start` gets what to call with the result.
template <class Value, class Response>
grpc::ServerUnaryReactor* Later(
    grpc::CallbackServerContext* context, const auth::Tokens& tokens, auth::Role role,
    Response* response, const std::function<void(std::function<void(Result<Value>)>)>& start,
    std::function<Response(const Value&)> convert) {
  if (auto caller = grpc_server::Authorize(*context, tokens, role); !caller) {
    return grpc_server::FinishNow(context, caller.error());
  }
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = grpc_server::Pending<Response>::Open(response, &reactor);
  start([pending, convert = std::move(convert)](Result<Value> value) {
    if (value) {
      pending->Finish(convert(*value));
    } else {
      pending->Fail(value.error());
    }
  });
  return reactor;
}

}  // namespace callfleet::supervisor
