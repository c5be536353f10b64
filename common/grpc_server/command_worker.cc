#include "common/grpc_server/command_worker.h"

#include <utility>

namespace callfleet::grpc_server {

CommandWorker::~CommandWorker() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    commands_.clear();
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool CommandWorker::Post(std::function<void()> command) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_ || commands_.size() >= kMost) return false;
    if (threads_.size() < kThreads) threads_.emplace_back([this] { Run(); });
    commands_.push_back(std::move(command));
  }
  wake_.notify_one();
  return true;
}

void CommandWorker::Run() {
  for (;;) {
    std::function<void()> command;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stop_ || !commands_.empty(); });
      if (stop_) return;
      command = std::move(commands_.front());
      commands_.pop_front();
    }
    command();
  }
}

}  // namespace callfleet::grpc_server
