#include "services/queue/rpc/queue_service.h"

#include <utility>

#include "services/queue/rpc/convert.h"

namespace callfleet::queue {
namespace {

using grpc_server::Authorize;
using grpc_server::FinishNow;
using grpc_server::Pending;

constexpr std::int32_t kDefaultPage = 100;
constexpr std::int32_t kMostPage = 1'000;

}  // namespace

grpc::ServerUnaryReactor* QueueRpc::CreateQueue(grpc::CallbackServerContext* context,
                                                const v1::CreateQueueRequest* request,
                                                v1::CreateQueueResponse* response) {
  if (auto caller = Authorize(*context, *tokens_, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  if (auto refused = limit_->Refusal()) return FinishNow(context, *refused);
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = Pending<v1::CreateQueueResponse>::Open(response, &reactor);
  limit_->Bound(pending);
  desk_->Create(RequestId(request->request_id()), FromProto(request->queue()),
                [pending](Result<Queue> queue) {
                  if (!queue) return void(pending->Fail(queue.error()));
                  v1::CreateQueueResponse answer;
                  *answer.mutable_queue() = ToProto(*queue);
                  pending->Finish(std::move(answer));
                });
  return reactor;
}

grpc::ServerUnaryReactor* QueueRpc::GetQueue(grpc::CallbackServerContext* context,
                                             const v1::GetQueueRequest* request,
                                             v1::GetQueueResponse* response) {
  if (auto caller = Authorize(*context, *tokens_, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = Pending<v1::GetQueueResponse>::Open(response, &reactor);
  desk_->Get(QueueId(request->queue_id()), [pending](Result<Queue> queue) {
    if (!queue) return void(pending->Fail(queue.error()));
    v1::GetQueueResponse answer;
    *answer.mutable_queue() = ToProto(*queue);
    pending->Finish(std::move(answer));
  });
  return reactor;
}

grpc::ServerUnaryReactor* QueueRpc::ListQueues(grpc::CallbackServerContext* context,
                                               const v1::ListQueuesRequest* request,
                                               v1::ListQueuesResponse* response) {
  if (auto caller = Authorize(*context, *tokens_, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  const auto size = request->page_size() == 0 ? kDefaultPage : request->page_size();
  if (size < 1 || size > kMostPage) {
    return FinishNow(context, InvalidField("page_size", "0 to 1000.").value());
  }
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = Pending<v1::ListQueuesResponse>::Open(response, &reactor);
  desk_->List(request->page_token(), static_cast<std::size_t>(size),
              [pending](Result<Directory::Page> page) {
                if (!page) return void(pending->Fail(page.error()));
                v1::ListQueuesResponse answer;
                for (const auto& queue : page->queues) *answer.add_queues() = ToProto(queue);
                answer.set_next_page_token(page->next);
                pending->Finish(std::move(answer));
              });
  return reactor;
}

grpc::ServerWriteReactor<v1::WatchEventsResponse>* QueueRpc::WatchEvents(
    grpc::CallbackServerContext* context, const v1::WatchEventsRequest* request) {
  if (auto caller = Authorize(*context, *tokens_, auth::Role::kService); !caller) {
    return grpc_server::Refuse<grpc::ServerWriteReactor<v1::WatchEventsResponse>>(caller.error());
  }
  return events_->Watch<v1::WatchEventsResponse>(streams_, request->after(), request->consumer());
}

grpc::ServerUnaryReactor* QueueRpc::AcknowledgeEvents(grpc::CallbackServerContext* context,
                                                      const v1::AcknowledgeEventsRequest* request,
                                                      v1::AcknowledgeEventsResponse* response) {
  if (auto caller = Authorize(*context, *tokens_, auth::Role::kService); !caller) {
    return FinishNow(context, caller.error());
  }
  return events_->Acknowledge(request->consumer(), request->token(), response);
}

}  // namespace callfleet::queue
