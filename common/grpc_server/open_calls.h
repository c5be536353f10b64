#pragma once
// Calls under way to another service, so that a stop can cancel them and wait for their ends.
#include <grpcpp/client_context.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>

namespace callfleet::grpc_server {

// Thread safe.
class OpenCalls {
 public:
  // False once stopping: the call must not be started.
  bool Enter(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    contexts_.insert(context);
    return true;
  }
  void Leave(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    contexts_.erase(context);
    idle_.notify_all();
  }
  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }
  // Until no more than so many are under way.
  void WaitForMost(std::size_t most, std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    idle_.wait_until(lock, until, [&] { return contexts_.size() <= most; });
  }
  // Cancels all and waits for their ends.
  void Stop() {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    for (auto* context : contexts_) context->TryCancel();
    idle_.wait(lock, [this] { return contexts_.empty(); });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::set<grpc::ClientContext*> contexts_;
  bool stopping_ = false;
};

}  // namespace callfleet::grpc_server
