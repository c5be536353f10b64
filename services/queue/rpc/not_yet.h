#pragma once
// What the queue service does not do yet, refused with a typed reason: callers see UNIMPLEMENTED
// NOT_IMPLEMENTED with the rpc's name, and change nothing.
#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "common/grpc_server/authorize.h"
#include "common/grpc_server/pending.h"

namespace callfleet::queue {

class NotYet : public v1::QueueService::CallbackService {
 public:
  grpc::ServerUnaryReactor* UpdateQueue(grpc::CallbackServerContext* context,
                                        const v1::UpdateQueueRequest*,
                                        v1::UpdateQueueResponse*) override {
    return grpc_server::FinishNow(context, Why("UpdateQueue"));
  }
  grpc::ServerUnaryReactor* DeleteQueue(grpc::CallbackServerContext* context,
                                        const v1::DeleteQueueRequest*,
                                        v1::DeleteQueueResponse*) override {
    return grpc_server::FinishNow(context, Why("DeleteQueue"));
  }
  grpc::ServerUnaryReactor* SetQueueState(grpc::CallbackServerContext* context,
                                          const v1::SetQueueStateRequest*,
                                          v1::SetQueueStateResponse*) override {
    return grpc_server::FinishNow(context, Why("SetQueueState"));
  }
  grpc::ServerUnaryReactor* SetRoute(grpc::CallbackServerContext* context,
                                     const v1::SetRouteRequest*, v1::SetRouteResponse*) override {
    return grpc_server::FinishNow(context, Why("SetRoute"));
  }
  grpc::ServerUnaryReactor* DeleteRoute(grpc::CallbackServerContext* context,
                                        const v1::DeleteRouteRequest*,
                                        v1::DeleteRouteResponse*) override {
    return grpc_server::FinishNow(context, Why("DeleteRoute"));
  }
  grpc::ServerUnaryReactor* ListRoutes(grpc::CallbackServerContext* context,
                                       const v1::ListRoutesRequest*,
                                       v1::ListRoutesResponse*) override {
    return grpc_server::FinishNow(context, Why("ListRoutes"));
  }
  grpc::ServerUnaryReactor* ListTickets(grpc::CallbackServerContext* context,
                                        const v1::ListTicketsRequest*,
                                        v1::ListTicketsResponse*) override {
    return grpc_server::FinishNow(context, Why("ListTickets"));
  }
  grpc::ServerUnaryReactor* GetTicket(grpc::CallbackServerContext* context,
                                      const v1::GetTicketRequest*,
                                      v1::GetTicketResponse*) override {
    return grpc_server::FinishNow(context, Why("GetTicket"));
  }
  grpc::ServerUnaryReactor* SetTicketPriority(grpc::CallbackServerContext* context,
                                              const v1::SetTicketPriorityRequest*,
                                              v1::SetTicketPriorityResponse*) override {
    return grpc_server::FinishNow(context, Why("SetTicketPriority"));
  }
  grpc::ServerUnaryReactor* ForceAssign(grpc::CallbackServerContext* context,
                                        const v1::ForceAssignRequest*,
                                        v1::ForceAssignResponse*) override {
    return grpc_server::FinishNow(context, Why("ForceAssign"));
  }
  grpc::ServerUnaryReactor* ResolveNumber(grpc::CallbackServerContext* context,
                                          const v1::ResolveNumberRequest*,
                                          v1::ResolveNumberResponse*) override {
    return grpc_server::FinishNow(context, Why("ResolveNumber"));
  }
  grpc::ServerUnaryReactor* RequeueTicket(grpc::CallbackServerContext* context,
                                          const v1::RequeueTicketRequest*,
                                          v1::RequeueTicketResponse*) override {
    return grpc_server::FinishNow(context, Why("RequeueTicket"));
  }
  grpc::ServerUnaryReactor* RemoveTicket(grpc::CallbackServerContext* context,
                                         const v1::RemoveTicketRequest*,
                                         v1::RemoveTicketResponse*) override {
    return grpc_server::FinishNow(context, Why("RemoveTicket"));
  }
  grpc::ServerUnaryReactor* CreateCallback(grpc::CallbackServerContext* context,
                                           const v1::CreateCallbackRequest*,
                                           v1::CreateCallbackResponse*) override {
    return grpc_server::FinishNow(context, Why("CreateCallback"));
  }
  grpc::ServerUnaryReactor* GetQueueStats(grpc::CallbackServerContext* context,
                                          const v1::GetQueueStatsRequest*,
                                          v1::GetQueueStatsResponse*) override {
    return grpc_server::FinishNow(context, Why("GetQueueStats"));
  }
  grpc::ServerWriteReactor<v1::WatchQueueResponse>* WatchQueue(
      grpc::CallbackServerContext*, const v1::WatchQueueRequest*) override {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchQueueResponse>>(Why("WatchQueue"));
  }

 private:
  static Error Why(const char* rpc) {
    return {.code = ErrorCode::kUnimplemented,
            .reason = "NOT_IMPLEMENTED",
            .message = "Inbound calls are not queued yet.",
            .metadata = {{"rpc", rpc}}};
  }
};

}  // namespace callfleet::queue
