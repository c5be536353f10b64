#include "services/dialer/rpc/event_reader.h"

#include <algorithm>
#include <utility>

#include "common/grpc_server/watch.h"
#include "services/dialer/rpc/convert.h"

namespace callfleet::dialer {

namespace {
using Stream = grpc_server::OutStream<v1::WatchEventsResponse>;
constexpr int kAtOnce = 256;
constexpr std::size_t kMostWaiting = 1024;  // Beyond it the table keeps them.
constexpr std::chrono::milliseconds kLookAgain{500};

v1::WatchEventsResponse ToProto(LoggedEvent event) {
  v1::WatchEventsResponse response;
  response.set_token(std::move(event.token));
  auto* out = response.mutable_event();
  out->set_id(event.id);
  out->set_source(event.source);
  out->set_type(event.type);
  SetTime(out->mutable_time(), event.time);
  out->set_subject(event.subject);
  out->set_stream(event.stream);
  out->set_seq(static_cast<std::uint64_t>(event.seq));
  out->mutable_payload()->set_type_url("type.googleapis.com/" + event.type);
  out->mutable_payload()->set_value(std::move(event.payload));
  return response;
}
}  // namespace

class EventReader : public std::enable_shared_from_this<EventReader> {
 public:
  EventReader(EventLog* log, EventWakes* wakes, std::string after)
      : log_(log), wakes_(wakes), token_(std::move(after)) {}
  void Begin(std::shared_ptr<Stream> stream) {
    stream_ = std::move(stream);
    Wake();
    LookAgain();
  }
  void Wake() {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(reading_, true)) {
        again_ = true;
        return;
      }
      again_ = false;
    }
    log_->Read(token_, kAtOnce,
               [self = shared_from_this()](Result<std::vector<LoggedEvent>> events) {
                 self->Got(std::move(events));
               });
  }

 private:
  void Got(Result<std::vector<LoggedEvent>> events) {
    if (!events && events.error().code != ErrorCode::kUnavailable) {
      stream_->Close(events.error());
      return;
    }
    bool more = false;
    if (events) {
      more = static_cast<int>(events->size()) >= kAtOnce && stream_->waiting() < kMostWaiting;
      if (!events->empty()) token_ = events->back().token;
      for (auto& event : *events) stream_->PushKept(ToProto(std::move(event)));
    }
    {
      const std::lock_guard lock(mutex_);
      reading_ = false;
      more |= again_ && stream_->waiting() < kMostWaiting;
    }
    if (more && !stream_->closed()) Wake();
  }
  // For a database that was away, and for a peer that has caught up.
  void LookAgain() {
    wakes_->timers()->Start(kLookAgain, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self || self->stream_->closed()) return;
      if (self->stream_->waiting() < kMostWaiting) self->Wake();
      self->LookAgain();
    });
  }

  EventLog* log_;
  EventWakes* wakes_;
  std::shared_ptr<Stream> stream_;
  std::mutex mutex_;
  std::string token_;  // Of the one read under way.
  bool reading_ = false;
  bool again_ = false;
};

void EventWakes::Add(const std::shared_ptr<EventReader>& reader) {
  const std::lock_guard lock(mutex_);
  std::erase_if(readers_, [](const auto& one) { return one.expired(); });
  readers_.push_back(reader);
}

void EventWakes::WakeAll() {
  std::vector<std::weak_ptr<EventReader>> readers;
  {
    const std::lock_guard lock(mutex_);
    readers = readers_;
  }
  for (const auto& one : readers) {
    if (const auto reader = one.lock()) reader->Wake();
  }
}

grpc::ServerWriteReactor<v1::WatchEventsResponse>* OpenEventReader(EventLog* log, EventWakes* wakes,
                                                                   grpc_server::Streams* streams,
                                                                   const std::string& after) {
  auto reader = std::make_shared<EventReader>(log, wakes, after);
  std::shared_ptr<Stream> stream;
  // The stream keeps the reader: it ends with it.
  auto* reactor = grpc_server::OpenWatch<v1::WatchEventsResponse>(
      streams, {.capacity = kMostWaiting, .on_closed = [reader] {}}, &stream);
  wakes->Add(reader);
  reader->Begin(std::move(stream));
  return reactor;
}

}  // namespace callfleet::dialer
