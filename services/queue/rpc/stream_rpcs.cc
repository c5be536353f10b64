// Streams: live views and the outbox.
#include "common/grpc_server/gather.h"
#include "services/queue/rpc/queue_service.h"
#include "services/queue/rpc/serve.h"

namespace callfleet::queue {

grpc::ServerWriteReactor<v1::WatchQueueResponse>* QueueRpc::WatchQueue(
    grpc::CallbackServerContext* context, const v1::WatchQueueRequest* request) {
  if (auto caller = grpc_server::Authorize(*context, *parts_.tokens, auth::Role::kService);
      !caller) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchQueueResponse>>(caller.error());
  }
  const auto gather = grpc_server::GatherOf(request->gather());
  if (!gather) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchQueueResponse>>(gather.error());
  }
  return parts_.watchers->Open(QueueId(request->queue_id()), *gather, streams_);
}

grpc::ServerWriteReactor<v1::WatchEventsResponse>* QueueRpc::WatchEvents(
    grpc::CallbackServerContext* context, const v1::WatchEventsRequest* request) {
  if (auto caller = grpc_server::Authorize(*context, *parts_.tokens, auth::Role::kService);
      !caller) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchEventsResponse>>(caller.error());
  }
  return parts_.events->Watch<v1::WatchEventsResponse>(streams_, request->after(),
                                                       request->consumer());
}

grpc::ServerUnaryReactor* QueueRpc::AcknowledgeEvents(grpc::CallbackServerContext* context,
                                                      const v1::AcknowledgeEventsRequest* request,
                                                      v1::AcknowledgeEventsResponse* response) {
  if (auto caller = grpc_server::Authorize(*context, *parts_.tokens, auth::Role::kService);
      !caller) {
    return grpc_server::FinishNow(context, caller.error());
  }
  return parts_.events->Acknowledge(request->consumer(), request->token(), response);
}

}  // namespace callfleet::queue
