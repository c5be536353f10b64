#pragma once
// SupervisorService: the live views over gRPC. Every call is read where the world lives and
// finished there; no thread of gRPC waits.
#include <string>
#include <vector>

#include "common/auth/tokens.h"
#include "common/clock/clock.h"
#include "common/grpc_server/streams.h"
#include "services/supervisor/ports/live_view.h"
#include "services/supervisor/rpc/history_rpc.h"

namespace callfleet::supervisor {

class SupervisorRpc final : public HistoryRpc {
 public:
  template <class T>
  using Stream = grpc::ServerWriteReactor<T>;
  using Context = grpc::CallbackServerContext;
  using Unary = grpc::ServerUnaryReactor;

  // All outlive the server.
  SupervisorRpc(LiveView* view, const HistoryPorts& history, grpc_server::Streams* streams,
                const SupervisionRpc::Parts& parts)
      : HistoryRpc(history, streams, parts),
        view_(view),
        reports_(history.reports),
        clock_(parts.clock),
        streams_(streams),
        tokens_(parts.tokens) {}

  Unary* GetStats(Context*, const v1::GetStatsRequest*, v1::GetStatsResponse*) override;
  Unary* ListAgents(Context*, const v1::ListAgentsRequest*, v1::ListAgentsResponse*) override;
  Unary* GetAgent(Context*, const v1::GetAgentRequest*, v1::GetAgentResponse*) override;
  Unary* ListCalls(Context*, const v1::ListCallsRequest*, v1::ListCallsResponse*) override;
  Unary* GetCall(Context*, const v1::GetCallRequest*, v1::GetCallResponse*) override;
  Unary* ListAgentCalls(Context*, const v1::ListAgentCallsRequest*,
                        v1::ListAgentCallsResponse*) override;
  Unary* ListBridges(Context*, const v1::ListBridgesRequest*, v1::ListBridgesResponse*) override;
  Unary* ListQueueStats(Context*, const v1::ListQueueStatsRequest*,
                        v1::ListQueueStatsResponse*) override;
  Unary* ListQueueCalls(Context*, const v1::ListQueueCallsRequest*,
                        v1::ListQueueCallsResponse*) override;

  Stream<v1::WatchStatsResponse>* WatchStats(Context*, const v1::WatchStatsRequest*) override;
  Stream<v1::WatchAgentsResponse>* WatchAgents(Context*, const v1::WatchAgentsRequest*) override;
  Stream<v1::WatchCallsResponse>* WatchCalls(Context*, const v1::WatchCallsRequest*) override;
  Stream<v1::WatchAgentCallsResponse>* WatchAgentCalls(Context*,
                                                       const v1::WatchAgentCallsRequest*) override;
  Stream<v1::WatchBridgesResponse>* WatchBridges(Context*, const v1::WatchBridgesRequest*) override;
  Stream<v1::WatchQueueStatsResponse>* WatchQueueStats(Context*,
                                                       const v1::WatchQueueStatsRequest*) override;
  Stream<v1::WatchQueueCallsResponse>* WatchQueueCalls(Context*,
                                                       const v1::WatchQueueCallsRequest*) override;

 private:
  template <class Response>
  Unary* Answer(Context* context, Response* response, std::vector<SourceKind> needs,
                std::function<Result<Response>(const World&, WallTime)> read);
  template <class Response>
  Stream<Response>* Watch(Context* context, const Topic& topic,
                          std::function<Response(const ViewUpdate&)> convert);

  LiveView* view_;
  Reports* reports_;
  const Clock* clock_;
  grpc_server::Streams* streams_;
  const auth::Tokens* tokens_;
};

}  // namespace callfleet::supervisor
