#pragma once
// What the supervisor does not do yet, refused with a typed reason: UNIMPLEMENTED NOT_IMPLEMENTED
// with the rpc's name; nothing is changed.
#include "callfleet/supervisor/v1/supervisor_service.grpc.pb.h"
#include "common/grpc_server/authorize.h"
#include "common/grpc_server/pending.h"

namespace callfleet::supervisor {

class NotYet : public callfleet::supervisor::v1::SupervisorService::CallbackService {
 public:
  grpc::ServerUnaryReactor* ListQueueStats(grpc::CallbackServerContext* context,
                                           const v1::ListQueueStatsRequest*,
                                           v1::ListQueueStatsResponse*) override {
    return grpc_server::FinishNow(context, Why("ListQueueStats"));
  }
  grpc::ServerUnaryReactor* ListQueueCalls(grpc::CallbackServerContext* context,
                                           const v1::ListQueueCallsRequest*,
                                           v1::ListQueueCallsResponse*) override {
    return grpc_server::FinishNow(context, Why("ListQueueCalls"));
  }
  grpc::ServerUnaryReactor* AssignCall(grpc::CallbackServerContext* context,
                                       const v1::AssignCallRequest*,
                                       v1::AssignCallResponse*) override {
    return grpc_server::FinishNow(context, Why("AssignCall"));
  }
  grpc::ServerUnaryReactor* SteerCall(grpc::CallbackServerContext* context,
                                      const v1::SteerCallRequest*,
                                      v1::SteerCallResponse*) override {
    return grpc_server::FinishNow(context, Why("SteerCall"));
  }
  grpc::ServerWriteReactor<v1::WatchQueueStatsResponse>* WatchQueueStats(
      grpc::CallbackServerContext*, const v1::WatchQueueStatsRequest*) override {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchQueueStatsResponse>>(
        Why("WatchQueueStats"));
  }
  grpc::ServerWriteReactor<v1::WatchQueueCallsResponse>* WatchQueueCalls(
      grpc::CallbackServerContext*, const v1::WatchQueueCallsRequest*) override {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchQueueCallsResponse>>(
        Why("WatchQueueCalls"));
  }

 private:
  static Error Why(const char* rpc) {
    Error error{.code = ErrorCode::kUnimplemented,
                .reason = "NOT_IMPLEMENTED",
                .message = std::string(rpc) + " is not served yet."};
    error.metadata["rpc"] = rpc;
    return error;
  }
};

}  // namespace callfleet::supervisor
