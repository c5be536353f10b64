#include "services/queue/rpc/watch_hub.h"

#include <map>
#include <mutex>
#include <utility>

#include "common/grpc_server/authorize.h"
#include "common/grpc_server/watch.h"
#include "services/queue/rpc/convert.h"

namespace callfleet::queue {
namespace {

using Stream = grpc_server::OutStream<WatchHub::Response>;
constexpr std::chrono::seconds kAlive{1};
constexpr std::size_t kCapacity = 20'000;

}  // namespace

struct WatchHub::Shared : std::enable_shared_from_this<Shared> {
  explicit Shared(Timers* t) : timers(t) {}

  struct Known {
    Response settings;
    Response stats;
    std::map<TicketId, Response> tickets;  // That are not over.
  };

  void Push(const QueueId& queue, const std::string& key, Response response) {  // Under the lock.
    response.set_seq(++seq);
    quiet = false;
    for (const auto& [stream, wanted] : open) {
      if (wanted.empty() || wanted == queue) stream->PushKeyed(key, response);
    }
  }
  void Beat() {
    timers->Start(kAlive, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->Alive();
    });
  }
  void Alive() {
    {
      const std::lock_guard lock(mutex);
      Response response;
      response.set_seq(seq);
      response.mutable_alive();
      if (std::exchange(quiet, true)) {
        for (const auto& [stream, wanted] : open) stream->PushKeyed("alive", response);
      }
    }
    Beat();
  }

  Timers* timers;
  std::mutex mutex;
  std::uint64_t seq = 0;
  bool quiet = true;  // Nothing was sent since the last beat.
  std::map<QueueId, Known> queues;
  std::map<std::shared_ptr<Stream>, QueueId> open;
};

WatchHub::WatchHub(Timers* timers) : shared_(std::make_shared<Shared>(timers)) { shared_->Beat(); }
WatchHub::~WatchHub() = default;

void WatchHub::OnQueue(const QueueView& view) {
  Response stats;
  *stats.mutable_stats() = ToProto(view);
  Response settings;
  *settings.mutable_queue() = ToProto(view.queue);
  const std::lock_guard lock(shared_->mutex);
  auto& known = shared_->queues[view.queue.id];
  const bool changed =
      known.settings.queue().SerializeAsString() != settings.queue().SerializeAsString();
  known.settings = settings;
  known.stats = stats;
  if (changed) {
    shared_->Push(view.queue.id, "queue:" + view.queue.id.str(), std::move(settings));
  }
  shared_->Push(view.queue.id, "stats:" + view.queue.id.str(), std::move(stats));
}

void WatchHub::OnTicket(const TicketView& view) {
  Response response;
  *response.mutable_ticket() = ToProto(view);
  const std::lock_guard lock(shared_->mutex);
  auto& tickets = shared_->queues[view.queue].tickets;
  if (view.ticket.state == TicketState::kEnded) {
    tickets.erase(view.ticket.id);
  } else {
    tickets[view.ticket.id] = response;
  }
  shared_->Push(view.queue, "ticket:" + view.ticket.id.str(), std::move(response));
}

void WatchHub::OnRemoved(const QueueId& queue) {
  Response response;
  response.set_deleted_queue_id(queue.str());
  const std::lock_guard lock(shared_->mutex);
  shared_->queues.erase(queue);
  shared_->Push(queue, "queue:" + queue.str(), std::move(response));
}

grpc::ServerWriteReactor<WatchHub::Response>* WatchHub::Open(const QueueId& queue,
                                                             std::chrono::milliseconds gather,
                                                             grpc_server::Streams* streams) {
  auto self = shared_;
  auto opened = std::make_shared<std::weak_ptr<Stream>>();
  std::shared_ptr<Stream> stream;
  auto on_closed = [self, opened] {
    const std::lock_guard lock(self->mutex);
    if (const auto gone = opened->lock()) self->open.erase(gone);
  };
  auto* reactor = grpc_server::OpenWatch<Response>(
      streams, {.capacity = kCapacity, .gather = gather, .on_closed = std::move(on_closed)},
      &stream);
  *opened = stream;
  const std::lock_guard lock(self->mutex);
  if (self->open.size() >= kMostWatchers) {
    stream->Close(Error{.code = ErrorCode::kResourceExhausted,
                        .reason = "TOO_MANY_WATCHERS",
                        .message = "A thousand watch already."});
    return reactor;
  }
  const auto send = [&](Response response) {
    response.set_seq(++self->seq);
    stream->PushKept(std::move(response));
  };
  for (const auto& [id, known] : self->queues) {
    if (!queue.empty() && queue != id) continue;
    if (known.settings.has_queue()) send(known.settings);
    if (known.stats.has_stats()) send(known.stats);
    for (const auto& [ticket, response] : known.tickets) send(response);
  }
  Response end;
  end.mutable_snapshot_end();
  send(std::move(end));
  self->open.emplace(std::move(stream), queue);
  return reactor;
}

}  // namespace callfleet::queue
