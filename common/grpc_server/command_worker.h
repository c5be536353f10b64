#pragma once
// Runs commands that wait for another service, read files or compute for long, since no thread of
// gRPC may. At kMost waiting ones the next is refused.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace callfleet::grpc_server {

class CommandWorker {
 public:
  static constexpr std::size_t kThreads = 4;
  static constexpr std::size_t kMost = 256;

  CommandWorker() = default;
  ~CommandWorker();  // What waits is dropped, what runs is waited for.
  CommandWorker(const CommandWorker&) = delete;
  CommandWorker& operator=(const CommandWorker&) = delete;

  bool Post(std::function<void()> command);  // False: too many wait. Any thread.

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> commands_;
  bool stop_ = false;
  std::vector<std::thread> threads_;  // Started with the first command.
};

}  // namespace callfleet::grpc_server
