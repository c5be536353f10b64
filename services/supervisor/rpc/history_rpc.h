#pragma once
// History over gRPC: reports (S11), repairs, alert rules and alerts (S15).
#include "common/grpc_server/streams.h"
#include "services/supervisor/ports/alerts.h"
#include "services/supervisor/ports/performances.h"
#include "services/supervisor/ports/reports.h"
#include "services/supervisor/rpc/supervision_rpc.h"

namespace callfleet::supervisor {

struct HistoryPorts {
  Reports* reports;
  Alerts* alerts;
  Performances* performances;
  Watchable* repairs;
};

class HistoryRpc : public SupervisionRpc {
 public:
  HistoryRpc(const HistoryPorts& ports, grpc_server::Streams* streams,
             const SupervisionRpc::Parts& parts)
      : SupervisionRpc(parts),
        ports_(ports),
        reports_(ports.reports),
        alerts_(ports.alerts),
        streams_(streams),
        tokens_(parts.tokens) {}

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
  grpc::ServerUnaryReactor* ListRepairs(grpc::CallbackServerContext* context,
                                        const v1::ListRepairsRequest* request,
                                        v1::ListRepairsResponse* response) override;
  grpc::ServerUnaryReactor* ListPastRecordings(grpc::CallbackServerContext* context,
                                               const v1::ListPastRecordingsRequest* request,
                                               v1::ListPastRecordingsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchRepairsResponse>* WatchRepairs(
      grpc::CallbackServerContext* context, const v1::WatchRepairsRequest* request) override;
  grpc::ServerWriteReactor<v1::WatchPerformanceResponse>* WatchPerformance(
      grpc::CallbackServerContext* context, const v1::WatchPerformanceRequest* request) override;

 private:
  HistoryPorts ports_;
  Reports* reports_;
  Alerts* alerts_;
  grpc_server::Streams* streams_;
  const auth::Tokens* tokens_;
};

}  // namespace callfleet::supervisor
