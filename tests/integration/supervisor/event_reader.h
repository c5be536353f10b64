#pragma once
// One reader of server-sent events on a thread of its own.
#include <httplib.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace callfleet::supervisor::test {

class EventReader {
 public:
  EventReader(int port, const std::string& path) : client_("127.0.0.1", port) {
    client_.set_read_timeout(30);
    thread_ = std::thread([this, path] {
      const auto result = client_.Get("/api/v1" + path, [this](const char* data, std::size_t size) {
        const std::lock_guard lock(mutex_);
        text_.append(data, size);
        changed_.notify_all();
        return !stopped_;
      });
      const std::lock_guard lock(mutex_);
      status_ = result ? result->status : -1;
      ended_ = true;
      changed_.notify_all();
    });
  }
  ~EventReader() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    client_.stop();
    thread_.join();
  }
  bool Saw(const std::string& what) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(8),
                             [&] { return text_.find(what) != std::string::npos; });
  }
  bool Ended() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(8), [&] { return ended_; });
  }
  bool running() {
    const std::lock_guard lock(mutex_);
    return !ended_;
  }

 private:
  httplib::Client client_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  int status_ = 0;
  bool stopped_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace callfleet::supervisor::test
