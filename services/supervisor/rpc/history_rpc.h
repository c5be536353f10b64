#pragma once
// Reports and alerts over gRPC: GetPerformance (S11), alert rules and alerts (S15).
#include "common/auth/tokens.h"
#include "common/grpc_server/streams.h"
#include "services/supervisor/ports/alerts.h"
#include "services/supervisor/ports/reports.h"
#include "services/supervisor/rpc/not_yet.h"

namespace callfleet::supervisor {

class HistoryRpc : public NotYet {
 public:
  HistoryRpc(Reports* reports, Alerts* alerts, grpc_server::Streams* streams,
             const auth::Tokens* tokens)
      : reports_(reports), alerts_(alerts), streams_(streams), tokens_(tokens) {}

  grpc::ServerUnaryReactor* GetPerformance(grpc::CallbackServerContext* context,
                                           const v1::GetPerformanceRequest* request,
                                           v1::GetPerformanceResponse* response) override;
  grpc::ServerUnaryReactor* CreateAlertRule(grpc::CallbackServerContext* context,
                                            const v1::CreateAlertRuleRequest* request,
                                            v1::CreateAlertRuleResponse* response) override;
  grpc::ServerUnaryReactor* ListAlertRules(grpc::CallbackServerContext* context,
                                           const v1::ListAlertRulesRequest* request,
                                           v1::ListAlertRulesResponse* response) override;
  grpc::ServerUnaryReactor* UpdateAlertRule(grpc::CallbackServerContext* context,
                                            const v1::UpdateAlertRuleRequest* request,
                                            v1::UpdateAlertRuleResponse* response) override;
  grpc::ServerUnaryReactor* DeleteAlertRule(grpc::CallbackServerContext* context,
                                            const v1::DeleteAlertRuleRequest* request,
                                            v1::DeleteAlertRuleResponse* response) override;
  grpc::ServerUnaryReactor* ListAlerts(grpc::CallbackServerContext* context,
                                       const v1::ListAlertsRequest* request,
                                       v1::ListAlertsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchAlertsResponse>* WatchAlerts(
      grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) override;

 private:
  Reports* reports_;
  Alerts* alerts_;
  grpc_server::Streams* streams_;
  const auth::Tokens* tokens_;
};

}  // namespace callfleet::supervisor
