// Queues, their figures and their callers.
#include <map>

#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "services/supervisor/adapters/life_watch.h"
#include "services/supervisor/adapters/queue_convert.h"
#include "services/supervisor/adapters/source_streams.h"

namespace callfleet::supervisor {
namespace {

namespace queue_pb = callfleet::queue::v1;

constexpr std::chrono::seconds kQueueListDeadline{5};
constexpr int kQueuePageSize = 1'000;

// Settings and figures come apart; a fact has both.
class QueueReader {
 public:
  explicit QueueReader(const FactWriter* write) : write_(write) {}

  void Take(const queue_pb::WatchQueueResponse& message) {
    using Message = queue_pb::WatchQueueResponse;
    switch (message.message_case()) {
      case Message::kQueue:
        Take(message.queue());
        break;
      case Message::kStats:
        Take(message.stats());
        break;
      case Message::kTicket:
        (*write_)(ToFact(message.ticket()));
        break;
      case Message::kDeletedQueueId:
        queues_.erase(message.deleted_queue_id());
        (*write_)(QueueGone{QueueId(message.deleted_queue_id())});
        break;
      case Message::kSnapshotEnd:
        (*write_)(SnapshotEnd{});
        break;
      case Message::kAlive:
      case Message::MESSAGE_NOT_SET:
        break;
    }
  }

 private:
  void Take(const queue_pb::Queue& queue) {
    auto& known = queues_[queue.queue_id()];
    auto figures = std::move(known.figures);
    known = ToFact(queue);
    known.figures = std::move(figures);
    (*write_)(known);
  }
  void Take(const queue_pb::QueueStats& stats) {
    auto& known = queues_[stats.queue_id()];
    known.figures = ToFigures(stats);
    if (!known.id.empty()) (*write_)(known);  // Else its settings are under way.
  }

  const FactWriter* write_;
  std::map<std::string, QueueFact> queues_;
};

grpc::Status FollowQueues(queue_pb::QueueService::Stub* stub, grpc::ClientContext* context,
                          const FactWriter& write) {
  QueueReader queues(&write);
  auto reader = stub->WatchQueue(context, ForViews<queue_pb::WatchQueueRequest>());
  queue_pb::WatchQueueResponse message;
  bool more = reader->Read(&message);
  if (more) write(SnapshotBegin{});
  const bool began = more;
  for (; more; more = reader->Read(&message)) queues.Take(message);
  if (began) context->TryCancel();  // See Ended in source_streams.cc.
  return reader->Finish();
}

grpc::Status ListQueues(queue_pb::QueueService::Stub* stub, const FactWriter& write) {
  std::vector<QueueFact> queues;
  queue_pb::ListQueuesRequest request;
  request.set_page_size(kQueuePageSize);
  do {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kQueueListDeadline);
    queue_pb::ListQueuesResponse page;
    const auto status = stub->ListQueues(&context, request, &page);
    if (!status.ok()) return status;
    for (const auto& queue : page.queues()) queues.push_back(ToFact(queue));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  write(SnapshotBegin{});
  for (const auto& queue : queues) write(queue);
  write(SnapshotEnd{});
  return grpc::Status::OK;
}

grpc::Status NeverOk(const grpc::Status& status) {
  return status.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the stream ended") : status;
}

}  // namespace

WatchLoop::ReadAll ReadQueues(std::shared_ptr<grpc::Channel> queue) {
  return [channel = queue, stub = std::shared_ptr(queue_pb::QueueService::NewStub(queue)),
          follows = true](grpc::ClientContext* context, const FactWriter& write) mutable {
    if (follows) {
      const auto ended = FollowQueues(stub.get(), context, write);
      follows = ended.error_code() != grpc::StatusCode::UNIMPLEMENTED;
      return follows ? NeverOk(ended) : grpc::Status::OK;
    }
    // A queue service that tells no changes: one list each life of it. Our own changes are echoed.
    follows = true;  // Its successor may be able to.
    if (auto status = ListQueues(stub.get(), write); !status.ok()) return status;
    return NeverOk(WaitWhileAlive(channel, context));
  };
}

}  // namespace callfleet::supervisor
