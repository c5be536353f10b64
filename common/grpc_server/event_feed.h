#pragma once
// WatchEvents and AcknowledgeEvents of every service that has an outbox. Readers are woken by
// commits, fed from the log, and never faster than they read.
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "callfleet/common/v1/event.pb.h"
#include "common/clock/timers.h"
#include "common/events/event_log.h"
#include "common/grpc_server/authorize.h"
#include "common/grpc_server/pending.h"
#include "common/grpc_server/watch.h"

namespace callfleet::grpc_server {

class EventReader;

// Where a reader's events go: one stream of one type of response.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void Push(events::LoggedEvent event) = 0;
  virtual std::size_t waiting() const = 0;
  virtual bool closed() const = 0;
  virtual void Close(const Error& error) = 0;
};

// Thread safe. The log and the timers outlive the streams that were opened here.
class EventFeed {
 public:
  EventFeed(events::EventLog* log, Timers* timers) : log_(log), timers_(timers) {}
  void Wake();  // After a commit.

  // For the rpcs of those names; Response is a WatchEventsResponse.
  template <class Response>
  grpc::ServerWriteReactor<Response>* Watch(Streams* streams, const std::string& after,
                                            const std::string& consumer);
  template <class Response>
  grpc::ServerUnaryReactor* Acknowledge(const std::string& consumer, const std::string& token,
                                        Response* response);

 private:
  std::shared_ptr<EventReader> NewReader(const std::string& after, const std::string& consumer);
  static void Begin(const std::shared_ptr<EventReader>& reader, std::unique_ptr<EventSink> sink);
  static void Drained(const std::shared_ptr<EventReader>& reader);

  events::EventLog* log_;
  Timers* timers_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<EventReader>> readers_;
};

void ToProto(events::LoggedEvent event, callfleet::common::v1::Event* out);
std::string ToPayload(const events::HistoryGap& gap);

template <class Response>
class EventSinkOf final : public EventSink {
 public:
  explicit EventSinkOf(std::shared_ptr<OutStream<Response>> stream) : stream_(std::move(stream)) {}
  void Push(events::LoggedEvent event) override {
    Response response;
    response.set_token(std::move(event.token));
    ToProto(std::move(event), response.mutable_event());
    stream_->PushKept(std::move(response));
  }
  std::size_t waiting() const override { return stream_->waiting(); }
  bool closed() const override { return stream_->closed(); }
  void Close(const Error& error) override { stream_->Close(error); }

 private:
  std::shared_ptr<OutStream<Response>> stream_;
};

template <class Response>
grpc::ServerWriteReactor<Response>* EventFeed::Watch(Streams* streams, const std::string& after,
                                                     const std::string& consumer) {
  auto reader = NewReader(after, consumer);
  std::shared_ptr<OutStream<Response>> stream;
  // The stream keeps the reader: it ends with it.
  auto* reactor = OpenWatch<Response>(
      streams, {.on_closed = [reader] {}, .on_drained = [reader] { Drained(reader); }}, &stream);
  Begin(reader, std::make_unique<EventSinkOf<Response>>(std::move(stream)));
  return reactor;
}

template <class Response>
grpc::ServerUnaryReactor* EventFeed::Acknowledge(const std::string& consumer,
                                                 const std::string& token, Response* response) {
  grpc::ServerUnaryReactor* reactor = nullptr;
  auto pending = Pending<Response>::Open(response, &reactor);
  log_->Acknowledge(consumer, token, [pending](const Status& kept) {
    if (!kept) return void(pending->Fail(kept.error()));
    pending->Finish({});
  });
  return reactor;
}

}  // namespace callfleet::grpc_server
