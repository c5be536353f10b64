#pragma once
// The sending half of a stream: bounded queue, one write in flight, exactly one finish.
#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "common/grpc_server/errors.h"
#include "common/grpc_server/streams.h"
#include "common/grpc_server/write_options.h"
#include "common/grpc_server/write_queue.h"

namespace callfleet::grpc_server {

struct StreamOptions {
  std::size_t capacity = 256;  // Waiting messages, or keys; see write_queue.h.
  // After all that waited was sent, what comes next waits so long, and with PushKeyed() becomes
  // one message a key.
  std::chrono::milliseconds gather{0};
  std::function<void()> on_closed = {};  // Once, on a gRPC thread, after the last callback.
  // Whenever the last waiting message has been taken by the peer, on a gRPC thread.
  std::function<void()> on_drained = {};
};

// Publishers hold it by shared_ptr and may go on pushing after the peer has gone. Thread safe.
template <class T>
class OutStream final : public Closable, public std::enable_shared_from_this<OutStream<T>> {
 public:
  // The gRPC reactor behind it; told nothing more after End.
  class Wire {
   public:
    virtual ~Wire() = default;
    // `more` follows at once: the message need not go out before it.
    virtual void Write(const T* message, bool more) = 0;
    virtual void End(const grpc::Status& status) = 0;
  };

  OutStream(Streams* streams, StreamOptions options, Wire* wire)
      : streams_(streams), options_(std::move(options)), wire_(wire), queue_(options_.capacity) {}

  void Push(T message) {
    std::unique_lock lock(mutex_);
    if (end_) return;
    queue_.Push(std::move(message));
    Pump(&lock);
  }
  void PushKept(T message) {
    std::unique_lock lock(mutex_);
    if (end_) return;
    queue_.PushKept(std::move(message));
    Pump(&lock);
  }
  // A watcher that lets more keys pile up than the capacity is closed and must start anew.
  void PushKeyed(const std::string& key, T message) {
    std::unique_lock lock(mutex_);
    if (end_) return;
    if (!queue_.PushKeyed(key, std::move(message))) {
      queue_.Clear();
      end_ = ToGrpcStatus({.code = ErrorCode::kResourceExhausted,
                           .reason = "WATCHER_TOO_SLOW",
                           .message = "Too many records wait for this watcher; watch again."});
    }
    Pump(&lock);
  }

  // Drops what waits. A write that the peer does not take delays the end until it is taken or
  // the connection goes.
  void Close(const grpc::Status& status = grpc::Status::OK) { End(status, false); }
  void Close(const Error& error) { End(ToGrpcStatus(error), false); }
  // Sends what waits first.
  void CloseWhenSent(const grpc::Status& status = grpc::Status::OK) { End(status, true); }
  void CloseForShutdown() override {
    Close(Error{.code = ErrorCode::kUnavailable,
                .reason = "SHUTTING_DOWN",
                .message = "The server stops."});
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return end_.has_value();
  }
  std::uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return queue_.dropped();
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

  // --- Called by the reactor.
  void OnWriteDone(bool ok) {
    std::unique_lock lock(mutex_);
    writing_ = false;
    if (!ok) {
      queue_.Clear();
      if (!end_) end_ = grpc::Status::CANCELLED;
    }
    const bool drained = queue_.empty() && !end_;
    if (drained) gathers_until_ = std::chrono::steady_clock::now() + options_.gather;
    Pump(&lock);
    if (lock.owns_lock()) lock.unlock();
    if (drained && options_.on_drained) options_.on_drained();
  }
  void OnDone() {
    std::unique_ptr<grpc::Alarm> alarm;  // Cancelled without the lock.
    {
      const std::lock_guard lock(mutex_);
      alarm = std::move(alarm_);
      finished_ = true;
      if (!end_) end_ = grpc::Status::CANCELLED;
      queue_.Clear();
    }
    streams_->Remove(this);
    if (options_.on_closed) options_.on_closed();
    options_.on_closed = options_.on_drained = nullptr;  // They often hold a reference to us.
  }

 private:
  void End(const grpc::Status& status, bool send_waiting) {
    std::unique_lock lock(mutex_);
    if (!send_waiting) queue_.Clear();
    if (!end_) end_ = status;
    Pump(&lock);
  }

  // Under the lock. True: it is too early, and an alarm sends what waits.
  bool Gathers() {
    if (queue_.empty() || end_ || std::chrono::steady_clock::now() >= gathers_until_) return false;
    if (alarm_set_) return true;
    alarm_set_ = true;
    // Each has its own: one that is set again may still be inside its last callback.
    alarm_ = std::make_unique<grpc::Alarm>();
    const auto left = gathers_until_ - std::chrono::steady_clock::now();
    alarm_->Set(std::chrono::system_clock::now() + left,
                [self = this->shared_from_this()](bool) { self->OnGathered(); });
    return true;
  }
  void OnGathered() {
    std::unique_lock lock(mutex_);
    alarm_set_ = false;
    gathers_until_ = {};
    Pump(&lock);
  }

  // Calls gRPC without the lock: `writing_` and `finished_` keep everybody else from it.
  void Pump(std::unique_lock<std::mutex>* lock) {
    if (finished_ || writing_ || Gathers()) return;
    if (auto next = queue_.Pop()) {
      current_ = std::move(*next);
      writing_ = true;
      const bool more = !queue_.empty();
      lock->unlock();
      wire_->Write(&current_, more);
    } else if (end_) {
      finished_ = true;
      const grpc::Status status = *end_;
      lock->unlock();
      wire_->End(status);
    }
  }

  Streams* streams_;
  StreamOptions options_;
  Wire* wire_;
  mutable std::mutex mutex_;
  WriteQueue<T> queue_;
  T current_;
  std::optional<grpc::Status> end_;
  bool writing_ = false;
  bool finished_ = false;
  std::chrono::steady_clock::time_point gathers_until_{};
  bool alarm_set_ = false;
  std::unique_ptr<grpc::Alarm> alarm_;
};

}  // namespace callfleet::grpc_server
