#pragma once
// The gRPC face: convert, ask the desk, answer when it answers.
#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "common/auth/tokens.h"
#include "common/grpc_server/command_limit.h"
#include "common/grpc_server/event_feed.h"
#include "services/queue/ports/queue_desk.h"
#include "services/queue/rpc/watch_hub.h"

namespace callfleet::queue {

struct QueueRpcParts {  // All outlive the service.
  QueueDesk* desk = nullptr;
  TicketDesk* tickets = nullptr;
  WatchHub* watchers = nullptr;
  const auth::Tokens* tokens = nullptr;
  grpc_server::EventFeed* events = nullptr;
  const grpc_server::CommandLimit* limit = nullptr;
};

#define CALLFLEET_UNARY(Name)                                                                    \
  grpc::ServerUnaryReactor* Name(grpc::CallbackServerContext* context,                           \
                                 const v1::Name##Request* request, v1::Name##Response* response) \
      override

// Handlers run on gRPC's threads.
class QueueRpc final : public v1::QueueService::CallbackService {
 public:
  explicit QueueRpc(QueueRpcParts parts) : parts_(parts) {}
  void UseStreams(grpc_server::Streams* streams) { streams_ = streams; }

  // queue_rpcs.cc
  CALLFLEET_UNARY(CreateQueue);
  CALLFLEET_UNARY(GetQueue);
  CALLFLEET_UNARY(ListQueues);
  CALLFLEET_UNARY(UpdateQueue);
  CALLFLEET_UNARY(DeleteQueue);
  CALLFLEET_UNARY(SetQueueState);
  CALLFLEET_UNARY(SetRoute);
  CALLFLEET_UNARY(SetCampaignCallerIds);
  CALLFLEET_UNARY(DeleteRoute);
  CALLFLEET_UNARY(ListRoutes);
  CALLFLEET_UNARY(ResolveNumber);
  // ticket_rpcs.cc
  CALLFLEET_UNARY(ListTickets);
  CALLFLEET_UNARY(GetTicket);
  CALLFLEET_UNARY(SetTicketPriority);
  CALLFLEET_UNARY(ForceAssign);
  CALLFLEET_UNARY(RequeueTicket);
  CALLFLEET_UNARY(RemoveTicket);
  CALLFLEET_UNARY(CreateCallback);
  CALLFLEET_UNARY(GetQueueStats);
  // steer_rpc.cc
  CALLFLEET_UNARY(SteerCall);
  // stream_rpcs.cc
  CALLFLEET_UNARY(AcknowledgeEvents);
  grpc::ServerWriteReactor<v1::WatchQueueResponse>* WatchQueue(
      grpc::CallbackServerContext* context, const v1::WatchQueueRequest* request) override;
  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(
      grpc::CallbackServerContext* context, const v1::WatchEventsRequest* request) override;

 private:
  QueueRpcParts parts_;
  grpc_server::Streams* streams_ = nullptr;
};
#undef CALLFLEET_UNARY

}  // namespace callfleet::queue
