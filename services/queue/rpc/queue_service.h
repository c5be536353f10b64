#pragma once
// The gRPC face: convert, ask the desk, answer when it answers.
#include "common/auth/tokens.h"
#include "services/queue/ports/queue_desk.h"
#include "services/queue/rpc/not_yet.h"

namespace callfleet::queue {

// Handlers run on gRPC's threads. The desk and the tokens outlive the service.
class QueueRpc final : public NotYet {
 public:
  QueueRpc(QueueDesk* desk, const auth::Tokens* tokens) : desk_(desk), tokens_(tokens) {}

  grpc::ServerUnaryReactor* CreateQueue(grpc::CallbackServerContext* context,
                                        const v1::CreateQueueRequest* request,
                                        v1::CreateQueueResponse* response) override;
  grpc::ServerUnaryReactor* GetQueue(grpc::CallbackServerContext* context,
                                     const v1::GetQueueRequest* request,
                                     v1::GetQueueResponse* response) override;
  grpc::ServerUnaryReactor* ListQueues(grpc::CallbackServerContext* context,
                                       const v1::ListQueuesRequest* request,
                                       v1::ListQueuesResponse* response) override;

 private:
  QueueDesk* desk_;
  const auth::Tokens* tokens_;
};

}  // namespace callfleet::queue
