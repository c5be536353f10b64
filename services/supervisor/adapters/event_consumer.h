#pragma once
// Reads one service's events into history, from where it stopped, whatever died in between. One
// thread reads the stream, one writes what has gathered meanwhile.
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "callfleet/common/v1/event.pb.h"
#include "common/clock/clock.h"
#include "common/logging/logger.h"
#include "services/supervisor/ports/history_log.h"

namespace callfleet::supervisor {

inline constexpr const char* kConsumerName = "supervisor";

// The two rpcs that each service's outbox has.
class EventFeed {
 public:
  virtual ~EventFeed() = default;
  using Take = std::function<bool(const callfleet::common::v1::Event&, const std::string& token)>;
  // Reads until the stream ends, `take` says false or the context is cancelled.
  virtual grpc::Status Watch(grpc::ClientContext* context, const std::string& after,
                             const Take& take) = 0;
  virtual grpc::Status Acknowledge(const std::string& token) = 0;
};

struct ConsumerCounts {
  std::uint64_t events = 0;  // Committed.
  std::uint64_t batches = 0;
  std::uint64_t gaps = 0;
  bool connected = false;
};

class EventConsumer {
 public:
  // After each commit, on the writer's thread; must not block for long.
  using OnCommitted = std::function<void(const HistoryBatch&)>;

  EventConsumer(std::string source, std::unique_ptr<EventFeed> feed,
                std::unique_ptr<HistoryLog> log, const Clock* clock, logging::Logger logger,
                OnCommitted on_committed);
  ~EventConsumer();  // Stops; what was not committed is read again next time.
  ConsumerCounts counts() const;

 private:
  static constexpr std::size_t kMaxWaiting = 4'096;  // Beyond: the stream is not read further.
  static constexpr std::size_t kMaxBatch = 1'000;
  // What follows an event so soon shares its transaction.
  static constexpr std::chrono::milliseconds kGather{100};
  struct Item {
    HistoryEvent event;
    std::string token;
  };

  void Read();
  grpc::Status ReadOnce(const std::string& cursor);
  void TakeGap(const std::string& cursor, const grpc::Status& status);
  void Write();
  bool WriteSome(std::deque<Item> items);
  bool Sleep(std::chrono::milliseconds time);

  std::string source_;
  std::unique_ptr<EventFeed> feed_;
  std::unique_ptr<HistoryLog> log_;
  const Clock* clock_;
  logging::Logger logger_;
  OnCommitted on_committed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> waiting_;
  bool writing_ = false;
  bool broken_ = false;  // A batch failed: the reader must begin anew from the kept cursor.
  bool stopped_ = false;
  std::string cursor_;  // Committed.
  ConsumerCounts counts_;
  grpc::ClientContext* context_ = nullptr;
  std::thread writer_;
  std::thread reader_;  // Last: starts when all else is there.
};

}  // namespace callfleet::supervisor
