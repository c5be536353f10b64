#pragma once
// The shape of every unary call here: who asks, start, answer when it comes.
#include <memory>
#include <utility>

#include "common/grpc_server/authorize.h"
#include "common/grpc_server/pending.h"

namespace callfleet::dialer {

// `start` gets the pending call.
template <class Response, class Start>
grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, const auth::Tokens& tokens,
                                Response* response, Start&& start) {
  if (auto caller = grpc_server::Authorize(*context, tokens, auth::Role::kService); !caller) {
    return grpc_server::FinishNow(context, caller.error());
  }
  grpc::ServerUnaryReactor* reactor = nullptr;
  start(grpc_server::Pending<Response>::Open(response, &reactor));
  return reactor;
}

// A reply that fills the response from a value, or fails the call.
template <class Response, class Fill>
auto Into(std::shared_ptr<grpc_server::Pending<Response>> pending, Fill fill) {
  return [pending = std::move(pending), fill = std::move(fill)](auto result) {
    if (!result) {
      pending->Fail(result.error());
      return;
    }
    Response answer;
    fill(std::move(*result), &answer);
    pending->Finish(std::move(answer));
  };
}

inline constexpr int kDefaultPage = 100;
inline constexpr int kMostPage = 1000;

inline Result<int> PageSize(int asked) {
  if (asked == 0) return kDefaultPage;
  if (asked < 1 || asked > kMostPage) return InvalidField("page_size", "0 to 1000");
  return asked;
}

}  // namespace callfleet::dialer
