#include "common/grpc_server/event_feed.h"

#include "common/grpc_server/pb_time.h"

namespace callfleet::grpc_server {
namespace {

using std::chrono::milliseconds;
constexpr int kAtOnce = 256;
constexpr std::size_t kMostWaiting = 1024;  // Beyond it the log keeps them.
constexpr milliseconds kTryAgain{500};      // After a fault of the database, or a gap.
// After a read; what is committed meanwhile is read together. A busy service commits hundreds of
// times a second.
constexpr milliseconds kRest{50};

}  // namespace

// One stream's place in the log. Reads one page after the other, and rests once it has all; a wake
// during a read or a rest is kept.
class EventReader : public std::enable_shared_from_this<EventReader> {
 public:
  EventReader(events::EventLog* log, Timers* timers, std::string after, std::string consumer)
      : log_(log), timers_(timers), token_(std::move(after)), consumer_(std::move(consumer)) {}

  void Begin(std::unique_ptr<EventSink> sink) {
    {
      const std::lock_guard lock(mutex_);
      sink_ = std::move(sink);
      reading_ = true;
    }
    if (consumer_.empty()) return ReadOn();
    RegisterThenRead();
  }

  void Wake() {
    {
      const std::lock_guard lock(mutex_);
      if (sink_ == nullptr) return;  // Begins soon.
      again_ = true;
      if (reading_ || sink_->waiting() >= kMostWaiting) return;
      reading_ = true;
    }
    ReadOn();
  }

  void Drained() {
    {
      const std::lock_guard lock(mutex_);
      if (!again_ || reading_) return;
      reading_ = true;
    }
    ReadOn();
  }

 private:
  void RegisterThenRead() {
    log_->Register(consumer_, token_, [self = shared_from_this()](const Status& status) {
      if (status) return self->ReadOn();
      if (status.error().code != ErrorCode::kUnavailable) return self->sink_->Close(status.error());
      self->Later([self] { self->RegisterThenRead(); });
    });
  }

  void ReadOn() {
    {
      const std::lock_guard lock(mutex_);
      again_ = false;
    }
    log_->Read(token_, kAtOnce,
               [self = shared_from_this()](Result<std::vector<events::LoggedEvent>> events) {
                 self->Got(std::move(events));
               });
  }

  void Got(Result<std::vector<events::LoggedEvent>> events) {
    if (sink_->closed()) return;
    if (!events) {
      if (events.error().code != ErrorCode::kUnavailable) return sink_->Close(events.error());
      return Later([self = shared_from_this()] { self->ReadOn(); });
    }
    const bool full_page = static_cast<int>(events->size()) >= kAtOnce;
    if (!events->empty()) token_ = events->back().token;
    for (auto& event : *events) sink_->Push(std::move(event));
    if (full_page) return GoOn(true);
    timers_->Start(kRest, [self = shared_from_this()] { self->GoOn(false); });
  }

  void GoOn(bool more) {
    {
      const std::lock_guard lock(mutex_);
      again_ |= more;
      reading_ = again_ && sink_->waiting() < kMostWaiting;
      if (!reading_) return;
    }
    ReadOn();
  }

  void Later(std::function<void()> what) { timers_->Start(kTryAgain, std::move(what)); }

  events::EventLog* log_;
  Timers* timers_;
  std::string token_;  // Of the one read under way.
  std::string consumer_;
  std::unique_ptr<EventSink> sink_;
  std::mutex mutex_;
  bool reading_ = false;  // Or resting.
  bool again_ = false;    // There may be more than was read.
};

std::shared_ptr<EventReader> EventFeed::NewReader(const std::string& after,
                                                  const std::string& consumer) {
  auto reader = std::make_shared<EventReader>(log_, timers_, after, consumer);
  const std::lock_guard lock(mutex_);
  std::erase_if(readers_, [](const auto& one) { return one.expired(); });
  readers_.push_back(reader);
  return reader;
}

void EventFeed::Begin(const std::shared_ptr<EventReader>& reader, std::unique_ptr<EventSink> sink) {
  reader->Begin(std::move(sink));
}

void EventFeed::Drained(const std::shared_ptr<EventReader>& reader) { reader->Drained(); }

void EventFeed::Wake() {
  std::vector<std::weak_ptr<EventReader>> readers;
  {
    const std::lock_guard lock(mutex_);
    readers = readers_;
  }
  for (const auto& one : readers) {
    if (const auto reader = one.lock()) reader->Wake();
  }
}

void ToProto(events::LoggedEvent event, callfleet::common::v1::Event* out) {
  out->set_id(std::move(event.id));
  out->set_source(std::move(event.source));
  *out->mutable_time() = ToPb(event.time);
  out->set_subject(std::move(event.subject));
  out->set_stream(std::move(event.stream));
  out->set_seq(static_cast<std::uint64_t>(event.seq));
  out->mutable_payload()->set_type_url("type.googleapis.com/" + event.type);
  out->mutable_payload()->set_value(std::move(event.payload));
  out->set_type(std::move(event.type));
  out->set_spec_version("1.0");
}

std::string ToPayload(const events::HistoryGap& gap) {
  callfleet::common::v1::HistoryGap payload;
  payload.set_consumer(gap.consumer);
  payload.set_events(static_cast<std::uint64_t>(gap.events));
  *payload.mutable_first_time() = ToPb(gap.first);
  *payload.mutable_last_time() = ToPb(gap.last);
  payload.set_reason(gap.reason);
  return payload.SerializeAsString();
}

}  // namespace callfleet::grpc_server
