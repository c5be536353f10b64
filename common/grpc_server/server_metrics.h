#pragma once
// Rate, errors and duration of what a gRPC server is asked, by method:
//   callfleet_grpc_server_handled_total{method, code}   calls and streams that are over
//   callfleet_grpc_server_seconds{method}               unary calls, from the first byte to the
//   status callfleet_grpc_server_streams{method}               streams that are open
#include <grpcpp/support/server_interceptor.h>

#include <memory>

#include "common/metrics/registry.h"

namespace callfleet::grpc_server {

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MeasureCalls(
    metrics::Registry* registry);

}  // namespace callfleet::grpc_server
