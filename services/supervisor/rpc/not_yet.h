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
  grpc::ServerUnaryReactor* GetPerformance(grpc::CallbackServerContext* context,
                                           const v1::GetPerformanceRequest*,
                                           v1::GetPerformanceResponse*) override {
    return grpc_server::FinishNow(context, Why("GetPerformance"));
  }
  grpc::ServerUnaryReactor* SuperviseCall(grpc::CallbackServerContext* context,
                                          const v1::SuperviseCallRequest*,
                                          v1::SuperviseCallResponse*) override {
    return grpc_server::FinishNow(context, Why("SuperviseCall"));
  }
  grpc::ServerUnaryReactor* StopSupervision(grpc::CallbackServerContext* context,
                                            const v1::StopSupervisionRequest*,
                                            v1::StopSupervisionResponse*) override {
    return grpc_server::FinishNow(context, Why("StopSupervision"));
  }
  grpc::ServerUnaryReactor* CoachAgent(grpc::CallbackServerContext* context,
                                       const v1::CoachAgentRequest*,
                                       v1::CoachAgentResponse*) override {
    return grpc_server::FinishNow(context, Why("CoachAgent"));
  }
  grpc::ServerUnaryReactor* CreateAlertRule(grpc::CallbackServerContext* context,
                                            const v1::CreateAlertRuleRequest*,
                                            v1::CreateAlertRuleResponse*) override {
    return grpc_server::FinishNow(context, Why("CreateAlertRule"));
  }
  grpc::ServerUnaryReactor* ListAlertRules(grpc::CallbackServerContext* context,
                                           const v1::ListAlertRulesRequest*,
                                           v1::ListAlertRulesResponse*) override {
    return grpc_server::FinishNow(context, Why("ListAlertRules"));
  }
  grpc::ServerUnaryReactor* UpdateAlertRule(grpc::CallbackServerContext* context,
                                            const v1::UpdateAlertRuleRequest*,
                                            v1::UpdateAlertRuleResponse*) override {
    return grpc_server::FinishNow(context, Why("UpdateAlertRule"));
  }
  grpc::ServerUnaryReactor* DeleteAlertRule(grpc::CallbackServerContext* context,
                                            const v1::DeleteAlertRuleRequest*,
                                            v1::DeleteAlertRuleResponse*) override {
    return grpc_server::FinishNow(context, Why("DeleteAlertRule"));
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
  grpc::ServerWriteReactor<v1::WatchAlertsResponse>* WatchAlerts(
      grpc::CallbackServerContext*, const v1::WatchAlertsRequest*) override {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchAlertsResponse>>(
        Why("WatchAlerts"));
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
