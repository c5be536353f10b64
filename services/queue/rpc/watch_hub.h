#pragma once
// Those who watch queues: figures, settings and tickets, newest first known, then as they change.
#include <chrono>
#include <memory>

#include "callfleet/queue/v1/queue_service.grpc.pb.h"
#include "common/clock/timers.h"
#include "common/grpc_server/out_stream.h"
#include "common/grpc_server/streams.h"
#include "services/queue/ports/watchers.h"

namespace callfleet::queue {

// Thread safe. Timers and streams outlive it.
class WatchHub final : public Watchers {
 public:
  using Response = v1::WatchQueueResponse;
  static constexpr std::size_t kMostWatchers = 1'000;

  explicit WatchHub(Timers* timers);
  ~WatchHub() override;

  void OnQueue(const QueueView& view) override;
  void OnTicket(const TicketView& view) override;
  void OnRemoved(const QueueId& queue) override;

  // A new watcher with all that is known; an empty id watches all queues. One that lets more than
  // 20,000 queues and tickets pile up is closed and must start anew. What is new gathers for
  // `gather` after each sending.
  grpc::ServerWriteReactor<Response>* Open(const QueueId& queue, std::chrono::milliseconds gather,
                                           grpc_server::Streams* streams);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace callfleet::queue
