#pragma once
// W3C trace context in gRPC's metadata: `traceparent`, as in HTTP. A client puts it on each call
// (channel.h), a server reads it; what is absent or malformed begins anew.
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <string>

#include "common/logging/logger.h"
#include "common/trace/context.h"

namespace callfleet::grpc_server {

inline constexpr const char* kTraceparent = "traceparent";

// The header for a call that this thread begins: a step down from its trace::Scope, or a new trace.
std::string OutgoingTraceparent();

// What came with a call, or a new trace: for a trace::Scope around what its handler has others do.
trace::Context IncomingTrace(const grpc::CallbackServerContext& context);

// A trace::Scope for a command that this process sends about a call of its own.
template <class Request>
trace::Context TraceOf(const logging::Logger& log, const Request& request) {
  if constexpr (requires { request.call_id(); }) return log.traces().Of(request.call_id());
  return trace::Begin();
}

// For Server: notes which trace does something with a call (a field `call_id` of a unary request),
// and logs such a call when it is over: "rpc" with method, code, call_id and trace_id, at level
// info where the trace is sampled, else at debug. `log` outlives the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> TraceCalls(
    const logging::Logger* log);

}  // namespace callfleet::grpc_server
