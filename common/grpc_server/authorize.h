#pragma once
// The first line of each handler:
//   if (auto caller = Authorize(*context, tokens_, Role::kService); !caller)
//     return FinishNow(context, caller.error());          // or Refuse<Reactor>(caller.error())
// Not a gRPC interceptor: in this version one cannot end a call before its handler runs.
#include <grpcpp/grpcpp.h>

#include "common/auth/tokens.h"
#include "common/grpc_server/errors.h"

namespace callfleet::grpc_server {

Result<auth::Caller> Authorize(const grpc::CallbackServerContext& context,
                               const auth::Tokens& tokens, auth::Role at_least);

// A stream of any kind that ends at once: Refuse<grpc::ServerWriteReactor<Event>>(error).
template <class Reactor>
Reactor* Refuse(const Error& error) {
  class Refused final : public Reactor {
   public:
    explicit Refused(const Error& why) { this->Finish(ToGrpcStatus(why)); }
    void OnDone() override { delete this; }
  };
  return new Refused(error);
}

}  // namespace callfleet::grpc_server
