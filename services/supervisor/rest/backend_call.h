#pragma once
// Calls of other services by their generated messages.
#include <string_view>
#include <utility>

#include "services/supervisor/rest/route.h"

namespace callfleet::supervisor::rest {

template <class Request, class Response>
struct Rpc {
  Service service;
  std::string_view method;  // "/package.Service/Method".
};

template <class In, class Out>
Result<Out> Call(Context& context, const Rpc<In, Out>& rpc, const In& request) {
  auto bytes = context.backend->Call(rpc.service, rpc.method, request.SerializeAsString());
  if (!bytes) return Fail(std::move(bytes.error()));
  Out response;
  if (!response.ParseFromString(*bytes)) {
    return Fail({.code = ErrorCode::kInternal,
                 .reason = "BAD_ANSWER",
                 .message = "The service below answered something that cannot be read."});
  }
  return response;
}

}  // namespace callfleet::supervisor::rest
