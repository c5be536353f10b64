#include "services/supervisor/adapters/event_consumer.h"

#include <algorithm>

#include "common/grpc_server/errors.h"
#include "services/supervisor/adapters/history_convert.h"

namespace callfleet::supervisor {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5'000};
// A service of an older version, which tells no events, is asked again now and then.
constexpr std::chrono::seconds kUntoldPause{60};

}  // namespace

EventConsumer::EventConsumer(std::string source, std::unique_ptr<EventFeed> feed,
                             std::unique_ptr<HistoryLog> log, const Clock* clock,
                             logging::Logger logger, OnCommitted on_committed)
    : source_(std::move(source)),
      feed_(std::move(feed)),
      log_(std::move(log)),
      clock_(clock),
      logger_(std::move(logger)),
      on_committed_(std::move(on_committed)),
      writer_([this] { Write(); }),
      reader_([this] { Read(); }) {}

EventConsumer::~EventConsumer() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (context_ != nullptr) context_->TryCancel();
    changed_.notify_all();
  }
  log_->Interrupt();
  reader_.join();
  writer_.join();
}

ConsumerCounts EventConsumer::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

bool EventConsumer::Sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return stopped_; });
}

void EventConsumer::Read() {
  auto pause = kFirstPause;
  while (Sleep(std::chrono::milliseconds(0))) {
    {
      // The log belongs to one thread at a time: the writer is idle from here on.
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopped_ || (waiting_.empty() && !writing_); });
      if (stopped_) return;
      broken_ = false;
    }
    auto cursor = log_->Cursor(source_);
    if (!cursor) {
      if (!Sleep(pause)) return;
      pause = std::min(pause * 2, kLongestPause);
      continue;
    }
    const auto before = counts().events;
    const auto status = ReadOnce(*cursor);
    if (counts().events != before) pause = kFirstPause;
    // A cursor that means nothing to the service, as after a restored backup, is as good as lost.
    if (status.error_code() == grpc::StatusCode::OUT_OF_RANGE ||
        status.error_code() == grpc::StatusCode::INVALID_ARGUMENT) {
      TakeGap(*cursor, status);
    }
    const bool untold = status.error_code() == grpc::StatusCode::UNIMPLEMENTED;
    if (!Sleep(untold ? std::chrono::milliseconds(kUntoldPause) : pause)) return;
    pause = std::min(pause * 2, kLongestPause);
  }
}

grpc::Status EventConsumer::ReadOnce(const std::string& cursor) {
  grpc::ClientContext context;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return grpc::Status::CANCELLED;
    context_ = &context;
    cursor_ = cursor;
    counts_.connected = true;
  }
  const auto status = feed_->Watch(
      &context, cursor,
      [this](const callfleet::common::v1::Event& event, const std::string& token) {
        Item item{ToHistory(event), token};
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopped_ || broken_ || waiting_.size() < kMaxWaiting; });
        if (stopped_ || broken_) return false;
        waiting_.push_back(std::move(item));
        // What comes between the first and a full batch wakes nobody.
        if (waiting_.size() == 1 || waiting_.size() == kMaxBatch) changed_.notify_all();
        return true;
      });
  const std::lock_guard lock(mutex_);
  context_ = nullptr;
  counts_.connected = false;
  return status;
}

// The service keeps less than we have missed.
void EventConsumer::TakeGap(const std::string& cursor, const grpc::Status& status) {
  const Error error = grpc_server::FromGrpcStatus(status).error();
  const auto oldest = error.metadata.find("oldest");
  const std::string resume = oldest == error.metadata.end() ? std::string() : oldest->second;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || (waiting_.empty() && !writing_); });
    if (stopped_ || cursor_ != cursor) return;  // It has moved on by itself.
  }
  if (auto kept = log_->SaveGap(source_, cursor, resume, clock_->Now().wall); !kept) return;
  logger_.Error("events lost", {{"source", source_}, {"reason", error.reason}});
  const std::lock_guard lock(mutex_);
  ++counts_.gaps;
}

void EventConsumer::Write() {
  while (true) {
    std::deque<Item> items;
    {
      std::unique_lock lock(mutex_);
      writing_ = false;
      changed_.notify_all();
      changed_.wait(lock, [&] { return stopped_ || !waiting_.empty(); });
      changed_.wait_for(lock, kGather, [&] { return stopped_ || waiting_.size() >= kMaxBatch; });
      if (stopped_) return;
      const auto count = std::min(waiting_.size(), kMaxBatch);
      const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
      items.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
      waiting_.erase(waiting_.begin(), end);
      writing_ = true;
    }
    if (WriteSome(std::move(items))) continue;
    const std::lock_guard lock(mutex_);
    broken_ = true;
    waiting_.clear();
    if (context_ != nullptr) context_->TryCancel();
  }
}

bool EventConsumer::WriteSome(std::deque<Item> items) {
  HistoryBatch batch{.source = source_, .before = {}, .after = items.back().token, .events = {}};
  {
    const std::lock_guard lock(mutex_);
    batch.before = cursor_;
  }
  for (auto& item : items) batch.events.push_back(std::move(item.event));
  if (auto saved = log_->Save(batch); !saved) {
    logger_.Warn("history not written", {{"source", source_}, {"reason", saved.error().reason}});
    return false;
  }
  {
    const std::lock_guard lock(mutex_);
    cursor_ = batch.after;
    counts_.events += batch.events.size();
    ++counts_.batches;
  }
  on_committed_(batch);
  // Unheard it is said again with the next batch.
  feed_->Acknowledge(batch.after);
  return true;
}

}  // namespace callfleet::supervisor
