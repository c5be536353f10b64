#pragma once
// Error <-> grpc::Status with google.rpc details: exactly one ErrorInfo{reason, "callfleet",
// metadata}, a BadRequest where fields are at fault, a RetryInfo where a retry helps. Of more than
// 32 fields the first 32 are told, and metadata `faults` says how many there are.
#include <grpcpp/support/status.h>

#include "common/result/result.h"

namespace callfleet::grpc_server {

inline constexpr const char* kErrorDomain = "callfleet";

grpc::Status ToGrpcStatus(const Error& error);
inline grpc::Status ToGrpcStatus(const Status& status) {
  return status ? grpc::Status::OK : ToGrpcStatus(status.error());
}
// OK gives a value. A status without our details keeps its code and message and gets the code's
// name as its reason: "UNAVAILABLE" from gRPC itself.
Status FromGrpcStatus(const grpc::Status& status);

}  // namespace callfleet::grpc_server
