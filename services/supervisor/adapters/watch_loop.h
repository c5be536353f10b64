#pragma once
// One thread that keeps one stream of facts open: read until it breaks, tell that it is lost, wait,
// open again. Stops within one cancelled read.
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "common/clock/clock.h"
#include "common/logging/logger.h"
#include "services/supervisor/ports/fact_sink.h"

namespace callfleet::supervisor {

// What one life of a stream pushes through.
class FactWriter {
 public:
  FactWriter(FactSink* sink, const Clock* clock, Source source)
      : sink_(sink), clock_(clock), source_(std::move(source)) {}
  void operator()(Fact fact) const { sink_->Push({source_, clock_->Now().wall, std::move(fact)}); }
  const Source& source() const { return source_; }
  MonoTime Now() const { return clock_->Now().mono; }

 private:
  FactSink* sink_;
  const Clock* clock_;
  Source source_;
};

class WatchLoop {
 public:
  // Reads until the stream ends; must return soon after the context is cancelled. OK means that it
  // is to be opened again at once and nothing was lost.
  using ReadAll = std::function<grpc::Status(grpc::ClientContext*, const FactWriter&)>;

  WatchLoop(FactWriter writer, ReadAll read_all, logging::Logger log);
  ~WatchLoop();  // Stops and joins.

 private:
  void Run();
  bool Sleep(std::chrono::milliseconds time);  // False: stopped.

  FactWriter writer_;
  ReadAll read_all_;
  logging::Logger log_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;
  grpc::ClientContext* context_ = nullptr;  // Of the stream that is open.
  std::thread thread_;                      // Last: starts when all else is there.
};

}  // namespace callfleet::supervisor
