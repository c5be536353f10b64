#pragma once
// The gRPC face: convert, ask the desk, answer when it answers.
#include "common/auth/tokens.h"
#include "common/grpc_server/command_limit.h"
#include "common/grpc_server/event_feed.h"
#include "services/queue/ports/queue_desk.h"
#include "services/queue/rpc/not_yet.h"

namespace callfleet::queue {

struct QueueRpcParts {  // All outlive the service.
  QueueDesk* desk = nullptr;
  const auth::Tokens* tokens = nullptr;
  grpc_server::EventFeed* events = nullptr;
  const grpc_server::CommandLimit* limit = nullptr;
};

// Handlers run on gRPC's threads.
class QueueRpc final : public NotYet {
 public:
  explicit QueueRpc(QueueRpcParts parts)
      : desk_(parts.desk), tokens_(parts.tokens), events_(parts.events), limit_(parts.limit) {}
  void UseStreams(grpc_server::Streams* streams) { streams_ = streams; }

  grpc::ServerUnaryReactor* CreateQueue(grpc::CallbackServerContext* context,
                                        const v1::CreateQueueRequest* request,
                                        v1::CreateQueueResponse* response) override;
  grpc::ServerUnaryReactor* GetQueue(grpc::CallbackServerContext* context,
                                     const v1::GetQueueRequest* request,
                                     v1::GetQueueResponse* response) override;
  grpc::ServerUnaryReactor* ListQueues(grpc::CallbackServerContext* context,
                                       const v1::ListQueuesRequest* request,
                                       v1::ListQueuesResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchEventsResponse>* WatchEvents(
      grpc::CallbackServerContext* context, const v1::WatchEventsRequest* request) override;
  grpc::ServerUnaryReactor* AcknowledgeEvents(grpc::CallbackServerContext* context,
                                              const v1::AcknowledgeEventsRequest* request,
                                              v1::AcknowledgeEventsResponse* response) override;

 private:
  QueueDesk* desk_;
  const auth::Tokens* tokens_;
  grpc_server::EventFeed* events_;
  const grpc_server::CommandLimit* limit_;
  grpc_server::Streams* streams_ = nullptr;
};

}  // namespace callfleet::queue
